/* What `replay --profile` tells: what each rule cost, and which rules cost more than they need because
 * nothing in their `when` can be looked up. */
#ifndef CMD_PROFILE_H
#define CMD_PROFILE_H

#include "cmd/options.h"
#include "flow/rule_cost.h"
#include "flow/rules.h"

/* `costs` are of each rule. For people the dearest 20, or all with -v; with -f json one object a
 * rule and line. `passes`: records are passed over. */
void profile_print(const struct rules *rules, const struct rule_cost *costs, bool passes,
    const struct options *options, FILE *to);

#endif
