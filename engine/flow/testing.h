/* The tests of a manifest: what was answered to a test's event, against what was expected. */
#ifndef FLOW_TESTING_H
#define FLOW_TESTING_H

#include "flow/verdict.h"

/* Whether the test holds; `why` says what differed where it does not. */
bool testing_holds(const struct manifest_test *test, const struct verdict *verdict,
    struct arena *arena, struct diag *why);

/* Whether the alert, as JSON, holds what the map asks for; maps are subsets. `alert` and `at` in the map
 * are not for it. */
bool testing_holds_details(
    const struct yaml *details, const struct json *alert, struct arena *arena, struct diag *why);

#endif
