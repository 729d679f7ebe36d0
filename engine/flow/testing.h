/* The tests of a manifest: what was answered to a test's event, against what was expected. */
#ifndef FLOW_TESTING_H
#define FLOW_TESTING_H

#include "flow/difference.h"
#include "flow/messenger.h"
#include "flow/tested.h"
#include "flow/verdict.h"

/* What tests are held against. Borrows all. */
struct testing {
    const struct rules *rules;
    const struct config *config;   /* routes go by it; NULL: there is none */
    const struct config *messages; /* its destinations are those that messages are made for */
    struct messenger *messenger;   /* who makes them; NULL: none can be made */
};

/* Whether a test of one event that is judged alone holds, and what differs. */
bool testing_holds(const struct testing *testing, const struct tested *tested,
    const struct verdict *verdict, struct differences *to);

/* What a test gets in place of what it expects: "an alert". */
bool testing_differs(const struct manifest_test *test, struct str got, struct differences *to);

/* Whether the alert holds what the map asks for; NULL asks for nothing but that no function of its
 * rule failed. */
bool testing_holds_alert(const struct testing *testing, const struct yaml *details,
    const struct manifest_test *test, const struct alert *alert, struct differences *to);

#endif
