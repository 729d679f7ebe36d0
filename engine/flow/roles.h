/* As what a match enters the memory of its rule: its keys and its value, read from the event or
 * asked of Lua. A path that is absent or null has no value. */
#ifndef FLOW_ROLES_H
#define FLOW_ROLES_H

#include "flow/verdict.h"

/* Fills roles and value of the match, in the arena. `steps`: of a sequence, which it meets: bit n is
 * step n. Where unique(event) fails there is no role, and the diagnostic says why. Called while the
 * script has its event. */
void roles_find(const struct rule *rule, const struct event *event, uint32_t steps,
    struct arena *arena, struct match *match, struct diag *diag);

/* Gives its role the dedup key, where the memory goes by that. */
void roles_join(const struct rule *rule, struct match *match);

#endif
