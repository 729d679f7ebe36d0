/* What can be said of two patterns without an event. Each answer is certain when it is true; false
 * means that it is not known. */
#ifndef MODEL_PATTERN_COVER_H
#define MODEL_PATTERN_COVER_H

#include "model/pattern.h"

/* Whatever `narrow` matches, `wide` does too. */
bool pattern_covers(const struct pattern *wide, const struct pattern *narrow);

/* Nothing matches both, because of a field that `single` asks for, too: one that holds a single
 * value in whatever can be asked, since elsewhere an array may hold what the one wants and what the
 * other does. */
bool pattern_excludes(
    const struct pattern *a, const struct pattern *b, const struct pattern *single);

#endif
