#include "check.h"

#include "flow/outage.h"
#include "text/json.h"

enum { T0 = 1000000 };

static const struct diag full = {.set = true, .text = "cannot use store 'x': disk is full"};

static struct outage outage;

static int set_up(void **state) {
    (void)state;
    outage = (struct outage){.store = "x"};
    return 0;
}

static enum outage_news at(int64_t ms, enum outage_party party, const struct diag *fault) {
    return outage_note(&outage, party, fault, T0 + ms, ms);
}

static void a_stumble_is_no_news(void **state) {
    (void)state;
    assert_int_equal(at(0, OUTAGE_INPUT, &full), OUTAGE_NO_NEWS);
    assert_int_equal(at(990, OUTAGE_INPUT, &full), OUTAGE_NO_NEWS);
    assert_int_equal(at(995, OUTAGE_INPUT, NULL), OUTAGE_NO_NEWS);
    assert_int_equal(at(5000, OUTAGE_INPUT, &full), OUTAGE_NO_NEWS);
}

static void what_lasts_is_told_once_and_its_end_too(void **state) {
    (void)state;
    assert_int_equal(at(0, OUTAGE_INPUT, &full), OUTAGE_NO_NEWS);
    assert_int_equal(at(1000, OUTAGE_INPUT, &full), OUTAGE_BEGAN);
    assert_int_equal(at(2000, OUTAGE_INPUT, &full), OUTAGE_NO_NEWS);
    assert_int_equal(at(3000, OUTAGE_INPUT, NULL), OUTAGE_OVER);
    assert_int_equal(at(4000, OUTAGE_INPUT, NULL), OUTAGE_NO_NEWS);
}

/* A small change may fit where a batch does not. */
static void it_is_over_when_nobody_fails(void **state) {
    (void)state;
    at(0, OUTAGE_INPUT, &full);
    assert_int_equal(at(1000, OUTAGE_DELIVERIES, &full), OUTAGE_BEGAN);
    assert_int_equal(at(1500, OUTAGE_DELIVERIES, NULL), OUTAGE_NO_NEWS);
    assert_int_equal(at(2000, OUTAGE_INPUT, &full), OUTAGE_NO_NEWS);
    assert_int_equal(at(2500, OUTAGE_DELIVERIES, NULL), OUTAGE_NO_NEWS);
    assert_int_equal(at(3000, OUTAGE_INPUT, NULL), OUTAGE_OVER);
}

static void the_wall_clock_decides_nothing(void **state) {
    (void)state;
    assert_int_equal(outage_note(&outage, OUTAGE_INPUT, &full, T0, 0), OUTAGE_NO_NEWS);
    assert_int_equal(outage_note(&outage, OUTAGE_INPUT, &full, T0 + 900000, 10), OUTAGE_NO_NEWS);
    assert_int_equal(outage_note(&outage, OUTAGE_INPUT, &full, T0 - 900000, 1000), OUTAGE_BEGAN);
}

static const struct json *alert_json(struct arena *arena) {
    struct alert alert;
    struct buf text = {0};
    outage_alert(&outage, &alert, arena);
    alert_print(&text, &alert);
    const struct json *json = json_parse(arena, arena_copy(arena, buf_str(&text)), NULL, NULL);
    buf_release(&text);
    assert_non_null(json);
    return json;
}

static struct str text_at(const struct json *json, const char *path) {
    const struct json *found = json_path(json, str_of(path));
    assert_non_null(found);
    return json_string(found);
}

static void the_alert_is_one_that_opens_and_resolves(void **state) {
    (void)state;
    struct arena arena = {0};
    at(0, OUTAGE_INPUT, &full);
    at(1000, OUTAGE_INPUT, &full);
    const struct json *open = alert_json(&arena);
    at(60000, OUTAGE_INPUT, NULL);
    const struct json *over = alert_json(&arena);
    assert_true(str_is(text_at(open, "schema"), "tocsin.alert/1"));
    assert_true(str_is(text_at(open, "rule"), "tocsin.store.failing"));
    assert_true(str_is(text_at(open, "severity"), "critical"));
    assert_true(str_is(text_at(open, "state"), "open"));
    assert_true(str_is(text_at(over, "state"), "resolved"));
    assert_true(str_eq(text_at(open, "id"), text_at(over, "id")));
    assert_true(str_is(text_at(open, "context.reason"), full.text));
    assert_true(str_is(text_at(over, "context.store"), "x"));
    assert_true(str_is(text_at(over, "last_time"), "1970-01-01T00:17:40Z"));
    assert_int_equal(json_get_text(over, "revision")->integer, 2);
    arena_release(&arena);
}

/* Another outage is another alert. */
static void each_has_an_id_of_its_own(void **state) {
    (void)state;
    struct arena arena = {0};
    at(0, OUTAGE_INPUT, &full);
    struct str first = text_at(alert_json(&arena), "id");
    at(10, OUTAGE_INPUT, NULL);
    at(20, OUTAGE_INPUT, &full);
    assert_false(str_eq(first, text_at(alert_json(&arena), "id")));
    arena_release(&arena);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_stumble_is_no_news),
        TEST(what_lasts_is_told_once_and_its_end_too),
        TEST(it_is_over_when_nobody_fails),
        TEST(the_wall_clock_decides_nothing),
        TEST(the_alert_is_one_that_opens_and_resolves),
        TEST(each_has_an_id_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
