/* Inside what was seen of a pattern: pattern_alternatives.c finds the alternatives for pattern_seen.c.
 * Only these two include it. */
#ifndef MODEL_PATTERN_SEEN_PARTS_H
#define MODEL_PATTERN_SEEN_PARTS_H

#include "model/pattern_internal.h"
#include "model/pattern_seen.h"

void clause_add_alternatives(struct pattern_seen_clause *clause, struct arena *arena);
void seen_add_ors(struct pattern_seen *seen, const struct yaml *map, struct arena *arena);

/* Of one in a clause, as if nothing else stood there. */
bool alternative_holds(
    const struct pattern_seen_alternative *alternative, const struct json *object);

#endif
