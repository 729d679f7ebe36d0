#include "flow/tested.h"

const struct manifest_test *tested_test(const struct rules *rules, const struct tested *tested) {
    if (tested->rule >= rules->count) return NULL;
    const struct manifest *manifest = rules->list[tested->rule].manifest;
    return tested->test < manifest->test_count ? &manifest->tests[tested->test] : NULL;
}

const struct json *tested_event(const struct manifest_test *test, const struct tested *tested) {
    if (!test) return NULL;
    if (!test->timeline.count) return test->event;
    if (tested->event >= test->timeline.count) return NULL;
    return test->timeline.events[tested->event].event;
}
