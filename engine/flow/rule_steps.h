/* What the sequences of a rule set need of its other rules: the rules that their steps name, and of
 * a sequence without a `when` the one that its steps give it. Runs no Lua. */
#ifndef FLOW_RULE_STEPS_H
#define FLOW_RULE_STEPS_H

#include "flow/rules.h"

/* False: a step names what it cannot; each is reported. */
bool rule_steps_resolve(struct rules *rules, struct diags *diags);

#endif
