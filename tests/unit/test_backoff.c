#include "check.h"

#include "flow/backoff.h"

static const double almost_one = 0.9999999999;

static void ceiling_doubles_and_stops(void **state) {
    (void)state;
    static const int64_t want[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        assert_int_equal(backoff_delay_ms(&backoff_default, (int64_t)i + 1, almost_one), want[i]);
}

static void jitter_is_full(void **state) {
    (void)state;
    assert_int_equal(backoff_delay_ms(&backoff_default, 7, 0), 0);
    assert_int_equal(backoff_delay_ms(&backoff_default, 1, 0.5), 500);
}

static void odd_counts_are_harmless(void **state) {
    (void)state;
    assert_int_equal(backoff_delay_ms(&backoff_default, 0, almost_one), 1000);
    assert_int_equal(backoff_delay_ms(&backoff_default, -7, almost_one), 1000);
    assert_int_equal(backoff_delay_ms(&backoff_default, INT64_MAX, almost_one), 60000);
}

static void retry_after_is_the_least(void **state) {
    (void)state;
    const struct backoff *b = &backoff_default;
    assert_int_equal(backoff_with_retry_after_ms(b, 1, 0.5, 7000), 7000);
    assert_int_equal(backoff_with_retry_after_ms(b, 9, almost_one, 7000), 60000);
    assert_int_equal(backoff_with_retry_after_ms(b, 1, 0.5, -1), 500);
    assert_int_equal(backoff_with_retry_after_ms(b, 1, 0.5, 0), 500);
}

static void retry_after_is_capped(void **state) {
    (void)state;
    assert_int_equal(backoff_with_retry_after_ms(&backoff_default, 1, 0, INT64_MAX), 3600000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ceiling_doubles_and_stops),
        cmocka_unit_test(jitter_is_full),
        cmocka_unit_test(odd_counts_are_harmless),
        cmocka_unit_test(retry_after_is_the_least),
        cmocka_unit_test(retry_after_is_capped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
