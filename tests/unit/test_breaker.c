#include "check.h"

#include "flow/breaker.h"

static const struct breaker_limits limits = {.failures = 3, .pause_ms = 10, .pause_most_ms = 35};

static struct breaker opened_at(int64_t now_ms) {
    struct breaker breaker;
    breaker_init(&breaker, &limits);
    for (int i = 0; i < 3; i++)
        assert_int_equal(breaker_failure(&breaker, breaker_take(&breaker), now_ms), i == 2);
    return breaker;
}

static void opens_after_failures_in_a_row(void **state) {
    (void)state;
    struct breaker breaker;
    breaker_init(&breaker, &limits);
    for (int i = 0; i < 20; i++) {
        assert_true(breaker_admits(&breaker, i));
        assert_false(breaker_take(&breaker));
        if (i % 3 == 2)
            assert_false(breaker_success(&breaker));
        else
            assert_false(breaker_failure(&breaker, false, i));
    }
    breaker = opened_at(100);
    assert_false(breaker_admits(&breaker, 100));
    assert_false(breaker_admits(&breaker, 109));
    assert_int_equal(breaker_next_ms(&breaker), 110);
}

static void lets_one_probe_through(void **state) {
    (void)state;
    struct breaker breaker = opened_at(100);
    assert_true(breaker_admits(&breaker, 110));
    assert_true(breaker_admits(&breaker, 110)); /* asking takes nothing */
    assert_true(breaker_take(&breaker));
    assert_false(breaker_admits(&breaker, 1000000));
    assert_int_equal(breaker_next_ms(&breaker), INT64_MAX);
}

static void pauses_grow_to_a_limit(void **state) {
    (void)state;
    static const int64_t pauses[] = {20, 35, 35};
    struct breaker breaker = opened_at(100);
    int64_t now = 110;
    for (size_t i = 0; i < 3; i++) {
        assert_true(breaker_take(&breaker));
        assert_false(breaker_failure(&breaker, true, now));
        assert_int_equal(breaker_next_ms(&breaker), now + pauses[i]);
        now += pauses[i];
    }
}

static void a_probe_that_is_answered_closes_it(void **state) {
    (void)state;
    struct breaker breaker = opened_at(100);
    assert_true(breaker_take(&breaker));
    assert_true(breaker_success(&breaker));
    assert_true(breaker_admits(&breaker, 0));
    assert_false(breaker_failure(&breaker, false, 111)); /* counts from zero again */
    assert_false(breaker_failure(&breaker, false, 111));
    assert_true(breaker_failure(&breaker, false, 111));
    assert_int_equal(breaker_next_ms(&breaker), 121); /* and pauses from the first again */
}

static void what_was_under_way_is_no_probe(void **state) {
    (void)state;
    struct breaker breaker = opened_at(100);
    assert_false(breaker_failure(&breaker, false, 108));
    assert_int_equal(breaker_next_ms(&breaker), 110);
    assert_true(breaker_take(&breaker));
    assert_false(breaker_failure(&breaker, false, 111)); /* the probe is still out */
    assert_int_equal(breaker_next_ms(&breaker), INT64_MAX);
    assert_true(breaker_success(&breaker));
    assert_true(breaker_admits(&breaker, 111));
    assert_false(breaker_failure(&breaker, true, 112)); /* the probe comes back late */
    assert_true(breaker_admits(&breaker, 112));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_after_failures_in_a_row),
        cmocka_unit_test(lets_one_probe_through),
        cmocka_unit_test(pauses_grow_to_a_limit),
        cmocka_unit_test(a_probe_that_is_answered_closes_it),
        cmocka_unit_test(what_was_under_way_is_no_probe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
