/* Whether an event is a match of a rule: its `when`, its Lua, a step where it has a sequence, and no
 * exception. Says nothing of what the match looks like, and remembers nothing. */
#ifndef FLOW_MATCHING_H
#define FLOW_MATCHING_H

#include "flow/rules.h"

enum { MATCHING_NONE = UINT32_MAX };

/* What was found when a rule was asked. */
struct matching {
    enum failure_kind failure; /* where it failed */
    uint32_t steps;            /* of its sequence that the event meets: bit n is step n */
    uint32_t exception;        /* its number: it is no match; or MATCHING_NONE */
    bool exception_failed;     /* a regular expression met its limit: it did not apply */
};

/* Its own Lua, or that of a rule that a step names. */
bool rule_asks_lua(const struct rule *rule);

/* Whether `when` holds; a regular expression that met its limit is in the diagnostic. */
bool matching_selects(const struct rule *rule, const struct event *event, struct diag *diag);

/* Whether the exception no longer applies at the time of the event. */
bool matching_is_over(const struct manifest_exception *exception, const struct event *event);

/* Whether the event says that alerts of the rule are over; a regular expression as above. */
bool matching_resolves(const struct rule *rule, const struct event *event, struct diag *diag);

/* Of an event that `when` holds for, between rule_script_event and rule_script_done of the rule. */
enum rule_answer matching_ask(struct matching *matching, const struct rule *rule,
    const struct event *event, struct diag *diag);

#endif
