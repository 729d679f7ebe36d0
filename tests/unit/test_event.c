#include "check.h"

#include "base/clock.h"
#include "model/event_notes.h"

#include <stdio.h>

/* Stands in for rules/logs/: an object with the string eventName is a trail, one with "flow" a flow
 * log. Recognition itself is tested with log types. */
static struct log_type trail = {.id = {"trail", 5},
    .time_path = {"eventTime", 9},
    .identity_path = {"meta.eventID", 12},
    .omitted = {"omitted", 7}};
static struct log_type flow = {.id = {"flow", 4}, .time_path = {"start", 5}};
static const char *wrappers[] = {"Records", "detail", "Message", "Records", NULL};
static struct log_types types = {.wrappers = wrappers};

const struct log_type *log_types_recognise(
    const struct log_types *asked, const struct json *object) {
    assert_ptr_equal(asked, &types);
    assert_int_equal(object->type, JSON_OBJECT);
    if (json_is_string(json_get_text(object, "eventName"))) return &trail;
    return json_get_text(object, "flow") ? &flow : NULL;
}

static struct arena arena;

static struct events parse(const char *text) {
    struct events events;
    struct diag diag = {0};
    if (!events_parse(&events, &arena, &types, str_of(text), &diag)) fail_msg("%s", diag.text);
    return events;
}

#define TRAIL(id) "{\"eventName\":\"A\",\"meta\":{\"eventID\":\"" id "\"}}"
#define TRAIL_QUOTED(id)                                                                           \
    "{\\\"eventName\\\":\\\"A\\\",\\\"meta\\\":{\\\"eventID\\\":\\\"" id "\\\"}}"

static void test_unwrap(void **state) {
    (void)state;
    static const struct {
        const char *record, *ids;
        size_t unrecognised;
    } rows[] = {
        {TRAIL("a"), "a ", 0},
        {"{}", "", 1},
        {"{\"Records\":[" TRAIL("a") ",{\"x\":1},7," TRAIL("b") "]}", "a b ", 2},
        {"{\"Records\":[]}", "", 0},
        {"{\"detail-type\":\"x\",\"detail\":" TRAIL("a") "}", "a ", 0},
        {"{\"detail\":{\"x\":1}}", "", 1},
        {"{\"detail\":7}", "", 1},
        {"{\"Type\":\"Notification\",\"Message\":\"" TRAIL_QUOTED("a") "\"}", "a ", 0},
        {"{\"Message\":\"{\\\"Records\\\":[" TRAIL_QUOTED("a") "," TRAIL_QUOTED("b") "]}\"}",
            "a b ", 0},
        {"{\"Message\":\"[" TRAIL_QUOTED("a") "]\",\"detail\":" TRAIL("b") "}", "b a ", 0},
        {"{\"Message\":\"no {json\"}", "", 1},
        {"{\"Message\":\"7\"}", "", 1},
        {"{\"eventName\":\"A\",\"meta\":{\"eventID\":\"a\"},\"detail\":" TRAIL("b") "}", "a ", 0},
        {"{\"detail\":{\"detail\":{\"detail\":{\"detail\":" TRAIL("a") "}}}}", "a ", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct events events = parse(rows[i].record);
        char ids[64] = "";
        for (size_t j = 0; j < events.count; j++)
            snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s ", events.list[j].id.at);
        assert_string_equal(ids, rows[i].ids);
        assert_int_equal(events.unrecognised, rows[i].unrecognised);
    }
}

static void test_unwrap_ends(void **state) {
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < 490; i++) buf_add_text(&text, "{\"detail\":");
    buf_add_text(&text, TRAIL("a"));
    for (int i = 0; i < 490; i++) buf_add_text(&text, "}");
    struct events events = parse(buf_text(&text));
    assert_int_equal(events.count, 0);
    assert_int_equal(events.unrecognised, 1);
    buf_release(&text);
}

static struct str id_of(const char *text) {
    struct events events = parse(text);
    assert_int_equal(events.count, 1);
    return events.list[0].id;
}

static void test_identity(void **state) {
    (void)state;
    assert_string_equal(id_of(TRAIL("x-1")).at, "x-1");
    assert_string_equal(id_of("{\"eventName\":\"A\",\"meta\":{\"eventID\":12}}").at, "12");
    assert_string_equal(id_of("{\"eventName\":\"A\",\"meta\":{\"eventID\":1.50}}").at, "1.50");
    struct str bare = id_of("{\"flow\":1,\"x\":[1.0,\"\\u0041\"]}");
    assert_true(str_starts(bare, STR("sha256:")));
    assert_int_equal(bare.len, 7 + 64);
    assert_string_equal(bare.at, id_of("{\"Records\":[ { \"flow\": 1, \"x\": [1.0,\"A\"]}]}").at);
    assert_string_not_equal(bare.at, id_of("{\"flow\":1,\"x\":[1,\"A\"]}").at);
    assert_true(str_starts(id_of(TRAIL("")), STR("sha256:")));
    assert_true(
        str_starts(id_of("{\"eventName\":\"A\",\"meta\":{\"eventID\":null}}"), STR("sha256:")));
}

static void test_time(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t time_ms;
    } rows[] = {
        {"\"2023-07-10T11:45:00Z\"", 1688989500000},
        {"\"2023-07-10T13:45:00.25+02:00\"", 1688989500250},
        {"1688989500", 1688989500000},
        {"1688989500.5", 1688989500500},
        {"1688989500123", 1688989500123},
        {"-1", -1000},
        {"0", 0},
        {"1e400", CLOCK_UNKNOWN},
        {"9223372036854775807", CLOCK_UNKNOWN},
        {"\"yesterday\"", CLOCK_UNKNOWN},
        {"null", CLOCK_UNKNOWN},
        {"{}", CLOCK_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct events events = parse(
            arena_format(&arena, "{\"flow\":1,\"start\":%s}", rows[i].text));
        assert_int_equal(events.list[0].time_ms, rows[i].time_ms);
    }
    assert_true(parse("{\"flow\":1}").list[0].time_ms == CLOCK_UNKNOWN);
}

/* The notes of each event, as JSON. */
static void check_notes(const char *record, const char *expected) {
    struct events events = parse(record);
    struct buf text = {0};
    for (size_t i = 0; i < events.count; i++) {
        struct event_notes notes;
        event_notes_find(&notes, &events.list[i], events.list[i].root, NULL);
        event_notes_print(&text, &notes);
        buf_add_char(&text, ' ');
    }
    if (strcmp(buf_text(&text), expected) != 0)
        fail_msg("%s\n  is       %s\n  expected %s", record, buf_text(&text), expected);
    buf_release(&text);
}

#define NOTE(name, path) "{\"note\":\"" name "\",\"path\":\"" path "\"}"

static void test_notes(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"{\"flow\":1,\"a\":9223372036854775807,\"b\":1.5e3,\"c\":0.1}", " "},
        {"{\"flow\":1,\"flow\":2}", "[" NOTE("duplicate-key", "flow") "] "},
        {"{\"flow\":{\"a.b\":[0,{\"x\":1,\"\\u0078\":2}]}}",
            "[" NOTE("duplicate-key", "flow.a\\\\.b.2.x") "] "},
        {"{\"flow\":\"\\u0000\\ud800\xFF\",\"k\xFF\":1}",
            "[" NOTE("invalid-utf8", "flow") "," NOTE("lone-surrogate", "flow") "," NOTE(
                "nul", "flow") "," NOTE("invalid-utf8", "k\xEF\xBF\xBD") "] "},
        {"{\"flow\":[9223372036854775808,-9223372036854775809,1e999,-1e999,-0,1e22]}",
            "[" NOTE("long-integer", "flow.1") "," NOTE("long-integer", "flow.2") "," NOTE(
                "huge-number", "flow.3") "," NOTE("huge-number", "flow.4") "] "},
        {"{\"flow\":{\"omitted\":true}}", " "},
        {"{\"eventName\":\"A\",\"q\":{\"omitted\":true,\"originalSize\":102401},"
         "\"r\":{\"omitted\":false},\"s\":{\"omitted\":\"true\"}}",
            "[" NOTE("omitted", "q") "] "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_notes(rows[i][0], rows[i][1]);
}

/* Whoever sends two events under one key hides the first; and an event is not told of another's. */
static void test_notes_of_envelopes(void **state) {
    (void)state;
    check_notes(
        "{\"detail\":{\"flow\":1},\"detail\":{\"flow\":2}}", "[" NOTE("duplicate-key", "") "] ");
    check_notes("{\"Message\":1,\"Message\":\"{\\\"detail\\\":{\\\"flow\\\":1}}\\u0000\"}", "");
    check_notes("{\"Message\":1,\"Message\":\"{\\\"detail\\\":{\\\"flow\\\":1}}\"}",
        "[" NOTE("duplicate-key", "") "] ");
    check_notes("{\"x\":\"\xFF\",\"Message\":\"{\\\"flow\\\":\\\"\\\\ud800\\\"}\"}",
        "[" NOTE("lone-surrogate", "flow") "] ");
    check_notes(
        "{\"Records\":[{\"flow\":\"\xFF\"},{\"flow\":2}]}", "[" NOTE("invalid-utf8", "flow") "]  ");
}

static void test_many_notes(void **state) {
    (void)state;
    struct buf record = {0}, found = {0};
    buf_add_text(&record, "{\"flow\":[");
    for (int i = 0; i < 100; i++) buf_add_text(&record, i ? ",1e999" : "1e999");
    buf_add_text(&record, "],\"");
    for (int i = 0; i < 1000; i++) buf_add_text(&record, "\xC3\xA9");
    buf_add_text(&record, "\":1e999}");
    struct events events = parse(buf_text(&record));
    struct event_notes notes;
    event_notes_find(&notes, events.list, events.list->root, NULL);
    assert_int_equal(notes.count, EVENT_NOTES);
    assert_int_equal(notes.more, 101 - EVENT_NOTES);
    assert_int_equal(notes.looked, 103);
    event_notes_print(&found, &notes);
    assert_non_null(strstr(buf_text(&found), "},{\"note\":\"more\",\"count\":85}]"));
    buf_release(&record);
    buf_release(&found);
}

/* A long path is cut between characters. */
static void test_long_path(void **state) {
    (void)state;
    for (int shift = 0; shift < 4; shift++) {
        struct buf record = {0};
        buf_add_format(&record, "{\"flow\":{\"%.*s", shift, "xxx");
        for (int i = 0; i < 100000; i++) buf_add_text(&record, "\xC3\xA9");
        buf_add_text(&record, "\":{\"y\":1e999}}}");
        struct events events = parse(buf_text(&record));
        struct event_notes notes;
        event_notes_find(&notes, events.list, events.list->root, NULL);
        const struct event_note *note = &notes.list[0];
        assert_int_equal(note->path_len, shift % 2 ? 199 : 200);
        assert_memory_equal(note->path + note->path_len - 5, "\xC3\xA9\xE2\x80\xA6", 5);
        buf_release(&record);
    }
}

static void test_refused(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"[{\"flow\":1}]", "not an object"},
        {"{\"flow\":1", "unexpected end at byte 10"},
        {"", "unexpected end at byte 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct events events;
        struct diag diag = {0};
        assert_false(events_parse(&events, &arena, &types, str_of(rows[i][0]), &diag));
        assert_string_equal(diag.text, rows[i][1]);
    }
}

static int release(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unwrap),
        cmocka_unit_test(test_unwrap_ends),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_notes_of_envelopes),
        cmocka_unit_test(test_many_notes),
        cmocka_unit_test(test_long_path),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
