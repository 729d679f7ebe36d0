#include "check.h"

#include "flow/tally.h"

static void check_text(const struct tally *tally, const char *expected) {
    struct buf text = {0};
    tally_print(&text, tally);
    assert_string_equal(buf_text(&text), expected);
    buf_release(&text);
}

static void says_what_went_wrong_only_where_something_did(void **state) {
    (void)state;
    struct tally tally = {.records = 1448, .events = 1, .matches = 1, .alerts = 2};
    check_text(&tally, "1,448 records: 1 event; 1 match, 2 alerts");
    tally.unrecognised = 3;
    tally.rejected = 1;
    tally.unreadable = 2;
    check_text(&tally, "1,448 records: 1 event, 3 unrecognised, 1 rejected; 1 match, 2 alerts; "
                       "2 inputs unreadable");
}

static void failures_are_counted_by_why(void **state) {
    (void)state;
    struct tally tally = {0}, more = {0};
    tally_failure(&tally, FAILURE_CPU);
    check_text(&tally, "0 records: 0 events; 0 matches, 0 alerts; 1 rule failure (1 cpu)");
    tally_failure(&more, FAILURE_CRASH);
    tally_failure(&more, FAILURE_CPU);
    tally_add(&tally, &more);
    check_text(
        &tally, "0 records: 0 events; 0 matches, 0 alerts; 3 rule failures (2 cpu, 1 crash)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_went_wrong_only_where_something_did),
        cmocka_unit_test(failures_are_counted_by_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
