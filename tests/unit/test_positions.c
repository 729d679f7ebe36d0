/* Positions that are held: later than the store, until they are saved. */
#include "store_help.h"

#include "base/clock.h"
#include "flow/positions.h"

static struct store_input input_of(int number, uint64_t offset) {
    struct store_input input = {.path = STR("in/file"), .size = (int64_t)offset, .done = true};
    snprintf(input.key, sizeof input.key, "1:%d", number);
    input.position.offset = offset;
    return input;
}

static void hold(struct positions *positions, int number, uint64_t offset) {
    struct store_input input = input_of(number, offset);
    assert_true(positions_hold(positions, &input));
}

/* 0: the store knows nothing of it. */
static uint64_t stored(struct store *store, const char *key) {
    struct store_input input;
    struct arena arena = {0};
    struct diag diag = {0};
    bool found = false;
    assert_good(store_input_find(store, key, &arena, &input, &found, &diag), diag);
    uint64_t offset = found ? input.position.offset : 0;
    assert_true(!found || str_is(input.path, "in/file"));
    arena_release(&arena);
    return offset;
}

static void the_latest_is_held_and_saved(void **state) {
    (void)state;
    struct store *store = must_open(STORE_EXCLUSIVE);
    struct positions positions = {0};
    struct diag diag = {0};
    assert_null(positions_find(&positions, "1:1"));
    assert_int_equal(positions_wait_ms(&positions), INT64_MAX);
    hold(&positions, 1, 10);
    hold(&positions, 2, 20);
    hold(&positions, 1, 11);
    assert_int_equal(positions_find(&positions, "1:1")->position.offset, 11);
    assert_in_range(positions_wait_ms(&positions), 0, POSITIONS_MS);
    assert_int_equal(stored(store, "1:1"), 0);
    assert_good(positions_save(&positions, store, 1, &diag), diag);
    assert_int_equal(stored(store, "1:1"), 11);
    assert_int_equal(stored(store, "1:2"), 20);
    assert_null(positions_find(&positions, "1:1"));
    assert_int_equal(positions_wait_ms(&positions), INT64_MAX);
    store_close(store);
}

static void one_that_was_saved_elsewhere_is_not_saved_again(void **state) {
    (void)state;
    struct store *store = must_open(STORE_EXCLUSIVE);
    struct positions positions = {0};
    struct diag diag = {0};
    for (int i = 1; i <= 3; i++) hold(&positions, i, 10);
    positions_drop(&positions, "1:1");
    positions_drop(&positions, "1:4");
    assert_good(positions_save(&positions, store, 1, &diag), diag);
    assert_int_equal(stored(store, "1:1"), 0);
    assert_int_equal(stored(store, "1:2"), 10);
    assert_int_equal(stored(store, "1:3"), 10);
    store_close(store);
}

static void many_are_due_at_once(void **state) {
    (void)state;
    struct positions positions = {0};
    for (int i = 0; i < POSITIONS_MOST; i++) {
        assert_true(positions_wait_ms(&positions) > 0);
        hold(&positions, i, 10);
    }
    assert_int_equal(positions_wait_ms(&positions), 0);
    struct store_input one_more = input_of(POSITIONS_MOST, 10);
    assert_false(positions_hold(&positions, &one_more));
    hold(&positions, 0, 11);
    positions_release(&positions);
}

static void what_cannot_be_saved_is_held_on(void **state) {
    (void)state;
    struct store *store = must_open(STORE_EXCLUSIVE);
    struct positions positions = {0};
    struct diag diag = {0};
    hold(&positions, 1, 10);
    assert_good(db_script(store->db, "ALTER TABLE input RENAME TO away", &diag), diag);
    assert_false(positions_save(&positions, store, 1, &diag));
    assert_int_equal(positions_find(&positions, "1:1")->position.offset, 10);
    diag_clear(&diag);
    assert_good(db_script(store->db, "ALTER TABLE away RENAME TO input", &diag), diag);
    assert_good(positions_save(&positions, store, 1, &diag), diag);
    assert_int_equal(stored(store, "1:1"), 10);
    store_close(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_latest_is_held_and_saved, make_store_dir, remove_store_dir),
        cmocka_unit_test_setup_teardown(
            one_that_was_saved_elsewhere_is_not_saved_again, make_store_dir, remove_store_dir),
        cmocka_unit_test(many_are_due_at_once),
        cmocka_unit_test_setup_teardown(
            what_cannot_be_saved_is_held_on, make_store_dir, remove_store_dir),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
