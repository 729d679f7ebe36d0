/* A rule as it is in one test, with the params and exceptions that are given there. */
#ifndef FLOW_GIVEN_RULE_H
#define FLOW_GIVEN_RULE_H

#include "flow/rules.h"

struct given_rule {
    const struct manifest_test *test; /* NULL: none was asked for yet */
    struct rule rule;
    struct diag diag; /* why its Lua does not load with what is given */
};

/* The rule of that number as the test has it: the last one is kept, as a timeline asks for it again
 * and again. NULL with diagnostic: its Lua does not load. */
const struct rule *given_rule_find(struct given_rule *given, const struct rules *rules,
    uint32_t rule, const struct manifest_test *test, struct diag *diag);
void given_rule_release(struct given_rule *given);

#endif
