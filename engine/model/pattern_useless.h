/* Parts of a pattern that change nothing, or with which it never matches. */
#ifndef MODEL_PATTERN_USELESS_H
#define MODEL_PATTERN_USELESS_H

#include "model/pattern.h"

/* Each is a finding at its place: TC120, TC121. */
void pattern_find_useless(const struct pattern *pattern, struct diags *diags);

#endif
