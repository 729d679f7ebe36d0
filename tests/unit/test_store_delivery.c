#include "store_help.h"

#include "model/growth.h"

static struct store *store;
static struct alert first, second;

static int set_up(void **state) {
    (void)state;
    struct diag diag = {0};
    store = store_open(NULL, STORE_TEMPORARY, &diag);
    if (!store) return -1;
    first = make_alert("r", "1", "e", 1000, 0);
    second = make_alert("r", "2", "e", 1000, 0);
    return add_alert(store, &first, "e") && add_alert(store, &second, "e") ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    store_close(store);
    return 0;
}

/* ---- in few words ---- */

static void queue(const struct alert *alert, const char *destination, int64_t now_ms) {
    struct diag diag = {0};
    assert_good(store_delivery_add(store, alert->id, 1, str_of(destination), now_ms, &diag), diag);
}

struct seen {
    struct buf text;
    int most; /* 0: all */
};

/* "id:destination:state:attempts:due " for each. */
static bool note(void *context, const struct delivery *delivery) {
    struct seen *seen = context;
    buf_add_format(&seen->text, "%d:%.*s:%s:%d:%d ", (int)delivery->id,
        STR_ARG(delivery->destination), delivery_state_names[delivery->state],
        (int)delivery->attempts, (int)delivery->due_ms);
    return --seen->most != 0;
}

static void check_due(
    const char *destination, int64_t now_ms, int64_t limit, int most, const char *wanted) {
    struct seen seen = {.most = most};
    struct diag diag = {0};
    buf_init(&seen.text);
    assert_good(
        store_deliveries_due(store, str_of(destination), now_ms, limit, note, &seen, &diag), diag);
    assert_string_equal(buf_text(&seen.text), wanted);
    buf_release(&seen.text);
}

static void check_list(const char *alert, int most, const char *wanted) {
    struct seen seen = {.most = most};
    struct diag diag = {0};
    buf_init(&seen.text);
    assert_good(store_deliveries_list(store, alert, note, &seen, &diag), diag);
    assert_string_equal(buf_text(&seen.text), wanted);
    buf_release(&seen.text);
}

static void save(int64_t id, enum delivery_state to, int64_t attempts, int64_t due_ms) {
    struct diag diag = {0};
    struct delivery delivery = {.id = id,
        .state = to,
        .attempts = attempts,
        .due_ms = due_ms,
        .last_status = 503,
        .last_error = STR("busy")};
    assert_good(store_delivery_save(store, &delivery, 77, &diag), diag);
}

static int64_t set(const char *alert, const char *destination, enum delivery_state to) {
    struct diag diag = {0};
    int64_t changed = -1;
    assert_good(
        store_deliveries_set(store, alert, str_of(destination), to, 90, &changed, &diag), diag);
    return changed;
}

static int64_t count(enum delivery_state of) {
    struct diag diag = {0};
    int64_t counted = -1;
    assert_good(store_deliveries_count(store, of, &counted, &diag), diag);
    return counted;
}

static void check_next(int64_t wanted) {
    struct diag diag = {0};
    int64_t due_ms = 0;
    assert_good(store_delivery_next(store, &due_ms, &diag), diag);
    assert_true(due_ms == wanted);
}

/* ---- the outbox ---- */

static void test_known_by_alert_revision_and_destination(void **state) {
    (void)state;
    struct diag diag = {0};
    queue(&first, "a", 10);
    assert_good(store_delivery_add(store, first.id, 2, STR("a"), 40, &diag), diag);
    queue(&second, "a", 50);
    queue(&first, "b", 60);
    save(1, DELIVERY_DONE, 3, 20);
    queue(&first, "a", 30);
    check_list("", 0, "4:b:queued:0:60 3:a:queued:0:50 2:a:queued:0:40 1:a:done:3:20 ");
    check_list("", 2, "4:b:queued:0:60 3:a:queued:0:50 ");
    check_list(first.id, 0, "4:b:queued:0:60 2:a:queued:0:40 1:a:done:3:20 ");
    check_list("nope", 0, "");
}

static void test_what_came_first_is_told_first(void **state) {
    (void)state;
    struct diag diag = {0};
    queue(&first, "a", 10);
    assert_good(store_delivery_add(store, first.id, 2, STR("a"), 20, &diag), diag);
    assert_good(store_delivery_add(store, first.id, 3, STR("b"), 30, &diag), diag);
    queue(&second, "a", 40);
    save(1, DELIVERY_QUEUED, 1, 50); /* tried again later than the next one would be */
    check_due("a", 99, 9, 0, "4:a:queued:0:40 1:a:queued:1:50 ");
    check_due("b", 99, 9, 0, "3:b:queued:0:30 ");
    save(1, DELIVERY_GIVEN_UP, 2, 50);
    check_due("a", 99, 9, 0, "2:a:queued:0:20 4:a:queued:0:40 ");
}

static bool note_news(void *context, const struct delivery *delivery) {
    buf_add_format(context, "%lld:%s:%.*s ", (long long)delivery->revision,
        alert_state_names[delivery->alert_state], STR_ARG(delivery->more));
    return true;
}

static void test_it_tells_how_the_alert_stood(void **state) {
    (void)state;
    struct diag diag = {0};
    struct buf told = {0};
    int64_t revision = 0;
    struct growth_state resolved = {ALERT_RESOLVED, 5000, true};
    queue(&first, "a", 10);
    assert_good(growth_set_state(store, first.id, &resolved, &revision, &diag), diag);
    assert_int_equal(revision, 2);
    assert_good(store_delivery_add_more(store, first.id, 2, STR("a"), STR("{}"), 20, &diag), diag);
    assert_good(store_deliveries_list(store, first.id, note_news, &told, &diag), diag);
    assert_string_equal(buf_text(&told), "2:resolved:{} 1:open: ");
    buf_release(&told);
}

static void test_of_no_alert(void **state) {
    (void)state;
    struct diag diag = {0};
    assert_false(store_delivery_add(store, "nope", 1, STR("a"), 1, &diag));
    assert_int_equal(count(DELIVERY_QUEUED), 0);
}

static void test_due_in_order(void **state) {
    (void)state;
    queue(&first, "a", 30);
    queue(&second, "a", 20);
    queue(&first, "b", 10);
    check_due("a", 19, 9, 0, "");
    check_due("a", 20, 9, 0, "2:a:queued:0:20 ");
    check_due("a", 99, 9, 0, "2:a:queued:0:20 1:a:queued:0:30 ");
    check_due("a", 99, 1, 0, "2:a:queued:0:20 ");
    check_due("a", 99, 9, 1, "2:a:queued:0:20 ");
    check_due("a", 99, 0, 0, "");
    check_due("c", 99, 9, 0, "");
    save(2, DELIVERY_QUEUED, 1, 40);
    check_due("a", 99, 9, 0, "1:a:queued:0:30 2:a:queued:1:40 ");
    save(1, DELIVERY_GIVEN_UP, 1, 0);
    check_due("a", 99, 9, 0, "2:a:queued:1:40 ");
}

static void test_next_and_count(void **state) {
    (void)state;
    check_next(INT64_MAX);
    queue(&first, "a", 30);
    queue(&second, "b", 20);
    check_next(20);
    save(2, DELIVERY_DONE, 1, 20);
    check_next(30);
    assert_int_equal(count(DELIVERY_QUEUED), 1);
    assert_int_equal(count(DELIVERY_DONE), 1);
    assert_int_equal(count(DELIVERY_DROPPED), 0);
}

static bool compare(void *context, const struct delivery *delivery) {
    (void)context;
    assert_string_equal(delivery->alert, first.id);
    assert_int_equal(delivery->revision, 1);
    assert_int_equal(delivery->created_ms, 10);
    assert_int_equal(delivery->updated_ms, 77);
    assert_int_equal(delivery->last_status, 503);
    assert_true(str_is(delivery->last_error, "busy"));
    assert_int_equal(delivery->state, DELIVERY_GIVEN_UP);
    return true;
}

static void test_saved_and_read(void **state) {
    (void)state;
    struct diag diag = {0};
    queue(&first, "a", 10);
    save(1, DELIVERY_GIVEN_UP, 4, 20);
    assert_good(store_deliveries_list(store, "", compare, NULL, &diag), diag);
}

/* ---- by hand ---- */

static void queue_four(void) {
    queue(&first, "a", 10);
    queue(&first, "b", 10);
    queue(&second, "a", 10);
    queue(&second, "b", 10);
    save(1, DELIVERY_GIVEN_UP, 5, 10);
    save(2, DELIVERY_DONE, 1, 10);
    save(4, DELIVERY_GIVEN_UP, 5, 10);
}

static void test_retry(void **state) {
    (void)state;
    queue_four();
    assert_int_equal(set(first.id, "", DELIVERY_QUEUED), 1);
    check_list(first.id, 0, "2:b:done:1:10 1:a:queued:0:90 ");
    assert_int_equal(set("", "b", DELIVERY_QUEUED), 1);
    check_list(second.id, 0, "4:b:queued:0:90 3:a:queued:0:10 ");
    assert_int_equal(set("", "", DELIVERY_QUEUED), 3);
    assert_int_equal(set("nope", "", DELIVERY_QUEUED), 0);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM delivery WHERE created_ms = 90"), 3);
}

static void test_drop(void **state) {
    (void)state;
    queue_four();
    assert_int_equal(set(second.id, "a", DELIVERY_DROPPED), 1);
    assert_int_equal(set("", "", DELIVERY_DROPPED), 2);
    assert_int_equal(set("", "", DELIVERY_DROPPED), 0);
    assert_int_equal(count(DELIVERY_DONE), 1);
    assert_int_equal(set("", "", DELIVERY_QUEUED), 0);
}

static void test_dropped_while_it_was_sent(void **state) {
    (void)state;
    queue(&first, "a", 10);
    set("", "", DELIVERY_DROPPED);
    save(1, DELIVERY_QUEUED, 1, 20);
    check_list("", 0, "1:a:dropped:1:20 ");
    save(1, DELIVERY_GIVEN_UP, 2, 20);
    check_list("", 0, "1:a:dropped:2:20 ");
    save(1, DELIVERY_DONE, 3, 20);
    check_list("", 0, "1:a:done:3:20 ");
}

/* A sender may still save what was dropped and removed: that is not the next one. */
static void test_a_number_never_comes_again(void **state) {
    (void)state;
    struct diag diag = {0};
    int64_t removed = 0;
    queue(&second, "a", 10);
    set("", "", DELIVERY_DROPPED);
    assert_good(store_retain(store, 2000, 2000, INT64_MAX, &removed, &diag), diag);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM delivery"), 0);
    assert_true(add_alert(store, &first, "e"));
    queue(&first, "a", 10);
    save(1, DELIVERY_DONE, 1, 10);
    check_due("a", 99, 9, 0, "2:a:queued:0:10 ");
}

/* ---- while they are read ---- */

static bool save_done(void *context, const struct delivery *delivery) {
    struct delivery done = *delivery;
    done.state = DELIVERY_DONE;
    return store_begin(store, context) && store_delivery_save(store, &done, 1, context) &&
           store_commit(store, context);
}

static void test_due_does_not_hold_the_store(void **state) {
    (void)state;
    struct diag diag = {0};
    queue(&first, "a", 10);
    queue(&second, "a", 10);
    assert_good(store_deliveries_due(store, STR("a"), 99, 9, save_done, &diag, &diag), diag);
    assert_false(diag.set);
    assert_int_equal(count(DELIVERY_DONE), 2);
}

/* The same statement, inside itself, and a transaction that is not ours to end. */
static bool list_within(void *context, const struct delivery *delivery) {
    (void)delivery;
    struct diag diag = {0};
    assert_false(store_begin(store, &diag));
    assert_false(store_commit(store, &diag));
    store_rollback(store);
    check_list("", 0, "2:a:queued:0:10 1:a:queued:0:10 ");
    ++*(int *)context;
    return true;
}

static void test_lists_nest(void **state) {
    (void)state;
    struct diag diag = {0};
    int times = 0;
    queue(&first, "a", 10);
    queue(&second, "a", 10);
    assert_good(store_deliveries_list(store, "", list_within, &times, &diag), diag);
    assert_int_equal(times, 2);
    assert_good(store_begin(store, &diag), diag);
    store_rollback(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_known_by_alert_revision_and_destination),
        TEST(test_what_came_first_is_told_first),
        TEST(test_it_tells_how_the_alert_stood),
        TEST(test_of_no_alert),
        TEST(test_due_in_order),
        TEST(test_next_and_count),
        TEST(test_saved_and_read),
        TEST(test_retry),
        TEST(test_drop),
        TEST(test_dropped_while_it_was_sent),
        TEST(test_a_number_never_comes_again),
        TEST(test_due_does_not_hold_the_store),
        TEST(test_lists_nest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
