#include "store_help.h"

#include "base/clock.h"
#include "model/growth.h"

static struct store *store;

static int set_up(void **state) {
    if (make_store_dir(state) != 0) return -1;
    store = must_open(STORE_EXCLUSIVE);
    return 0;
}

static int tear_down(void **state) {
    store_close(store);
    return remove_store_dir(state);
}

/* ---- in few words ---- */

static struct alert add(const char *rule, int64_t time_ms, int64_t period_ms, int64_t wall_ms) {
    struct diag diag = {0};
    struct alert alert = make_alert(rule, "k", "e", time_ms, period_ms);
    bool fresh = false;
    assert_good(store_alert_add(store, &alert, STR("e"), wall_ms, &fresh, &diag), diag);
    assert_true(fresh);
    return alert;
}

static void reject(const char *bytes, int64_t at_ms) {
    struct diag diag = {0};
    struct rejected rejected = {.source = STR("s"), .bytes = str_of(bytes), .at_ms = at_ms};
    assert_good(store_rejected_add(store, &rejected, &diag), diag);
}

static void deliver(const struct alert *alert, enum delivery_state to) {
    struct diag diag = {0};
    struct str destination = str_of(delivery_state_names[to]);
    assert_good(store_delivery_add(store, alert->id, 1, destination, 1, &diag), diag);
    struct delivery delivery = {
        .id = ask_number(store, "SELECT max(id) FROM delivery"), .state = to};
    assert_good(store_delivery_save(store, &delivery, 1, &diag), diag);
}

static int64_t retain(int64_t before_ms, int64_t event_ms, int64_t most_bytes) {
    int64_t removed = 0, all = 0;
    struct diag diag = {0};
    do {
        assert_good(store_retain(store, before_ms, event_ms, most_bytes, &removed, &diag), diag);
        all += removed;
    } while (removed > 0);
    return all;
}

static bool has(const char *rule) {
    struct diag diag = {0};
    struct db_rows rows;
    db_query(
        store->db, &rows, "SELECT 1 FROM alert WHERE rule = ?1", VALUES(TEXT(str_of(rule))), &diag);
    bool found = db_next(&rows, &diag);
    assert_good(db_end(&rows), diag);
    return found;
}

/* ---- by age ---- */

static void test_by_age(void **state) {
    (void)state;
    add("old", 1, 1, 999);
    add("new", 1, 1, 1000);
    reject("old", 999);
    reject("new", 1000);
    assert_int_equal(retain(1000, 1000, INT64_MAX), 3); /* with the one event */
    assert_false(has("old"));
    assert_true(has("new"));
    assert_int_equal(ask_number(store, "SELECT count(*) FROM alert_event"), 1);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM rejected WHERE bytes = 'new'"), 1);
}

static void test_what_must_stay(void **state) {
    (void)state;
    struct alert queued = add("queued", 1, 1, 1), given_up = add("given up", 1, 1, 1);
    struct alert done = add("done", 1, 1, 1), dropped = add("dropped", 1, 1, 1);
    add("open", 500, 500, 1);
    add("over", 499, 500, 1);
    add("unknown", CLOCK_UNKNOWN, 500, 1);
    add("for ever", INT64_MAX - 1, 500, 1);
    deliver(&queued, DELIVERY_QUEUED);
    deliver(&queued, DELIVERY_DONE);
    deliver(&given_up, DELIVERY_GIVEN_UP);
    deliver(&done, DELIVERY_DONE);
    deliver(&dropped, DELIVERY_DROPPED);
    retain(INT64_MAX, 999, 0); /* by age and by size */
    assert_true(has("queued") && has("given up") && has("open") && has("for ever"));
    assert_false(has("done") || has("dropped") || has("over") || has("unknown"));
    retain(INT64_MAX, 1000, 0);
    assert_false(has("open"));
    assert_int_equal(ask_number(store, "SELECT count(*) FROM delivery"), 3);
}

/* Before the first event nothing is known to be over. */
/* What is still to be told of an alert keeps it; what nobody waits for goes with it. */
static void test_what_grows(void **state) {
    (void)state;
    struct diag diag = {0};
    struct alert alert = add("grows", 1, 1, 1);
    bool waits = false;
    assert_good(growth_watch(store, alert.id, STR("a"), 10, 1, &diag), diag);
    assert_good(growth_open(store, alert.id, 5000, &diag), diag);
    retain(INT64_MAX, INT64_MAX, 0);
    assert_true(has("grows"));
    assert_good(growth_open(store, alert.id, INT64_MAX, &diag), diag);
    assert_good(growth_note(store, alert.id, &waits, &diag), diag);
    retain(INT64_MAX, INT64_MAX, 0);
    assert_true(has("grows"));
    assert_good(growth_told(store, alert.id, STR("a"), 11, &diag), diag);
    retain(INT64_MAX, INT64_MAX, 0);
    assert_false(has("grows"));
    assert_int_equal(ask_number(store, "SELECT (SELECT count(*) FROM alert_update) +"
                                       " (SELECT count(*) FROM alert_open)"),
        0);
}

static void test_no_event_yet(void **state) {
    (void)state;
    add("closed", 1, 1, 1);
    retain(INT64_MAX, CLOCK_UNKNOWN, 0);
    assert_true(has("closed"));
}

static void test_inputs_by_age_only(void **state) {
    (void)state;
    struct diag diag = {0};
    struct store_input input = {.key = "1:1"}, other = {.key = "1:2"};
    assert_good(store_input_save(store, &input, 999, &diag), diag);
    assert_good(store_input_save(store, &other, 1000, &diag), diag);
    assert_int_equal(retain(0, 0, 0), 0);
    assert_int_equal(retain(1000, 0, INT64_MAX), 1);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM input WHERE key = '1:2'"), 1);
}

static void test_exceptions_by_their_last_hit(void **state) {
    (void)state;
    struct diag diag = {0};
    struct store_exception exception = {.rule = STR("r"), .id = STR("a"), .hits = 1};
    assert_good(store_exception_count(store, &exception, 999, &diag), diag);
    exception.id = STR("b");
    assert_good(store_exception_count(store, &exception, 999, &diag), diag);
    assert_good(store_exception_count(store, &exception, 1000, &diag), diag);
    assert_int_equal(retain(999, 0, INT64_MAX), 0);
    assert_int_equal(retain(1000, 0, INT64_MAX), 1);
    assert_int_equal(ask_number(store, "SELECT hits FROM exception"), 2);
}

/* ---- by size ---- */

/* The oldest of both kinds go, those that must stay are passed over. */
static void test_by_size_oldest_first(void **state) {
    (void)state;
    static char large[100000];
    struct diag diag = {0};
    memset(large, 'x', sizeof large - 1);
    struct alert stays = add("stays", 1, 1, 1);
    deliver(&stays, DELIVERY_QUEUED);
    assert_good(store_begin(store, &diag), diag);
    for (int i = 0; i < 20; i++) reject(large, 100 + i * 10);
    assert_good(store_commit(store, &diag), diag);
    add("early", 1, 1, 145);
    add("late", 1, 1, 295);
    retain(0, INT64_MAX, 1000000);
    assert_true(has("stays") && has("late"));
    assert_false(has("early"));
    int64_t kept = ask_number(store, "SELECT count(*) FROM rejected");
    assert_in_range(kept, 5, 9);
    assert_int_equal(ask_number(store, "SELECT min(at_ms) FROM rejected"), 300 - kept * 10);
}

/* With all that was written in it. */
static int64_t file_size(void) {
    struct diag diag = {0};
    assert_good(db_script(store->db, "PRAGMA wal_checkpoint(PASSIVE)", &diag), diag);
    struct stat st;
    assert_int_equal(stat(store_path, &st), 0);
    return st.st_size;
}

static void test_the_file_shrinks(void **state) {
    (void)state;
    static char large[50000];
    struct diag diag = {0};
    memset(large, 'x', sizeof large - 1);
    assert_good(store_begin(store, &diag), diag);
    for (int i = 0; i < 200; i++) reject(large, i);
    assert_good(store_commit(store, &diag), diag);
    assert_true(file_size() > 9000000);
    retain(0, 0, 1000000);
    assert_true(file_size() < 2000000); /* while it is open */
    assert_int_equal(ask_number(store, "PRAGMA freelist_count"), 0);
}

/* ---- in slices ---- */

static void count_many(const char *id, int most) {
    struct diag diag = {0};
    assert_good(store_begin(store, &diag), diag);
    for (int i = 0; i < most; i++) {
        char event[16];
        bool fresh;
        snprintf(event, sizeof event, "e%d", i);
        assert_good(store_alert_count(store, id, str_of(event), 1, &fresh, &diag), diag);
    }
    assert_good(store_commit(store, &diag), diag);
}

static void test_an_alert_with_many_events(void **state) {
    (void)state;
    struct diag diag = {0};
    int64_t removed = 0;
    struct alert alert = add("r", 1, 1, 1);
    count_many(alert.id, 4500);
    assert_good(store_retain(store, 2, 2, INT64_MAX, &removed, &diag), diag);
    assert_in_range(removed, 1, 2000);
    assert_true(has("r"));
    assert_int_equal(removed + retain(2, 2, INT64_MAX), 4502);
    assert_false(has("r"));
    assert_int_equal(ask_number(store, "SELECT count(*) FROM alert_event"), 0);
}

/* A thousand that must stay, in front of what may go, cost one look and not one a removal. */
static void test_many_that_stay(void **state) {
    (void)state;
    struct diag diag = {0};
    char rule[16];
    assert_good(store_begin(store, &diag), diag);
    for (int i = 0; i < 1000; i++) {
        snprintf(rule, sizeof rule, "stay%d", i);
        struct alert alert = add(rule, 1, 1, 1);
        assert_good(store_delivery_add(store, alert.id, 1, STR("d"), 1, &diag), diag);
        reject("x", 2);
        snprintf(rule, sizeof rule, "go%d", i);
        add(rule, 1, 1, 3);
    }
    assert_good(store_commit(store, &diag), diag);
    int64_t from = clock_monotonic_ms();
    assert_int_equal(retain(4, 4, INT64_MAX), 3000);
    assert_in_range(clock_monotonic_ms() - from, 0, 1000);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM alert"), 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_by_age),
        TEST(test_what_must_stay),
        TEST(test_what_grows),
        TEST(test_no_event_yet),
        TEST(test_inputs_by_age_only),
        TEST(test_exceptions_by_their_last_hit),
        TEST(test_by_size_oldest_first),
        TEST(test_the_file_shrinks),
        TEST(test_an_alert_with_many_events),
        TEST(test_many_that_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
