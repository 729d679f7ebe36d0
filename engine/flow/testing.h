/* The tests of a manifest: what was answered to a test's event, against what was expected. */
#ifndef FLOW_TESTING_H
#define FLOW_TESTING_H

#include "flow/verdict.h"

/* Whether the test holds; `why` says what differed where it does not. */
bool testing_holds(const struct manifest_test *test, const struct verdict *verdict,
    struct arena *arena, struct diag *why);

#endif
