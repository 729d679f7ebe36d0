/* What memories need no more goes, and nothing else does. */
#include "store_help.h"

#include "model/memory_private.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

static struct store *store;
static struct arena arena;

static const struct memory_rule five_in_ten = {
    .kind = MEMORY_THRESHOLD,
    .within_ms = 10 * MINUTE,
    .count = 5,
    .most_keys = 1000000,
    .most_events = 10000,
};

static int begin(void **state) {
    if (make_store_dir(state)) return -1;
    store = must_open(STORE_EXCLUSIVE);
    arena_init(&arena);
    return 0;
}

static int end(void **state) {
    arena_release(&arena);
    store_close(store);
    return remove_store_dir(state);
}

static struct memory open_memory(const char *rule) {
    struct diag diag = {0};
    struct memory memory = {
        .store = store, .rule = &five_in_ten, .log = STR("log"), .lateness_ms = HOUR};
    bool forgot;
    assert_good(memory_open(&memory, str_of(rule), STR("d"), &forgot, &diag), diag);
    return memory;
}

static size_t take(struct memory *memory, const char *key, const char *id, int64_t time_ms) {
    struct diag diag = {0};
    struct memory_fires fires;
    const struct memory_match match = {
        .event_id = str_of(id), .time_ms = time_ms, .newest_ms = time_ms, .key = str_of(key)};
    assert_good(memory_take(memory, &match, &arena, &fires, &diag), diag);
    return fires.count;
}

static int64_t count(const char *sql) {
    struct diag diag = {0};
    int64_t answer = -1;
    assert_good(db_ask(store->db, sql, NO_VALUES, &answer, &diag), diag);
    return answer;
}

static int64_t expire(struct memory *memory, int64_t newest_ms) {
    struct diag diag = {0};
    int64_t removed = -1;
    assert_good(memory_expire(memory, newest_ms, &removed, &diag), diag);
    return removed;
}

static void keys_that_can_matter_no_more_go(void **state) {
    (void)state;
    struct memory memory = open_memory("a.rule");
    for (int i = 0; i < 4; i++)
        take(&memory, "old", (const char *[]){"a", "b", "c", "d"}[i], i * MINUTE);
    take(&memory, "new", "e", 2 * HOUR);
    assert_int_equal(expire(&memory, HOUR), 0);
    assert_int_equal(expire(&memory, 2 * HOUR), 1);
    assert_int_equal(expire(&memory, 2 * HOUR), 0);
    assert_int_equal(count("SELECT count(*) FROM memory_key"), 1);
    assert_int_equal(count("SELECT count(*) FROM memory_event"), 1);
    assert_int_equal(memory.keys, 1);
    assert_int_equal(take(&memory, "old", "f", 4 * MINUTE), 0);
}

static void a_key_in_use_stays(void **state) {
    (void)state;
    struct memory memory = open_memory("a.rule");
    for (int i = 0; i < 4; i++)
        take(&memory, "k", (const char *[]){"a", "b", "c", "d"}[i], HOUR + i * MINUTE);
    assert_int_equal(expire(&memory, 2 * HOUR), 0);
    assert_int_equal(take(&memory, "k", "e", HOUR + 4 * MINUTE), 1);
}

static void a_memory_without_a_rule_is_dropped(void **state) {
    (void)state;
    struct diag diag = {0};
    struct memory unused = open_memory("unused"), used = open_memory("used");
    struct str rule = {0};
    int64_t number = 0, removed;
    take(&unused, "k", "a", HOUR);
    take(&used, "k", "a", 9 * HOUR);
    assert_good(memory_next_unused(store, 5 * HOUR, &arena, &number, &rule, &diag), diag);
    assert_int_equal(number, unused.number);
    assert_true(str_is(rule, "unused"));
    do assert_good(memory_drop(store, number, &removed, &diag), diag);
    while (removed);
    number = 0;
    assert_good(memory_next_unused(store, 5 * HOUR, &arena, &number, &rule, &diag), diag);
    assert_int_equal(number, 0);
    assert_int_equal(count("SELECT count(*) FROM memory"), 1);
    assert_int_equal(count("SELECT count(*) FROM memory_event"), 1);
}

static void old_periods_go(void **state) {
    (void)state;
    struct diag diag = {0};
    int64_t removed;
    bool raises;
    for (int i = 0; i < 10; i++) {
        const struct memory_period period = {
            STR("r"), STR("d"), i * HOUR, HOUR, .horizon_ms = INT64_MIN};
        assert_good(memory_period_take(store, &period, &raises, &diag), diag);
        assert_true(raises);
    }
    assert_good(memory_period_expire(store, 4 * HOUR, &removed, &diag), diag);
    assert_int_equal(removed, 4);
    assert_int_equal(count("SELECT count(*) FROM memory_period"), 6);
}

int main(void) {
    const struct CMUnitTest list[] = {
        cmocka_unit_test_setup_teardown(keys_that_can_matter_no_more_go, begin, end),
        cmocka_unit_test_setup_teardown(a_key_in_use_stays, begin, end),
        cmocka_unit_test_setup_teardown(a_memory_without_a_rule_is_dropped, begin, end),
        cmocka_unit_test_setup_teardown(old_periods_go, begin, end),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
