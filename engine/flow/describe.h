/* What a match looks like to people: title, dedup key, severity and the rest, from the manifest or
 * from the rule's functions. A function that fails leaves the manifest's value and a note. */
#ifndef FLOW_DESCRIBE_H
#define FLOW_DESCRIBE_H

#include "flow/rules.h"
#include "flow/verdict.h"

/* Called between rule_script_event and rule_script_done. Fills `match`, in the arena. */
void describe_match(const struct rule *rule, const struct event *event, const char *rules_version,
    struct arena *arena, struct match *match);

#endif
