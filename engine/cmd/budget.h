/* Budgets of alerts: those of the command line, `N/day` for all rules and `RULE=N/day`, and those of
 * manifests. What names a rule goes before its manifest, the last that fits before the others, and
 * `N/day` is for rules that have no other. */
#ifndef CMD_BUDGET_H
#define CMD_BUDGET_H

#include "cmd/stats.h"

/* False after a line on standard error: one cannot be read, or names no rule. */
bool budgets_check(const struct option_list *budgets, const struct rules *rules);

/* Gives each rule its own. They were checked. */
void budgets_set(const struct option_list *budgets, struct stats *stats);

/* Tells the log who exceeds it. Whether none does. */
bool budgets_hold(const struct stats *stats);

#endif
