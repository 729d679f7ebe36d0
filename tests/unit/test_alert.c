#include "check.h"

#include "base/clock.h"
#include "model/alert.h"

static struct alert sample(struct arena *arena) {
    const struct alert_body body = {
        .event = STR("{\"eventID\":\"e1\"}"),
        .tags = STR("[\"iam\"]"),
        .description = STR("What \"it\" is"),
    };
    struct alert alert = {
        .rule = STR("aws.root"),
        .title = STR("Root did it"),
        .severity = STR("high"),
        .log = STR("aws.cloudtrail"),
        .dedup = STR("123456789012"),
        .rules_version = STR("abc"),
        .time_ms = 1688989500000,
        .last_time_ms = 1688989500250,
        .count = 3,
        .state = ALERT_UPDATED,
        .revision = 2,
        .event_ids = STR("[\"e1\",\"e2\",\"e3\"]"),
        .body = alert_print_body(arena, &body),
    };
    memcpy(alert.id, "00112233445566778899aabbccddeeff", ALERT_ID);
    return alert;
}

static void check_printed(const struct alert *alert, const char *wanted) {
    struct buf to;
    buf_init(&to);
    alert_print(&to, alert);
    assert_string_equal(buf_text(&to), wanted);
    buf_release(&to);
}

static void test_keys_and_their_order(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct alert alert = sample(&arena);
    check_printed(&alert,
        "{\"schema\":\"tocsin.alert/1\",\"id\":\"00112233445566778899aabbccddeeff\","
        "\"rule\":\"aws.root\",\"title\":\"Root did it\",\"severity\":\"high\","
        "\"log\":\"aws.cloudtrail\",\"time\":\"2023-07-10T11:45:00Z\","
        "\"last_time\":\"2023-07-10T11:45:00.250Z\",\"count\":3,\"dedup\":\"123456789012\","
        "\"event_ids\":[\"e1\",\"e2\",\"e3\"],\"event\":{\"eventID\":\"e1\"},\"context\":{},"
        "\"description\":\"What \\\"it\\\" is\",\"runbook\":\"\",\"references\":[],"
        "\"tags\":[\"iam\"],\"attack\":[],\"destinations\":[],\"errors\":[],"
        "\"state\":\"updated\",\"revision\":2,\"rules_version\":\"abc\"}");
    arena_release(&arena);
}

static void test_notes_are_a_key_where_there_are_any(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct alert_body body = {
        .errors = STR("[\"title: x\"]"), .notes = STR("[{\"note\":\"nul\",\"path\":\"a\"}]")};
    const char *text = alert_print_body(&arena, &body).at;
    const char *end = strstr(text, "\"errors\"");
    assert_string_equal(
        end, "\"errors\":[\"title: x\"],\"notes\":[{\"note\":\"nul\",\"path\":\"a\"}]");
    arena_release(&arena);
}

/* Times that RFC 3339 cannot write are null, whatever a record claimed. */
static void test_times_without_text(void **state) {
    (void)state;
    static const int64_t times[] = {CLOCK_UNKNOWN, INT64_MAX, INT64_MIN + 1, 253402300800000};
    struct arena arena;
    arena_init(&arena);
    struct alert alert = sample(&arena);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct buf to;
        buf_init(&to);
        alert.time_ms = alert.last_time_ms = times[i];
        alert_print(&to, &alert);
        assert_non_null(strstr(buf_text(&to), "\"time\":null,\"last_time\":null,\"count\""));
        buf_reset(&to);
        alert_print_line(&to, &alert, false);
        assert_string_equal(buf_text(&to), "- high     aws.root Root did it (3 times)");
        buf_release(&to);
    }
    arena_release(&arena);
}

static void test_id(void **state) {
    (void)state;
    char id[ALERT_ID], again[ALERT_ID], other[ALERT_ID];
    alert_make_id(id, STR("rule"), STR("key"), STR("event"));
    alert_make_id(again, STR("rule"), STR("key"), STR("event"));
    alert_make_id(other, STR("rulek"), STR("ey"), STR("event"));
    assert_int_equal(strlen(id), 32);
    assert_int_equal(strspn(id, "0123456789abcdef"), 32);
    assert_string_equal(id, again);
    assert_string_not_equal(id, other);
}

static void test_closes(void **state) {
    (void)state;
    assert_int_equal(alert_closes_ms(1000, 500), 1500);
    assert_int_equal(alert_closes_ms(1000, 0), 1000);
    assert_int_equal(alert_closes_ms(-1000, 500), -500);
    assert_int_equal(alert_closes_ms(INT64_MAX - 1, 500), INT64_MAX);
    assert_int_equal(alert_closes_ms(CLOCK_UNKNOWN, 500), CLOCK_UNKNOWN);
}

static void check_line(const struct alert *alert, bool color, const char *wanted) {
    struct buf to;
    buf_init(&to);
    alert_print_line(&to, alert, color);
    assert_string_equal(buf_text(&to), wanted);
    buf_release(&to);
}

static void test_line(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct alert alert = sample(&arena);
    check_line(&alert, false, "2023-07-10T11:45:00Z high     aws.root Root did it (3 times)");
    check_line(&alert, true,
        "2023-07-10T11:45:00Z \033[31mhigh\033[0m     aws.root Root did it (3 times)");
    alert.count = 1;
    alert.title = STR("\033[2J\n2023-07-10T11:45:00Z info forged \xe2\x80\xae\xff");
    check_line(&alert, false,
        "2023-07-10T11:45:00Z high     aws.root "
        "\\x1b[2J\\n2023-07-10T11:45:00Z info forged \\u202e\\xff");
    arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_and_their_order),
        cmocka_unit_test(test_notes_are_a_key_where_there_are_any),
        cmocka_unit_test(test_times_without_text),
        cmocka_unit_test(test_id),
        cmocka_unit_test(test_closes),
        cmocka_unit_test(test_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
