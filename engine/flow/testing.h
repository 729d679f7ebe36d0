/* The tests of a manifest: one event through its rule, the answer against what was expected. */
#ifndef FLOW_TESTING_H
#define FLOW_TESTING_H

#include "flow/evaluate.h"

/* Whether the test holds; `why` says what differed where it does not. */
bool testing_run(struct evaluator *evaluator, const struct rule *rule,
    const struct manifest_test *test, struct arena *arena, struct diag *why);

#endif
