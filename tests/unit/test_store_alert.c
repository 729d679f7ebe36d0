#include "store_help.h"

#include "base/clock.h"
#include "model/growth.h"

static struct store *store;
static struct arena arena;

static int set_up(void **state) {
    (void)state;
    struct diag diag = {0};
    arena_init(&arena);
    store = store_open(NULL, STORE_TEMPORARY, &diag);
    return store ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    store_close(store);
    arena_release(&arena);
    return 0;
}

static struct alert add(const char *rule, const char *dedup, const char *event, int64_t time_ms,
    int64_t period_ms, int64_t revision) {
    struct alert alert = make_alert(rule, dedup, event, time_ms, period_ms);
    alert.revision = revision;
    assert_true(add_alert(store, &alert, event));
    return alert;
}

static bool count(const struct alert *alert, const char *event, int64_t time_ms) {
    struct diag diag = {0};
    bool fresh;
    assert_good(store_alert_count(store, alert->id, str_of(event), time_ms, &fresh, &diag), diag);
    return fresh;
}

static struct alert get(const char *id) {
    struct diag diag = {0};
    struct alert alert;
    bool found;
    assert_good(store_alert_find(store, id, &arena, &alert, &found, &diag), diag);
    assert_true(found);
    return alert;
}

static bool match(struct store_match wanted, struct alert *alert) {
    struct diag diag = {0};
    bool found;
    assert_good(store_alert_match(store, &wanted, &arena, alert, &found, &diag), diag);
    return found;
}

static void assert_text(struct str text, const char *wanted) {
    assert_string_equal(arena_copy(&arena, text).at, wanted);
}

/* ---- matching ---- */

static bool is_held(struct store_match wanted) {
    struct diag diag = {0};
    struct alert alert;
    bool found;
    assert_good(store_alert_holding(store, &wanted, &arena, &alert, &found, &diag), diag);
    return found;
}

static void test_an_event_is_held_up_to_two_periods_away(void **state) {
    (void)state;
    struct alert alert = add("r", "k", "first", 1000, 500, 1);
    assert_true(count(&alert, "shifted", 1900));
    assert_true(is_held((struct store_match){STR("r"), STR("k"), STR("shifted"), 1900, 500}));
    assert_false(is_held((struct store_match){STR("r"), STR("k"), STR("other"), 1900, 500}));
    assert_false(is_held((struct store_match){STR("r"), STR("l"), STR("shifted"), 1900, 500}));
    assert_false(is_held((struct store_match){STR("r"), STR("k"), STR("shifted"), 2000, 500}));
}

static void test_match_is_strict(void **state) {
    (void)state;
    const struct {
        struct str rule, dedup;
        int64_t time_ms, period_ms;
        bool found;
    } rows[] = {
        {STR("r"), STR("k"), 1000, 500, true},
        {STR("r"), STR("k"), 1499, 500, true},
        {STR("r"), STR("k"), 1500, 500, false},
        {STR("r"), STR("k"), 501, 500, true},
        {STR("r"), STR("k"), 500, 500, false},
        {STR("r"), STR("k"), 1001, 1, false},
        {STR("r"), STR("k"), 1000, 0, false},
        {STR("r"), STR("k"), CLOCK_UNKNOWN, 500, false},
        {STR("r"), STR("k"), CLOCK_UNKNOWN, INT64_MAX, false},
        {STR("r"), STR("k"), INT64_MAX - 1, INT64_MAX, true},
        {STR("r"), STR("k"), INT64_MAX, 500, false},
        {STR("r"), STR("k"), INT64_MIN + 1, INT64_MAX, false},
        {STR("R"), STR("k"), 1000, 500, false},
        {STR("r"), STR("K"), 1000, 500, false},
        {STR("r"), STR(""), 1000, 500, false},
        {STR("r"), STR("k\0"), 1000, 500, false},
        {STR("r"), STR("01"), 1000, 500, true},
        {STR("r"), STR("1"), 1000, 500, false},
    };
    struct alert found;
    add("r", "k", "e", 1000, 500, 1);
    add("r", "01", "e", 1000, 500, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct store_match wanted = {
            rows[i].rule, rows[i].dedup, STR("new"), rows[i].time_ms, rows[i].period_ms};
        if (match(wanted, &found) != rows[i].found) fail_msg("row %zu", i);
    }
}

static void test_some_alerts_take_no_match(void **state) {
    (void)state;
    struct alert found;
    add("each", "k", "e", 1000, 0, 1);
    add("never", "k", "e", CLOCK_UNKNOWN, 500, 1);
    assert_false(match((struct store_match){STR("each"), STR("k"), STR("x"), 1000, 500}, &found));
    assert_false(
        match((struct store_match){STR("never"), STR("k"), STR("x"), INT64_MIN + 1, 500}, &found));
}

static void test_the_one_that_began_before_wins(void **state) {
    (void)state;
    struct alert late = add("r", "k", "b", 1400, 500, 1), found;
    struct alert early = add("r", "k", "a", 1000, 500, 1);
    struct store_match wanted = {STR("r"), STR("k"), STR("x"), 1300, 500};
    assert_true(match(wanted, &found));
    assert_string_equal(found.id, early.id);
    count(&late, "x", 1300);
    assert_true(match(wanted, &found));
    assert_string_equal(found.id, late.id);
    assert_int_equal(found.count, 2);
    wanted.event_id = STR("a"); /* the first event counted too */
    assert_true(match(wanted, &found));
    assert_string_equal(found.id, early.id);
}

/* ---- adding and counting ---- */

static void test_all_of_it_comes_back(void **state) {
    (void)state;
    struct alert alert = make_alert("r", "k\0\xff", "e", 1000, 500);
    alert.dedup = STR("k\0\xff");
    alert.title = STR("a \0 title \xe6\x97\xa5");
    alert.rules_version = STR("rv");
    alert.state = ALERT_RESOLVED;
    alert.revision = 7;
    assert_true(add_alert(store, &alert, "e\"\n"));
    struct alert got = get(alert.id);
    assert_true(str_eq(got.dedup, alert.dedup));
    assert_true(str_eq(got.title, alert.title));
    assert_text(got.rule, "r");
    assert_text(got.severity, "high");
    assert_text(got.log, "aws.cloudtrail");
    assert_text(got.rules_version, "rv");
    assert_text(got.body, "\"event\":{}");
    assert_text(got.event_ids, "[\"e\\\"\\n\"]");
    const int64_t numbers[] = {got.time_ms, got.last_time_ms, got.period_ms, got.closes_ms,
        got.count, got.state, got.revision};
    const int64_t wanted[] = {1000, 1000, 500, 1500, 1, ALERT_RESOLVED, 7};
    assert_memory_equal(numbers, wanted, sizeof wanted);
}

static void test_unknown_time(void **state) {
    (void)state;
    struct alert got = get(add("r", "k", "e", CLOCK_UNKNOWN, 500, 1).id);
    assert_true(got.time_ms == CLOCK_UNKNOWN && got.closes_ms == CLOCK_UNKNOWN);
    assert_true(got.last_time_ms == CLOCK_UNKNOWN);
}

static void test_an_event_counts_once(void **state) {
    (void)state;
    struct alert alert = add("r", "k", "e", 1000, 500, 1);
    assert_false(count(&alert, "e", 1000));
    assert_true(count(&alert, "f", 1200));
    assert_false(count(&alert, "f", 1300));
    assert_true(count(&alert, "g", 900));
    assert_true(count(&alert, "h", CLOCK_UNKNOWN));
    struct alert got = get(alert.id);
    assert_int_equal(got.count, 4);
    assert_int_equal(got.time_ms, 1000);
    assert_int_equal(got.last_time_ms, 1200);
    assert_text(got.event_ids, "[\"e\",\"f\",\"g\",\"h\"]");
}

static void test_added_again_nothing_changes(void **state) {
    (void)state;
    struct alert alert = add("r", "k", "e", 1000, 500, 1);
    count(&alert, "f", 1100);
    alert.title = STR("another");
    assert_false(add_alert(store, &alert, "z"));
    struct alert got = get(alert.id);
    assert_int_equal(got.count, 2);
    assert_text(got.title, "A title");
    assert_true(count(&alert, "z", 1000));
}

static void test_at_most_100_ids(void **state) {
    (void)state;
    struct alert alert = add("r", "k", "e", 1000, 500, 1);
    char event[16];
    for (int i = 1; i < 150; i++) {
        snprintf(event, sizeof event, "e%d", i);
        assert_true(count(&alert, event, 1000));
    }
    struct alert got = get(alert.id);
    size_t commas = 0;
    for (size_t i = 0; i < got.event_ids.len; i++) commas += got.event_ids.at[i] == ',';
    assert_int_equal(got.count, 150);
    assert_int_equal(commas, ALERT_EVENT_IDS - 1);
    assert_true(str_ends(got.event_ids, STR(",\"e99\"]")));
    assert_false(count(&alert, "e140", 1000)); /* not shown, but known */
}

static void test_what_is_not_there(void **state) {
    (void)state;
    struct diag diag = {0};
    struct alert alert;
    bool found = true;
    assert_good(store_alert_find(store, "nope", &arena, &alert, &found, &diag), diag);
    assert_false(found);
    assert_false(store_alert_count(store, "nope", STR("e"), 1, &found, &diag));
    assert_non_null(strstr(diag.text, "cannot use store '(temporary)'"));
    assert_int_equal(ask_number(store, "SELECT count(*) FROM alert_event"), 0);
}

static void test_resolve(void **state) {
    (void)state;
    const struct {
        struct str prefix;
        int found;
    } rows[] = {
        {STR("ab"), 2},
        {STR("abc"), 1},
        {STR(""), 2},
        {STR("abd0000000000000000000000000000"), 1},
        {STR("abc00000000000000000000000000000f"), 0},
        {STR("ac"), 0},
        {STR("a%"), 0},
        {STR("zz"), 0},
        {STR("\xff"), 0},
        {STR("ab\0"), 0},
    };
    static const char *const ids[] = {"abc00000000000000000000000000000",
        "abd00000000000000000000000000000", "ffffffffffffffffffffffffffffffff"};
    for (size_t i = 0; i < 3; i++) {
        struct alert alert = make_alert("r", ids[i], "e", 1, 0);
        memcpy(alert.id, ids[i], ALERT_ID);
        assert_true(add_alert(store, &alert, "e"));
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char id[ALERT_ID];
        struct diag diag = {0};
        int found = -1;
        assert_good(store_alert_resolve(store, rows[i].prefix, id, &found, &diag), diag);
        if (found != rows[i].found) fail_msg("row %zu: %d", i, found);
        if (found == 1) assert_memory_equal(id, rows[i].prefix.at, rows[i].prefix.len);
    }
}

/* ---- telling and listing ---- */

struct told {
    struct buf text;
    int most; /* 0: all */
};

/* "rule/revision/state count " for each. */
static bool note(void *context, const struct alert *alert) {
    struct told *told = context;
    buf_add_format(&told->text, "%.*s/%d/%s %d ", STR_ARG(alert->rule), (int)alert->revision,
        alert_state_names[alert->state], (int)alert->count);
    return --told->most != 0;
}

static void check_closes(int64_t until_ms, int most, const char *wanted) {
    struct told told = {.most = most};
    struct diag diag = {0};
    buf_init(&told.text);
    assert_good(store_alerts_close(store, until_ms, note, &told, &diag), diag);
    assert_string_equal(buf_text(&told.text), wanted);
    buf_release(&told.text);
}

static void check_next_close(int64_t wanted) {
    struct diag diag = {0};
    int64_t closes_ms = 0;
    assert_good(store_next_close(store, &closes_ms, &diag), diag);
    assert_true(closes_ms == wanted);
}

static void test_closing_in_order(void **state) {
    (void)state;
    check_next_close(INT64_MAX);
    add("last", "k", "e", 900, 5000, 0);
    add("late", "k", "e", 1500, 500, 0);
    struct alert by_time = add("long", "1", "e", 1000, 500, 0);
    assert_true(strcmp(by_time.id, add("short", "k", "e", 1400, 100, 0).id) > 0);
    add("told", "k", "e", 1000, 1, 1);
    add("unknown", "k", "e", CLOCK_UNKNOWN, 500, 0);
    check_next_close(CLOCK_UNKNOWN);
    check_closes(1499, 0, "unknown/1/open 1 ");
    check_next_close(1500);
    check_closes(1500, 1, "long/1/open 1 ");
    check_closes(1500, 0, "short/1/open 1 ");
    check_closes(1999, 0, "");
    check_closes(INT64_MAX, 0, "late/1/open 1 last/1/open 1 ");
    check_next_close(INT64_MAX);
}

static void test_same_time_by_id(void **state) {
    (void)state;
    struct alert a = add("a", "k", "e", 1000, 500, 0), b = add("b", "k", "e", 1000, 500, 0);
    check_closes(
        INT64_MAX, 0, strcmp(a.id, b.id) < 0 ? "a/1/open 1 b/1/open 1 " : "b/1/open 1 a/1/open 1 ");
}

static void test_told_again_when_more_came(void **state) {
    (void)state;
    struct alert run = add("run", "k", "e", 1000, 500, 1);
    struct alert replay = add("replay", "k", "e", 1001, 500, 0);
    check_closes(INT64_MAX, 0, "replay/1/open 1 ");
    count(&run, "f", 1100);
    count(&replay, "f", 1100);
    count(&replay, "g", 1100);
    check_next_close(1500);
    check_closes(INT64_MAX, 0, "run/2/updated 2 replay/2/updated 3 ");
    check_closes(INT64_MAX, 0, "");
    count(&run, "h", 1100);
    check_closes(INT64_MAX, 0, "run/3/updated 3 ");
    struct alert got = get(run.id);
    assert_int_equal(got.revision, 3);
    assert_int_equal(got.state, ALERT_UPDATED);
}

static void test_what_is_over_stays_so_when_it_is_told(void **state) {
    (void)state;
    struct diag diag = {0};
    struct growth_state resolved = {ALERT_RESOLVED, 2000, false};
    struct alert alert = add("r", "k", "e", 1000, 500, 0);
    int64_t revision = -1;
    assert_good(growth_set_state(store, alert.id, &resolved, &revision, &diag), diag);
    assert_int_equal(revision, 0);
    check_closes(INT64_MAX, 0, "r/1/resolved 1 ");
    count(&alert, "f", 1100);
    check_closes(INT64_MAX, 0, "r/2/resolved 2 ");
    assert_int_equal(get(alert.id).resolved_ms, 2000);
}

static bool queue(void *context, const struct alert *alert) {
    struct alert stored = get(alert->id); /* marked before it is told */
    assert_int_equal(stored.revision, alert->revision);
    return store_delivery_add(store, alert->id, alert->revision, STR("dest"), 1, context);
}

static void test_each_may_change_the_store(void **state) {
    (void)state;
    struct diag diag = {0};
    add("a", "k", "e", 1000, 500, 0);
    add("b", "k", "e", 1000, 500, 0);
    assert_good(store_alerts_close(store, INT64_MAX, queue, &diag, &diag), diag);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM delivery"), 2);
}

static bool queue_nowhere(void *context, const struct alert *alert) {
    return store_delivery_add(store, "nope", alert->revision, STR("dest"), 1, context);
}

static void test_not_told_when_the_store_failed_meanwhile(void **state) {
    (void)state;
    struct diag diag = {0};
    add("a", "k", "e", 1000, 500, 0);
    assert_false(store_alerts_close(store, INT64_MAX, queue_nowhere, &diag, &diag));
    check_closes(INT64_MAX, 0, "a/1/open 1 ");
}

static void test_list(void **state) {
    (void)state;
    const struct {
        struct store_alert_filter filter;
        int most;
        const char *wanted;
    } rows[] = {
        {{.since_ms = CLOCK_UNKNOWN}, 0, "x/1/open 1 a/1/open 1 b/1/open 1 a/1/open 1 "},
        {{.since_ms = CLOCK_UNKNOWN}, 2, "x/1/open 1 a/1/open 1 "},
        {{.since_ms = 2000}, 0, "b/1/open 1 a/1/open 1 "},
        {{.since_ms = CLOCK_UNKNOWN, .limit = 1}, 0, "a/1/open 1 "},
        {{.since_ms = CLOCK_UNKNOWN, .limit = 2, .rule = STR("a")}, 0, "a/1/open 1 a/1/open 1 "},
        {{.since_ms = CLOCK_UNKNOWN, .severity = STR("high"), .limit = 9}, 1, "x/1/open 1 "},
        {{.since_ms = CLOCK_UNKNOWN, .severity = STR("low")}, 0, ""},
        {{.since_ms = 3001}, 0, ""},
    };
    add("a", "2", "e", 3000, 0, 1);
    add("a", "1", "e", 1000, 0, 1);
    add("b", "1", "e", 2000, 0, 1);
    add("x", "1", "e", CLOCK_UNKNOWN, 0, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct told told = {.most = rows[i].most};
        struct diag diag = {0};
        buf_init(&told.text);
        assert_good(store_alerts_list(store, &rows[i].filter, note, &told, &diag), diag);
        assert_string_equal(buf_text(&told.text), rows[i].wanted);
        buf_release(&told.text);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_an_event_is_held_up_to_two_periods_away),
        TEST(test_match_is_strict),
        TEST(test_some_alerts_take_no_match),
        TEST(test_the_one_that_began_before_wins),
        TEST(test_all_of_it_comes_back),
        TEST(test_unknown_time),
        TEST(test_an_event_counts_once),
        TEST(test_added_again_nothing_changes),
        TEST(test_at_most_100_ids),
        TEST(test_what_is_not_there),
        TEST(test_resolve),
        TEST(test_closing_in_order),
        TEST(test_same_time_by_id),
        TEST(test_told_again_when_more_came),
        TEST(test_what_is_over_stays_so_when_it_is_told),
        TEST(test_each_may_change_the_store),
        TEST(test_not_told_when_the_store_failed_meanwhile),
        TEST(test_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
