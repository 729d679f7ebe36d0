/* The event of a test of a manifest, or one of its timeline, by its place in the rule set. */
#ifndef FLOW_TESTED_H
#define FLOW_TESTED_H

#include "flow/rules.h"

struct tested {
    uint32_t rule, test, event;
};

/* Both NULL: there is none. */
const struct manifest_test *tested_test(const struct rules *rules, const struct tested *tested);
const struct json *tested_event(const struct manifest_test *test, const struct tested *tested);

#endif
