/* Errands done by forked processes: what they answer, and what becomes of those that do not. */
#include "check.h"

#include "base/clock.h"
#include "flow/errands.h"

#include <unistd.h>

enum { COUNT = 100, LOST = 9, CRASHES = 3, HANGS = 50 };

static uint8_t seven(void *context, size_t number) {
    (void)context;
    return (uint8_t)(number % 7 + 1);
}

static uint8_t sometimes(void *context, size_t number) {
    if (number == CRASHES) _exit(1);
    while (number == HANGS) sleep(1);
    return seven(context, number);
}

static uint8_t slowly(void *context, size_t number) {
    usleep(20000);
    return seven(context, number);
}

static struct errands errands_of(uint8_t (*run)(void *, size_t), size_t jobs) {
    return (struct errands){.count = COUNT,
        .jobs = jobs,
        .run = run,
        .lost = LOST,
        .limit_ms = 200,
        .until_ms = INT64_MAX};
}

static void run_all(const struct errands *errands, uint8_t answers[COUNT]) {
    struct diag diag = {0};
    memset(answers, 0xFF, COUNT);
    if (!errands_run(errands, answers, &diag)) fail_msg("%s", diag.text);
}

static void all_are_done_by_however_many(void **state) {
    (void)state;
    for (size_t jobs = 1; jobs <= 4; jobs++) {
        struct errands errands = errands_of(seven, jobs);
        uint8_t answers[COUNT];
        run_all(&errands, answers);
        for (size_t i = 0; i < COUNT; i++) assert_int_equal(answers[i], i % 7 + 1);
    }
}

static void what_dies_or_hangs_is_lost_alone(void **state) {
    (void)state;
    for (size_t jobs = 1; jobs <= 2; jobs++) {
        struct errands errands = errands_of(sometimes, jobs);
        uint8_t answers[COUNT];
        run_all(&errands, answers);
        for (size_t i = 0; i < COUNT; i++)
            assert_int_equal(answers[i], i == CRASHES || i == HANGS ? LOST : i % 7 + 1);
    }
}

static void what_there_is_no_time_for_is_not_begun(void **state) {
    (void)state;
    struct errands errands = errands_of(slowly, 2);
    uint8_t answers[COUNT];
    size_t begun = 0;
    errands.until_ms = clock_monotonic_ms() + 100;
    run_all(&errands, answers);
    while (begun < COUNT && answers[begun]) begun++;
    assert_true(begun > 0 && begun < COUNT);
    for (size_t i = begun; i < COUNT; i++) assert_int_equal(answers[i], 0);
}

static void nothing_is_done_at_once(void **state) {
    (void)state;
    struct errands errands = errands_of(seven, 2);
    struct diag diag = {0};
    uint8_t answers[1] = {7};
    errands.count = 0;
    assert_true(errands_run(&errands, answers, &diag));
    assert_int_equal(answers[0], 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_done_by_however_many),
        cmocka_unit_test(what_dies_or_hangs_is_lost_alone),
        cmocka_unit_test(what_there_is_no_time_for_is_not_begun),
        cmocka_unit_test(nothing_is_done_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
