#include "check.h"

#include "base/clock.h"
#include "base/file.h"
#include "text/json.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena arena;

static const struct json *parse_str(struct str text, unsigned *notes) {
    struct diag diag = {0};
    const struct json *json = json_parse(&arena, text, notes, &diag);
    if (!json) fail_msg("%.*s: %s", STR_ARG(text), diag.text);
    return json;
}

static const struct json *parse(const char *text) {
    return parse_str(str_of(text), NULL);
}

static void check_print(const struct json *json, struct str expected) {
    struct buf text = {0};
    json_print(&text, json);
    if (!str_eq(buf_str(&text), expected))
        fail_msg("expected %.*s but printed %s", STR_ARG(expected), buf_text(&text));
    buf_release(&text);
}

/* ---- what is accepted and what is refused ---- */

static void test_refused(void **state) {
    (void)state;
    static const struct {
        struct str text;
        const char *message;
    } rows[] = {
        {{"", 0}, "unexpected end at byte 1"},
        {{NULL, 0}, "unexpected end at byte 1"},
        {{" ", 1}, "unexpected end at byte 2"},
        {{"{", 1}, "unexpected end at byte 2"},
        {{"-", 1}, "unexpected end in a number at byte 2"},
        {{"tru", 3}, "unexpected end in a literal at byte 4"},
        {{"\"a", 2}, "unexpected end in a string at byte 3"},
        {{"[01]", 4}, "unexpected '1' at byte 3"},
        {{"[1.]", 4}, "unexpected ']' in a number at byte 4"},
        {{"[1]]", 4}, "unexpected ']' at byte 4"},
        {{"1 2", 3}, "unexpected '2' at byte 3"},
        {{"{}\0", 3}, "unexpected byte 0x00 at byte 3"},
        {{"\xEF\xBB\xBF{}", 5}, "unexpected byte 0xEF at byte 1"},
        {{"[\"a\tb\"]", 7}, "unexpected byte 0x09 in a string at byte 4"},
        {{"[\n\"a\n\"]", 7}, "unexpected end of line in a string at line 2 column 3"},
        {{"{\n \"a\":1,\n}", 11}, "unexpected '}' at line 3 column 1"},
        {{"\"\\x\"", 4}, "unexpected 'x' in an escape at byte 3"},
        {{"\"\\u12G4\"", 8}, "unexpected 'G' in an escape at byte 6"},
        {{"[1}", 3}, "unexpected '}' at byte 3"},
        {{"{\"a\":1]", 7}, "unexpected ']' at byte 7"},
        {{"[+1]", 4}, "unexpected '+' at byte 2"},
        {{"\x0C[]", 3}, "unexpected byte 0x0C at byte 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diag diag = {0};
        assert_null(json_parse(&arena, rows[i].text, NULL, &diag));
        assert_string_equal(diag.text, rows[i].message);
    }
}

static void nest(struct buf *to, size_t depth, const char *open, const char *close) {
    buf_reset(to);
    for (size_t i = 0; i < depth; i++) buf_add_text(to, open);
    buf_add_text(to, "1");
    for (size_t i = 0; i < depth; i++) buf_add_text(to, close);
}

static void test_depth(void **state) {
    (void)state;
    struct buf text = {0};
    nest(&text, JSON_DEPTH, "[", "]");
    check_print(parse(buf_text(&text)), buf_str(&text));
    nest(&text, JSON_DEPTH, "{\"a\":", "}");
    check_print(parse(buf_text(&text)), buf_str(&text));
    nest(&text, 1000000, "[", "]");
    struct diag diag = {0};
    assert_null(json_parse(&arena, buf_str(&text), NULL, &diag));
    assert_string_equal(diag.text, "nested deeper than 512 at byte 513");
    buf_release(&text);
}

static bool is_accepted(struct str text, struct diag *diag) {
    unsigned notes = 0;
    const struct json *json = json_parse(&arena, text, &notes, diag);
    if (!json) return false;
    struct buf printed = {0};
    json_print(&printed, json);
    const struct json *again = parse_str(buf_str(&printed), NULL);
    check_print(again, buf_str(&printed));
    assert_true(json_equal(json, again));
    buf_release(&printed);
    return true;
}

static void check_suite_file(const char *file) {
    struct buf text = {0};
    struct diag diag = {0};
    const char *name = strrchr(file, '/') + 1;
    assert_true(file_read(file, 1 << 20, &text, &diag));
    bool accepted = is_accepted(buf_str(&text), &diag);
    if (strncmp(name, "y_", 2) == 0 && !accepted) fail_msg("%s: %s", name, diag.text);
    if (strncmp(name, "n_", 2) == 0 && accepted) fail_msg("%s was accepted", name);
    if (!accepted && !strstr(diag.text, " at byte ") && !strstr(diag.text, " at line "))
        fail_msg("%s has no place: %s", name, diag.text);
    buf_release(&text);
    arena_reset(&arena);
}

static void check_suite(const char *dir, size_t least) {
    struct paths paths = {0};
    struct arena names = {0};
    if (!path_is_directory(dir)) {
        print_message("skipped: no %s\n", dir);
        skip();
    }
    assert_true(paths_walk(&paths, &names, dir, NULL, NULL));
    assert_true(paths.count >= least);
    for (size_t i = 0; i < paths.count; i++) check_suite_file(paths.list[i]);
    paths_release(&paths);
    arena_release(&names);
}

static void test_suite_parsing(void **state) {
    (void)state;
    check_suite("../shared/data/json/JSONTestSuite/test_parsing", 300);
}

static void test_suite_transform(void **state) {
    (void)state;
    check_suite("../shared/data/json/JSONTestSuite/test_transform", 20);
}

/* ---- values ---- */

static void test_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum json_type type;
        int64_t integer;
        double value;
    } rows[] = {
        {"0", JSON_INTEGER, 0, 0},
        {"-1", JSON_INTEGER, -1, 0},
        {"999999999999999", JSON_INTEGER, 999999999999999, 0},
        {"9007199254740993", JSON_INTEGER, 9007199254740993, 0},
        {"9223372036854775807", JSON_INTEGER, INT64_MAX, 0},
        {"-9223372036854775808", JSON_INTEGER, INT64_MIN, 0},
        {"9223372036854775808", JSON_FLOAT, 0, 9223372036854775808.0},
        {"-9223372036854775809", JSON_FLOAT, 0, -9223372036854775808.0},
        {"123456789012345678901234567890", JSON_FLOAT, 0, 123456789012345678901234567890.0},
        {"1.0", JSON_FLOAT, 0, 1},
        {"1E+2", JSON_FLOAT, 0, 100},
        {"0.1e-1", JSON_FLOAT, 0, 0.01},
        {"1e400", JSON_FLOAT, 0, INFINITY},
        {"-0", JSON_FLOAT, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct json *json = parse(rows[i].text);
        assert_int_equal(json->type, rows[i].type);
        if (json->type == JSON_INTEGER) assert_true(json->integer == rows[i].integer);
        if (json->type == JSON_FLOAT) assert_true(json->number.value == rows[i].value);
        if (json->type == JSON_FLOAT) assert_true(str_is(json->number.digits, rows[i].text));
        check_print(json, str_of(rows[i].text));
    }
    assert_true(signbit(parse("-0")->number.value));
}

/* `text` is the JSON of a string, in which the odd one stands between ordinary ones. */
static void check_string(struct str text, struct str expected, unsigned expected_notes) {
    unsigned notes = 0;
    const struct json *json = parse_str(text, &notes);
    assert_true(json_is_string(json));
    assert_int_equal(json->string.len, expected.len);
    assert_memory_equal(json->string.at, expected.at, expected.len);
    assert_int_equal(json->string.at[expected.len], '\0');
    assert_int_equal(notes, expected_notes);
    assert_int_equal(json->notes, expected_notes);
    arena_reset(&arena);
}

static void test_strings(void **state) {
    (void)state;
    enum { UTF8 = JSON_NOTE_INVALID_UTF8, LONE = JSON_NOTE_LONE_SURROGATE, NUL = JSON_NOTE_NUL };
    static const struct {
        struct str text, expected;
        unsigned notes;
    } rows[] = {
        {{"", 0}, {"", 0}, 0},
        {{"\\u0000", 6}, {"\0", 1}, NUL},
        {{"user\\u0000evil", 14}, {"user\0evil", 9}, NUL},
        {{"\xC0\\u0000\xC1\\ud800", 14}, {"\xEF\xBF\xBD\0\xEF\xBF\xBD\xEF\xBF\xBD", 10},
            UTF8 | LONE | NUL},
        {{"\\\"\\\\\\/\\b\\f\\n\\r\\t", 16}, {"\"\\/\b\f\n\r\t", 8}, 0},
        {{"\\u0041\\u00e9\\u20AC", 18}, {"A\xC3\xA9\xE2\x82\xAC", 6}, 0},
        {{"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x7F", 10},
            {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x7F", 10}, 0},
        {{"\\ud83d\\ude00", 12}, {"\xF0\x9F\x98\x80", 4}, 0},
        {{"\\ud83d", 6}, {"\xEF\xBF\xBD", 3}, LONE},
        {{"\\ude00\\ud83d", 12}, {"\xEF\xBF\xBD\xEF\xBF\xBD", 6}, LONE},
        {{"\\ud83d\\n", 8}, {"\xEF\xBF\xBD\n", 4}, LONE},
        {{"\\ud83d\\\\ude00", 13}, {"\xEF\xBF\xBD\\ude00", 9}, LONE},
        {{"a\xFFz", 3}, {"a\xEF\xBF\xBDz", 5}, UTF8},
        {{"\xC0\x80", 2}, {"\xEF\xBF\xBD\xEF\xBF\xBD", 6}, UTF8},
        {{"\xC1\x31", 2}, {"\xEF\xBF\xBD\x31", 4}, UTF8},
        {{"\xED\xA0\x80", 3}, {"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 9}, UTF8},
        {{"\xE2\x82", 2}, {"\xEF\xBF\xBD", 3}, UTF8},
        {{"\xF4\x90\x80\x80", 4}, {"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 12}, UTF8},
        {{"\xF0\x9F\x98\\ud800", 9}, {"\xEF\xBF\xBD\xEF\xBF\xBD", 6}, UTF8 | LONE},
        {{"-1.5e3", 6}, {"-1.5e3", 6}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text = {0};
        buf_add_char(&text, '"');
        buf_add_str(&text, rows[i].text);
        buf_add_char(&text, '"');
        check_string(buf_str(&text), rows[i].expected, rows[i].notes);
        buf_release(&text);
    }
}

static void test_keys(void **state) {
    (void)state;
    unsigned notes = 0;
    const struct json *json = parse_str(
        STR("{\"a\\u0000b\":1,\"a\":2,\"\xFF\":3,\"\":4,\"EventName\":5}"), &notes);
    assert_int_equal(notes, JSON_NOTE_INVALID_UTF8 | JSON_NOTE_NUL);
    assert_int_equal(json_get(json, STR("a\0b"))->notes, JSON_NOTE_NUL);
    assert_int_equal(json_get_text(json, "\xEF\xBF\xBD")->notes, JSON_NOTE_INVALID_UTF8);
    assert_int_equal(json_get_text(json, "a")->notes | json->notes, 0);
    assert_int_equal(json_get(json, STR("a\0b"))->integer, 1);
    assert_int_equal(json_get_text(json, "a")->integer, 2);
    assert_int_equal(json_get_text(json, "\xEF\xBF\xBD")->integer, 3);
    assert_int_equal(json_get_text(json, "")->integer, 4);
    assert_null(json_get_text(json, "eventName"));
    assert_null(json_get_text(NULL, "a"));
    assert_null(json_get_text(parse("[1]"), "a"));
}

static void test_duplicates(void **state) {
    (void)state;
    unsigned notes = 0;
    check_print(parse_str(STR("{\"a\":1,\"b\":2,\"a\":{\"x\":1,\"\\u0078\":2},\"c\":3}"), &notes),
        STR("{\"b\":2,\"a\":{\"x\":2},\"c\":3}"));
    assert_int_equal(notes, JSON_NOTE_DUPLICATE_KEY);
}

/* Many members, each key three times: the last ones stay, in order, and are found. */
static void test_many_members(void **state) {
    (void)state;
    enum { KEYS = 33000 };
    struct buf text = {0};
    for (int i = 0; i < 3 * KEYS; i++)
        buf_add_format(&text, "%c\"key%d\":%d", i ? ',' : '{', i * 7 % KEYS, i);
    buf_add_text(&text, "}");
    unsigned notes = 0;
    int64_t begin_ms = clock_monotonic_ms();
    const struct json *json = parse_str(buf_str(&text), &notes);
    assert_true(clock_monotonic_ms() - begin_ms < 1000);
    assert_int_equal(json->count, KEYS);
    assert_non_null(json->by_key);
    assert_int_equal(notes, JSON_NOTE_DUPLICATE_KEY);
    for (int i = 0; i < KEYS; i++) {
        assert_int_equal(json->members[i].value.integer, 2 * KEYS + i);
        assert_int_equal(json->members[i].value.notes, JSON_NOTE_DUPLICATE_KEY);
        assert_ptr_equal(json_get(json, json->members[i].key), &json->members[i].value);
    }
    assert_null(json_get_text(json, "key"));
    buf_release(&text);
}

static void test_path(void **state) {
    (void)state;
    const struct json *json = parse(
        "{\"a\":{\"b\":1,\"c.d\":{\"e\":2},\"\":3,\"x\\\\\":4},\"n\":null}");
    assert_int_equal(json_path(json, STR("a.b"))->integer, 1);
    assert_int_equal(json_path(json, STR("a.c\\.d.e"))->integer, 2);
    assert_int_equal(json_path(json, STR("a."))->integer, 3);
    assert_int_equal(json_path(json, STR("a.x\\"))->integer, 4);
    assert_int_equal(json_path(json, STR("n"))->type, JSON_NULL);
    assert_null(json_path(json, STR("a.c.d")));
    assert_null(json_path(json, STR("a.b.c")));
    assert_null(json_path(json, STR("n.x")));
    assert_null(json_path(NULL, STR("a")));
}

static void test_path_holds(void **state) {
    (void)state;
    const struct json *json = parse(
        "{\"a\":{\"b\":[{\"c\":null},{\"c\":[[1]]}],\"n\":null,\"e\":[],"
        "\"f\":[null],\"o\":{}},\"s\":false}");
    static const char *const there[] = {"a", "a.b", "a.b.c", "a.o", "s"};
    static const char *const absent[] = {
        "a.n", "a.e", "a.f", "a.n.x", "s.x", "a.b.d", "a.b.c.d", "z"};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        if (!json_path_holds(json, str_of(there[i]))) fail_msg("%s", there[i]);
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        if (json_path_holds(json, str_of(absent[i]))) fail_msg("%s", absent[i]);
    assert_false(json_path_holds(NULL, STR("a")));
}

static void test_equal(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        {"1", "1", true},
        {"1", "1.0", true},
        {"1", "2", false},
        {"1", "\"1\"", false},
        {"9007199254740993", "9007199254740992.0", false},
        {"9223372036854775807", "9223372036854775808", false},
        {"1e400", "1", false},
        {"null", "null", true},
        {"null", "false", false},
        {"true", "false", false},
        {"[1,[2]]", "[1,[2.0]]", true},
        {"[1]", "[1,2]", false},
        {"[]", "{}", false},
        {"{\"a\":1,\"b\":[]}", "{\"b\":[],\"a\":1}", true},
        {"{\"a\":1}", "{\"b\":1}", false},
        {"{\"a\":1}", "{\"a\":1,\"b\":1}", false},
        {"\"a\\u0000\"", "\"a\"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct json *a = parse(rows[i].a), *b = parse(rows[i].b);
        if (json_equal(a, b) != rows[i].equal || json_equal(b, a) != rows[i].equal)
            fail_msg("%s and %s", rows[i].a, rows[i].b);
    }
    assert_true(json_equal(NULL, NULL));
    assert_false(json_equal(parse("null"), NULL));
}

/* ---- output ---- */

static void test_print(void **state) {
    (void)state;
    check_print(
        parse(" { \"b\" : [ 1.50 , { } , [ ] , null , true ] , \"a\" : \"\\u00e9\\u0000\\/\" } "),
        STR("{\"b\":[1.50,{},[],null,true],\"a\":\"\xC3\xA9\\u0000/\"}"));
    struct json made = {.type = JSON_FLOAT};
    made.number.value = 0.5;
    check_print(&made, STR("0.5"));
    made.number.value = INFINITY;
    check_print(&made, STR("null"));
    struct buf text = {0};
    json_print_string(&text, STR("a\xFF\x01\x1F\x7F\n\"\\\0\xE2\x82"));
    json_print_integer(&text, INT64_MIN);
    assert_true(str_is(buf_str(&text),
        "\"a\xEF\xBF\xBD\\u0001\\u001f\x7F\\n\\\"\\\\\\u0000\xEF\xBF\xBD\"-9223372036854775808"));
    buf_release(&text);
}

/* ---- hostile input ---- */

static unsigned seed = 1;

static unsigned any(unsigned below) {
    seed = seed * 1103515245u + 12345u;
    return (seed >> 8) % below;
}

/* Each text stands at the very end of its own memory, so that a byte too far is seen. */
static void test_hostile(void **state) {
    (void)state;
    static const char good[] =
        "{\"a\":[1,-0.5e+3,12345678901234567890,\"\\ud83d\\ude00\\u0000\xC3\xA9\"],"
        "\"b\":{\"\":null,\"c\":[true,false,{}]}, \"a\":\"\\\"\\\\\"}";
    static const char bytes[] = "{}[]\",:\\u0d8c19eE+-.\xC0\xC1\x80\xFF \n\t\0";
    for (int i = 0; i < 20000; i++) {
        size_t len = any(4) ? sizeof good - 1 : any(sizeof good);
        char *text = malloc(len ? len : 1);
        memcpy(text, good, len);
        for (unsigned n = any(4); n && len; n--)
            text[any((unsigned)len)] = bytes[any(sizeof bytes - 1)];
        struct diag diag = {0};
        bool accepted = is_accepted((struct str){text, len}, &diag);
        assert_true(accepted != diag.set);
        free(text);
        arena_reset(&arena);
    }
}

static void *parse_many(void *context) {
    struct arena own = {0};
    bool *fine = context;
    for (int i = 0; i < 2000 && *fine; i++) {
        char text[64];
        snprintf(text, sizeof text, "{\"n\":%d,\"l\":[\"%d\",1.5]}", i, i);
        const struct json *json = json_parse(&own, str_of(text), NULL, NULL);
        *fine = json && json_get_text(json, "n")->integer == i;
        arena_reset(&own);
    }
    arena_release(&own);
    return NULL;
}

static void test_threads(void **state) {
    (void)state;
    pthread_t threads[4];
    bool fine[4] = {true, true, true, true};
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, parse_many, &fine[i]);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++) assert_true(fine[i]);
}

static int release(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_suite_parsing),
        cmocka_unit_test(test_suite_transform),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_many_members),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_path_holds),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
