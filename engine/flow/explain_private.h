/* What the files of the explanation share. Only explain*.c include it. */
#ifndef FLOW_EXPLAIN_PRIVATE_H
#define FLOW_EXPLAIN_PRIVATE_H

#include "flow/explain.h"

/* explain_judge.c: what the pipeline makes of the record, by itself. Fills verdicts that go beyond
 * `when`, matches, failures and alerts. */
bool explain_judge(struct explanation *explanation, const struct explain_plan *plan,
    struct str record, struct diag *diag);

/* explain_rule.c: what leads to the verdict of one rule; and the verdict, where none was told. */
void explain_rule(
    struct explanation *explanation, const struct explain_plan *plan, struct explained_rule *rule);

/* explain_memory.c: what the store remembers of what came before the match. */
void explain_memory(
    struct explanation *explanation, const struct explain_plan *plan, struct explained_rule *rule);

/* explain_delivery.c: where the alert goes, and what would be sent. */
void explain_deliveries(struct explanation *explanation, const struct explain_plan *plan,
    struct explained_alert *explained, const struct alert *alert);

#endif
