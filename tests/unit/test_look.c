#include "check.h"

#include "look_rules.h"

static struct arena arena;

static bool wants(const char *yaml, struct str record) {
    struct look_rules rules = look_rules_compile(&arena, str_of(yaml));
    assert_true(rules.count > 0);
    struct look *look = look_of(&arena, &rules, 0);
    assert_non_null(look);
    bool wanted = look_asked(look, record);
    if (look_matches(&arena, &rules, record) && !wanted) fail_msg("lost: %.*s", STR_ARG(record));
    look_free(look);
    look_rules_release(&rules);
    return wanted;
}

static void check_rows(const char *yaml, bool expected, const char *const *records, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (wants(yaml, str_of(records[i])) != expected)
            fail_msg("%s\n%s\nis %s", yaml, records[i], expected ? "not wanted" : "wanted");
}

#define CHECK(yaml, expected, ...)                                                                 \
    check_rows(yaml, expected, (const char *const[]){__VA_ARGS__},                                 \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

#define KEY "eventName: [CreateKey, DropKey]"
#define LONG "0123456789012345678901234567890123456789012345678901234567890123456789"

static void test_names(void **state) {
    (void)state;
    CHECK(KEY, true, "{\"eventName\":\"CreateKey\"}", "{\"a\":{\"eventName\":\"DropKey\"}}",
        "{\"eventName\" \t\r\n: \n\"DropKey\"}", "{\"" LONG "\":1,\"eventName\":\"DropKey\"}",
        "{\"eventName\":\"x\",\"eventName\":\"DropKey\"}",
        "{\"eventName\":\"DropKey\",\"eventName\":\"x\"}",
        "{\"Records\":[{\"eventName\":\"x\"},{\"eventName\":\"DropKey\"}]}",
        "{\"event\\u004eame\":\"DropKey\"}", "{\"\\u0065ventName\":\"DropKey\"}",
        "{\"eventName\":\"Drop\\u004Bey\"}", "{\"x\":\"\\\\u\"}");
    CHECK(KEY, false, "{}", "", "{\"eventName\":\"x\"}", "{\"eventname\":\"DropKey\"}",
        "{\"myeventName\":\"DropKey\"}", "{\"eventNames\":\"DropKey\"}",
        "{\"x\":\"eventName\",\"y\":\"DropKey\"}", "{\"eventName\":\"DropKeys\"}",
        "{\"eventName\":\"\"}", "{\"eventName\":\"" LONG "\"}", "{\"x\":\"DropKey\"}",
        "{\"eventName\":{\"x\":\"DropKey\"}}", "{\"x\":\"\\\"eventName\\\":\\\"DropKey\\\"\"}");
}

static void test_values(void **state) {
    (void)state;
    CHECK(KEY, true, "{\"eventName\":[]}", "{\"eventName\":[\"DropKey\"]}",
        "{\"eventName\":\"a\\tb\"}", "{\"eventName\":\"\\/\"}", "{\"eventName\":\"\xC3\xA4\"}",
        "{\"eventName\":\"\xFF\"}", "{\"eventName\":\"0\x80" LONG "\"}", "{\"eventName\":\"a\tb\"}",
        "{\"eventName\":?}", "{\"eventName\"", "{\"eventName\":", "{\"eventName\":\"x",
        "{\"eventName\":\"" LONG);
    CHECK(KEY, false, "{\"eventName\":1}", "{\"eventName\":-1.5e9}", "{\"eventName\":null}",
        "{\"eventName\":true}", "{\"eventName\":false}", "{\"eventName\":{}}");
    CHECK("id: [123456789012]", true, "{\"id\":\"123456789012\"}", "{\"id\":123456789012}",
        "{\"id\":1.23456789012e11}", "{\"id\":-1}");
    CHECK("id: [123456789012]", false, "{\"id\":\"0123456789012\"}", "{\"id\":null}");
    CHECK("id: [1.0]", true, "{\"id\":\"1.0\"}", "{\"id\":1}");
    CHECK("id: [1.0]", false, "{\"id\":\"1\"}");
    CHECK("id: [null]", true, "{\"id\":null}");
    CHECK("id: [null, true]", false, "{\"id\":\"null\"}", "{\"id\":0}", "{\"id\":false}");
    CHECK("id: [true]", true, "{\"id\":true}");
    CHECK("id: ['']", true, "{\"id\":\"\"}");
    CHECK("id: ['']", false, "{\"id\":\" \"}");
}

static void test_operators(void **state) {
    (void)state;
    CHECK("id: [{prefix: ab}, {prefix: b}, {prefix: abc}]", true, "{\"id\":\"ab\"}",
        "{\"id\":\"abb\"}", "{\"id\":\"abcd\"}", "{\"id\":\"abd\"}", "{\"id\":\"b\"}");
    CHECK("id: [{prefix: ab}, {prefix: b}, {prefix: abc}]", false, "{\"id\":\"a\"}",
        "{\"id\":\"aab\"}", "{\"id\":\"c\"}", "{\"id\":\"\"}", "{\"id\":1}", "{\"id\":null}");
    CHECK("id: [{prefix: ''}]", true, "{\"id\":\"\"}", "{\"id\":\"x\"}");
    CHECK("id: [{suffix: ab}]", true, "{\"id\":\"cab\"}");
    CHECK("id: [{suffix: ab}]", false, "{\"id\":\"abc\"}", "{\"id\":true}");
    CHECK("id: [{wildcard: a*b}]", true, "{\"id\":\"axb\"}");
    CHECK("id: [{wildcard: a*b}]", false, "{\"id\":\"ax\"}");
    CHECK("id: [{equals-ignore-case: aB}, {cidr: 10.0.0.0/8}, {contains: xy}]", true,
        "{\"id\":\"Ab\"}", "{\"id\":\"10.1.2.3\"}", "{\"id\":\"axyb\"}");
    CHECK("id: [{equals-ignore-case: aB}, {cidr: 10.0.0.0/8}, {contains: xy}]", false,
        "{\"id\":\"abc\"}", "{\"id\":\"11.1.2.3\"}", "{\"id\":\"x\"}");
    CHECK("id: [{equals-ignore-case: \"\\u212A\"}]", true, "{\"id\":\"k\"}");
    CHECK("id: [{numeric: ['>', 5]}]", true, "{\"id\":6}");
    CHECK("id: [{numeric: ['>', 5]}]", false, "{\"id\":\"6\"}");
    CHECK("id: [{anything-but: [a]}]", true, "{\"id\":\"b\"}", "{\"id\":1}", "{\"id\":null}");
    CHECK("id: [{anything-but: [a]}]", false, "{\"id\":\"a\"}", "{\"id\":{}}");
    CHECK("id: [{exists: true}]", true, "{\"id\":false}", "{\"id\":\"\"}");
    CHECK("id: [{regex: a+}]", true, "{\"id\":\"a\"}", "{\"id\":\"b\"}");
}

#define TEXT "{\\\"eventName\\\":\\\"DropKey\\\"}"

static void test_envelopes(void **state) {
    (void)state;
    CHECK(KEY, true, "{\"Message\":\"" TEXT "\"}", "{\"detail\" : \"[" TEXT "]\"}",
        "{\"Records\":[{\"x\":\"Message\",\"Message\":\"" TEXT "\"}]}",
        "{\"Message\":\"{\\\"detail\\\":\\\"{\\\\\\\"x\\\\\\\":1}\\\"}\"}",
        "{\"M\\u0065ssage\":\"" TEXT "\"}", "{\"Message\":\"{\\u0022eventName\\u0022:1}\"}");
    CHECK(KEY, false, "{\"message\":\"" TEXT "\"}", "{\"Message\":{\"x\":\"" TEXT "\"}}",
        "{\"x\":\"Message\",\"y\":\"" TEXT "\"}", "{\"Message\":\"{}\",\"x\":\"\\\"\"}");
}

/* Every way to cut a record, at the end of the memory it is in. */
static void test_cut(void **state) {
    (void)state;
    struct str whole = STR("{\"" LONG "\":\"\\\"\",\"Message\":\"x\",\"eventName\" : \"DropKey\"}");
    for (size_t length = 0; length <= whole.len; length++) {
        struct str cut = {whole.at, length}, rest = {whole.at + length, whole.len - length};
        bool wanted = wants(KEY, cut);
        assert_true(length < whole.len - 1 || wanted);
        wants(KEY, rest);
    }
}

/* NUL is no JSON where it is not escaped, but must not end a search. */
static void test_nul(void **state) {
    (void)state;
    assert_true(wants(KEY, STR("{\"x\":\"\0\",\"eventName\":\"DropKey\"}")));
    assert_true(wants(KEY, STR("{\"eventName\":\"x\0\"}")));
    assert_false(wants(KEY, STR("\0\0\0\0")));
}

static bool has_look(const char *yaml, const char *const *wrappers) {
    struct look_rules rules = look_rules_compile(&arena, str_of(yaml));
    struct pattern_accesses accesses = look_accesses(&arena, &rules, 0);
    struct look *look = look_new(&accesses, wrappers);
    bool has = look != NULL;
    look_free(look);
    look_rules_release(&rules);
    return has;
}

static void test_none(void **state) {
    (void)state;
    assert_true(has_look("a: [x]\n---\n'': [1]\n---\n'a b': [1]", look_wrappers));
    assert_true(has_look("a: [x]\nb: [{exists: false}]", look_wrappers));
    assert_false(has_look("a: [{exists: false}]", look_wrappers));
    assert_false(has_look("a: [x]\n---\nb: [{not: [x]}]", look_wrappers));
    assert_false(has_look("$or: [{a: [x]}, {b: [{exists: false}]}]", look_wrappers));
    assert_false(has_look("a/b: [x]", look_wrappers));
    assert_false(has_look("'a\"b': [x]", look_wrappers));
    assert_false(has_look("'a\\b': [x]", look_wrappers));
    assert_false(has_look("\"\\u00e4\": [x]", look_wrappers));
    assert_false(has_look("\"a\\tb\": [x]", look_wrappers));
    assert_true(has_look("a: [x]", NULL));
    look_free(NULL);
    struct pattern_accesses none = {0};
    assert_null(look_new(&none, look_wrappers));
}

/* An envelope's key that cannot be sought may be anywhere. */
static void test_odd_wrapper(void **state) {
    (void)state;
    static const char *const odd[] = {"a/b", NULL};
    struct look_rules rules = look_rules_compile(&arena, STR(KEY));
    struct pattern_accesses accesses = look_accesses(&arena, &rules, 0);
    struct look *look = look_new(&accesses, odd);
    assert_true(look_asked(look, STR("{\"a\\/b\":\"" TEXT "\"}")));
    assert_false(look_asked(look, STR("{\"a/b\":\"x\"}")));
    look_free(look);
    look_rules_release(&rules);
}

/* So many names that their pairs have no room, so many tests that they are not asked, and so many
 * words and prefixes that only sets are quick. */
static void test_many(void **state) {
    (void)state;
    struct buf yaml = {0};
    for (int i = 0; i < 40; i++)
        buf_add_format(&yaml, "%sN%c%c: [x]", i ? "\n---\n" : "", i + '0', i + '1');
    assert_false(has_look(buf_text(&yaml), look_wrappers));
    buf_reset(&yaml);
    for (int i = 0; i < 3000; i++)
        buf_add_format(
            &yaml, "%sword%d, {prefix: p%d-}, {suffix: -s%d}", i ? ", " : "id: [", i, i, i);
    buf_add_text(&yaml, "]");
    CHECK(buf_text(&yaml), true, "{\"id\":\"word2999\"}", "{\"id\":\"p2999-x\"}",
        "{\"id\":\"x-s2999\"}");
    CHECK(buf_text(&yaml), false, "{\"id\":\"word3000\"}", "{\"id\":\"p3000-x\"}",
        "{\"id\":\"x-s3000\"}");
    buf_reset(&yaml);
    for (int i = 0; i < 40; i++) buf_add_format(&yaml, "%s{contains: w%d}", i ? ", " : "id: [", i);
    buf_add_text(&yaml, "]");
    CHECK(buf_text(&yaml), true, "{\"id\":\"w39\"}", "{\"id\":\"w40\"}");
    buf_reset(&yaml);
    for (int i = 0; i < 40; i++) buf_add_text(&yaml, i ? "\n---\nid: [null]" : "id: [null]");
    CHECK(buf_text(&yaml), true, "{\"id\":null}");
    CHECK(buf_text(&yaml), false, "{\"id\":\"x\"}", "{\"id\":1}", "{\"id\":true}");
    buf_release(&yaml);
}

static int release(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_operators),
        cmocka_unit_test(test_envelopes),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_odd_wrapper),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
