/* What a match looks like to people: title, dedup key, severity and the rest, from the manifest or
 * from the rule's functions. A function that fails leaves the manifest's value and a note. */
#ifndef FLOW_DESCRIBE_H
#define FLOW_DESCRIBE_H

#include "flow/matching.h"
#include "flow/rules.h"
#include "flow/verdict.h"

/* Called between rule_script_event and rule_script_done. Fills `match`, in the arena. `matching` is
 * what was found of the event when the rule was asked. */
void describe_match(const struct rule *rule, const struct event *event,
    const struct matching *matching, const char *rules_version, struct arena *arena,
    struct match *match);

/* The dedup key that a match of the event would have by `dedup.by` or dedup(event). False: the latter
 * failed. As above. */
bool describe_dedup(const struct rule *rule, const struct event *event, struct arena *arena,
    struct str *dedup, struct diag *diag);

/* The alert of a rule that could not judge the event and shall alert all the same: the manifest's
 * values, marked by title ("Not judged: …"), tag ("unjudged") and error ("rule: REASON"), under a
 * dedup key of its own, so that it never hides a match. Runs no Lua. */
void describe_unjudged(const struct rule *rule, const struct event *event,
    const char *rules_version, struct str reason, struct arena *arena, struct match *match);

#endif
