/* The engine's own alerts: what people must know of the engine itself. Each is a match of a rule that
 * does not exist, so that dedup, routes, the outbox and delivery are those of any other alert. */
#ifndef FLOW_OWN_ALERT_H
#define FLOW_OWN_ALERT_H

#include "flow/verdict.h"

/* `tocsin.rule.failing`: a rule could not judge an event. At most one an hour and rule, with a count
 * of the events. `now_ms` is the time of the alert; texts live in the arena or in the failure. */
struct match own_alert_failing(const struct failure *failure, int64_t now_ms, struct arena *arena);

/* `tocsin.rule.suspended`: this failure was one too many. */
struct match own_alert_suspended(const struct failure *failure, const struct suspension *suspension,
    int64_t now_ms, struct arena *arena);

/* `tocsin.memory.full`: the memory of this match's rule had no room, and forgot so many matches. */
struct match own_alert_full(
    const struct match *match, int64_t forgotten, int64_t now_ms, struct arena *arena);

#endif
