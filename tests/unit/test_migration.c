#include "store_help.h"

#include "base/clock.h"
#include "base/file.h"
#include "model/growth.h"

#include <sys/file.h>
#include <time.h>

static struct arena arena;

/* ---- a store of an older version ---- */

static void script(const char *sql) {
    struct diag diag = {0};
    struct db *db = db_open(store_path, true, &diag);
    assert_non_null(db);
    assert_good(db_script(db, sql, &diag), diag);
    db_close(db);
}

static int load(void **state, const char *fixture) {
    struct diag diag = {0};
    struct buf sql;
    arena_init(&arena);
    if (make_store_dir(state) != 0) return -1;
    buf_init(&sql);
    assert_good(file_read(fixture, 1 << 20, &sql, &diag), diag);
    script(buf_text(&sql));
    buf_release(&sql);
    return 0;
}

static int set_up(void **state) {
    return load(state, "tests/fixtures/store-v1.sql");
}

static int set_up_2(void **state) {
    return load(state, "tests/fixtures/store-v2.sql");
}

static int tear_down(void **state) {
    arena_release(&arena);
    return remove_store_dir(state);
}

/* Asks the file, whatever its version. */
static int64_t ask(const char *sql) {
    struct diag diag = {0};
    struct store store = {.db = db_open(store_path, false, &diag)};
    assert_non_null(store.db);
    int64_t answer = ask_number(&store, sql);
    db_close(store.db);
    return answer;
}

static void check_is_version_1(void) {
    assert_int_equal(ask("PRAGMA user_version"), 1);
    assert_int_equal(ask("SELECT count(*) FROM pragma_table_info('alert')"), 15);
    assert_int_equal(ask("SELECT count(*) FROM pragma_table_info('input')"), 9);
    assert_int_equal(ask("SELECT count(*) FROM alert"), 3);
    assert_int_equal(ask("SELECT sum(id * 1000 + alert) FROM delivery"), 17022);
    assert_int_equal(
        ask("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%\\_2' ESCAPE '\\'"), 0);
}

/* ---- nothing is lost ---- */

static struct alert get(struct store *store, const char *id) {
    struct diag diag = {0};
    struct alert alert;
    bool found;
    assert_good(store_alert_find(store, id, &arena, &alert, &found, &diag), diag);
    assert_true(found);
    return alert;
}

#define ROOT "33333333333333333333333333333333"
#define UNTIMED "77777777777777777777777777777777"
#define FAR "99999999999999999999999999999999"

static void test_alerts(void **state) {
    (void)state;
    struct buf text;
    struct store *store = must_open(STORE_EXCLUSIVE);
    struct alert root = get(store, ROOT);
    buf_init(&text);
    alert_print(&text, &root);
    assert_string_equal(buf_text(&text),
        "{\"schema\":\"tocsin.alert/1\",\"id\":\"" ROOT "\",\"rule\":\"aws.root\","
        "\"title\":\"Root did it\",\"severity\":\"high\",\"log\":\"aws.cloudtrail\","
        "\"time\":\"1970-01-01T00:00:10Z\",\"last_time\":\"1970-01-01T00:00:12Z\",\"count\":2,"
        "\"dedup\":\"123456789012\",\"event_ids\":[\"e1\",\"e2\"],\"event\":{\"eventID\":\"e1\"},"
        "\"state\":\"open\",\"revision\":1,\"rules_version\":\"v1\"}");
    buf_release(&text);
    assert_int_equal(root.closes_ms, 15000);
    assert_true(get(store, UNTIMED).closes_ms == CLOCK_UNKNOWN);
    assert_true(get(store, FAR).closes_ms == INT64_MAX);
    assert_int_equal(ask_number(store, "SELECT sum(created_ms) FROM alert"), 2703);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM alert_event"), 4);
    store_close(store);
}

static bool note(void *context, const struct delivery *delivery) {
    buf_add_format(context, "%d:%.1s/%d:%.*s:%s:%d:%d:%d:%d:%d:%d ", (int)delivery->id,
        delivery->alert, (int)delivery->revision, STR_ARG(delivery->destination),
        delivery_state_names[delivery->state], (int)delivery->attempts, (int)delivery->created_ms,
        (int)delivery->due_ms, (int)delivery->updated_ms, (int)delivery->last_status,
        (int)delivery->last_error.len);
    return true;
}

static void test_deliveries(void **state) {
    (void)state;
    struct diag diag = {0};
    struct buf seen;
    struct store *store = must_open(STORE_EXCLUSIVE);
    buf_init(&seen);
    assert_good(store_deliveries_list(store, "", note, &seen, &diag), diag);
    assert_string_equal(buf_text(&seen),
        "6:9/1:soc:dropped:0:912:912:912:0:0 5:7/1:soc:given up:8:911:999:911:0:0 "
        "4:3/1:pager:done:1:910:910:910:0:0 2:3/1:soc:queued:1:910:950:910:0:0 ");
    buf_release(&seen);
    store_close(store);
}

static void test_inputs(void **state) {
    (void)state;
    struct diag diag = {0};
    struct store_input input;
    struct store *store = must_open(STORE_EXCLUSIVE);
    bool found = false;
    assert_good(store_input_find(store, "8:100", &arena, &input, &found, &diag), diag);
    assert_true(found && str_is(input.path, "/var/log/a.json"));
    assert_true(input.position.offset == 4096 && input.position.line == 12);
    assert_true(input.position.index == 34 && input.position.context == 5);
    assert_true(input.position.column == 0);
    assert_string_equal(input.head, "");
    assert_true(input.size == 8192 && !input.done);
    assert_good(store_input_find(store, "8:101", &arena, &input, &found, &diag), diag);
    assert_true(found && input.done && input.position.offset == 77);
    assert_int_equal(ask_number(store, "SELECT sum(seen_ms) FROM input"), 1801);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM rejected WHERE bytes = '{\"a\":'"), 1);
    store_close(store);
}

/* ---- and everything works ---- */

static bool queue(void *context, const struct alert *alert) {
    assert_string_equal(alert->id, ROOT);
    assert_int_equal(alert->revision, 2);
    assert_int_equal(alert->state, ALERT_UPDATED);
    return store_delivery_add(context, alert->id, alert->revision, STR("soc"), 2000, NULL);
}

static void test_matches_count_on(void **state) {
    (void)state;
    struct diag diag = {0};
    struct alert alert;
    struct store *store = must_open(STORE_SHARED); /* any of the two brings it forward */
    struct store_match match = {STR("aws.root"), STR("123456789012"), STR("e5"), 14999, 5000};
    int64_t closes_ms = 0;
    bool found = false, fresh = true;
    assert_good(store_next_close(store, &closes_ms, &diag), diag);
    assert_true(closes_ms == INT64_MAX); /* what was there counts as told */
    assert_good(store_alert_match(store, &match, &arena, &alert, &found, &diag), diag);
    assert_true(found);
    assert_good(store_alert_count(store, alert.id, STR("e2"), 12000, &fresh, &diag), diag);
    assert_false(fresh);
    assert_good(store_alert_count(store, alert.id, STR("e5"), 14999, &fresh, &diag), diag);
    assert_true(fresh);
    assert_good(store_alerts_close(store, INT64_MAX, queue, store, &diag), diag);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM delivery WHERE revision = 2"), 1);
    assert_int_equal(ask_number(store, "SELECT max(id) FROM delivery"), 7);
    store_close(store);
}

static void test_deliveries_go_on(void **state) {
    (void)state;
    struct diag diag = {0};
    struct buf seen;
    struct store *store = must_open(STORE_EXCLUSIVE);
    int64_t changed = 0, removed = 0;
    assert_good(
        store_deliveries_set(store, "", STR("soc"), DELIVERY_QUEUED, 2000, &changed, &diag), diag);
    assert_int_equal(changed, 2);
    buf_init(&seen);
    assert_good(store_deliveries_due(store, STR("soc"), 2000, 1, note, &seen, &diag), diag);
    assert_string_equal(buf_text(&seen), "2:3/1:soc:queued:0:2000:2000:2000:0:0 ");
    buf_release(&seen);
    assert_good(
        store_deliveries_set(store, "", STR(""), DELIVERY_DROPPED, 1, &changed, &diag), diag);
    assert_good(store_retain(store, 1000, INT64_MAX, INT64_MAX, &removed, &diag), diag);
    assert_int_equal(ask_number(store, "SELECT (SELECT count(*) FROM alert) +"
                                       " (SELECT count(*) FROM alert_event) +"
                                       " (SELECT count(*) FROM delivery) +"
                                       " (SELECT count(*) FROM input)"),
        0);
    store_close(store);
}

static void test_alerts_grow_and_end(void **state) {
    (void)state;
    struct diag diag = {0};
    struct growth_updates updates;
    struct growth_names names;
    struct store *store = must_open(STORE_EXCLUSIVE);
    bool fresh = false, waits = false;
    assert_good(growth_told_to(store, ROOT, &arena, &names, &diag), diag);
    assert_true(names.count == 2 && str_is(names.list[0], "pager") && str_is(names.list[1], "soc"));
    assert_good(growth_watch(store, ROOT, STR("soc"), 60000, 1000, &diag), diag);
    assert_good(store_alert_count(store, ROOT, STR("e5"), 14999, &fresh, &diag), diag);
    assert_good(growth_note(store, ROOT, &waits, &diag), diag);
    assert_true(fresh && waits);
    assert_good(growth_due(store, 61000, &arena, &updates, &diag), diag);
    assert_true(updates.count == 1 && updates.list[0].more.count == 1);
    assert_int_equal(updates.list[0].more.addresses, 0);
    assert_good(growth_open(store, ROOT, 20000, &diag), diag);
    store_close(store);
    assert_int_equal(ask("SELECT count(*) FROM alert_event WHERE nth = 0 AND address = ''"), 5);
    assert_int_equal(ask("SELECT count(*) FROM delivery WHERE alert_state = 0 AND more = ''"), 4);
    assert_int_equal(ask("SELECT count(*) FROM alert_open WHERE rule = 'aws.root'"), 1);
}

/* ---- the one or the other ---- */

static void test_a_step_that_fails(void **state) {
    (void)state;
    script("CREATE TABLE delivery_2 (x)"); /* in the way of the last part */
    const char *said = must_refuse(store_path, STORE_EXCLUSIVE);
    assert_non_null(strstr(said, "delivery_2"));
    script("DROP TABLE delivery_2");
    check_is_version_1();
    store_close(must_open(STORE_EXCLUSIVE));
    assert_int_equal(ask("PRAGMA user_version"), STORE_VERSION);
}

static void test_a_broken_reference(void **state) {
    (void)state;
    script("PRAGMA foreign_keys = OFF; INSERT INTO alert_event VALUES (99, 'e')");
    assert_non_null(strstr(must_refuse(store_path, STORE_EXCLUSIVE), "cannot migrate store '"));
    script("DELETE FROM alert_event WHERE alert = 99");
    check_is_version_1();
}

static void test_held_by_an_older_engine(void **state) {
    (void)state;
    char lock[128];
    snprintf(lock, sizeof lock, "%s.lock", store_path);
    int fd = open(lock, O_RDWR | O_CREAT, 0600);
    assert_int_equal(write(fd, "4711\n", 5), 5);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_non_null(strstr(must_refuse(store_path, STORE_SHARED), "(pid 4711) holds it"));
    close(fd);
    check_is_version_1();
}

/* Ends with all of the step done and none of it committed. */
static void die_before_the_commit(void) {
    struct db *db = db_open(store_path, false, NULL);
    if (db && db_script(db, "PRAGMA foreign_keys = OFF; PRAGMA cache_size = 1", NULL) &&
        db_begin(db, NULL) && db_script(db, store_scripts[1], NULL))
        kill(getpid(), SIGKILL);
    _exit(1);
}

/* What a step did before another failed stays, and is gone on from. */
static void test_a_later_step_that_fails(void **state) {
    (void)state;
    script("ALTER TABLE rejected ADD COLUMN event"); /* in the way of version 3 */
    assert_non_null(strstr(must_refuse(store_path, STORE_EXCLUSIVE), "duplicate column"));
    assert_int_equal(ask("PRAGMA user_version"), 2);
    script("ALTER TABLE rejected DROP COLUMN event");
    store_close(must_open(STORE_EXCLUSIVE));
    assert_int_equal(ask("PRAGMA user_version"), STORE_VERSION);
}

static void test_killed_before_the_commit(void **state) {
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0) die_before_the_commit();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    check_is_version_1();
    store_close(must_open(STORE_EXCLUSIVE));
    assert_int_equal(ask("PRAGMA user_version"), STORE_VERSION);
    assert_int_equal(ask("SELECT count(*) FROM alert"), 3);
}

static void open_and_be_killed_after(long us) {
    pid_t child = fork();
    if (child == 0) _exit(store_open(store_path, STORE_EXCLUSIVE, NULL) ? 0 : 1);
    nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void test_killed_at_any_moment(void **state) {
    (void)state;
    int forward = 0;
    for (long i = 0; forward < 5 && i < 2000; i++) {
        open_and_be_killed_after(i * 250);
        if (ask("PRAGMA user_version") == 1) {
            check_is_version_1();
            continue;
        }
        forward++;
        assert_int_equal(ask("SELECT count(*) FROM alert WHERE told = count"), 3);
        assert_int_equal(ask("SELECT count(*) FROM delivery WHERE revision = 1"), 4);
        tear_down(state);
        set_up(state);
    }
    assert_true(forward > 0);
}

/* ---- from version 2 ---- */

static bool note_failure(void *context, const struct rejected *rejected) {
    buf_add_format(context, "%.*s:%s:%.*s:%.*s ", STR_ARG(rejected->rule),
        failure_names[rejected->kind], STR_ARG(rejected->event_id), STR_ARG(rejected->bytes));
    return true;
}

static void check_rejected(struct store *store, bool failures, const char *expected) {
    struct diag diag = {0};
    struct buf seen = {0};
    struct store_rejected_filter filter = {.failures = failures, .since_ms = CLOCK_UNKNOWN};
    assert_good(store_rejected_list(store, &filter, note_failure, &seen, &diag), diag);
    assert_string_equal(buf_text(&seen), expected);
    buf_release(&seen);
}

static void test_failures_have_their_kind(void **state) {
    (void)state;
    struct diag diag = {0};
    struct store *store = must_open(STORE_EXCLUSIVE);
    struct rejected fresh = {
        .kind = FAILURE_CRASH, .rule = STR("r.new"), .event_id = STR("e9"), .bytes = STR("{}")};
    assert_good(store_rejected_add(store, &fresh, &diag), diag);
    check_rejected(store, false, ":none::{\"a\": ");
    check_rejected(store, true,
        "r.error:error::{\"n\":2} r.steps:cpu::{\"n\":3} r.when:cpu::{\"n\":4} "
        "r.memory:memory::{\"n\":5} r.time:deadline::{\"n\":6} r.new:crash:e9:{} ");
    store_close(store);
    assert_int_equal(ask("PRAGMA user_version"), STORE_VERSION);
}

static void test_the_rest_of_version_2_stays(void **state) {
    (void)state;
    struct diag diag = {0};
    struct buf seen = {0};
    struct store *store = must_open(STORE_SHARED);
    struct alert root = get(store, ROOT);
    assert_true(root.count == 2 && root.revision == 1 && root.state == ALERT_UPDATED);
    assert_int_equal(ask_number(store, "SELECT told FROM alert"), 1);
    assert_int_equal(ask_number(store, "SELECT line_column FROM input WHERE head = '9:abc'"), 7);
    assert_good(store_deliveries_list(store, "", note, &seen, &diag), diag);
    assert_string_equal(buf_text(&seen), "2:3/1:soc:given up:8:910:950:940:410:4 ");
    buf_release(&seen);
    store_close(store);
}

#define TEST_2(name) cmocka_unit_test_setup_teardown(name, set_up_2, tear_down)
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_alerts),
        TEST(test_deliveries),
        TEST(test_inputs),
        TEST(test_matches_count_on),
        TEST(test_deliveries_go_on),
        TEST(test_alerts_grow_and_end),
        TEST(test_a_step_that_fails),
        TEST(test_a_broken_reference),
        TEST(test_a_later_step_that_fails),
        TEST(test_held_by_an_older_engine),
        TEST(test_killed_before_the_commit),
        TEST(test_killed_at_any_moment),
        TEST_2(test_failures_have_their_kind),
        TEST_2(test_the_rest_of_version_2_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
