#include "check.h"

#include "text/yaml_print.h"

#include <stdlib.h>

/* What is printed for this JSON, as it stands behind `key:` in a map. */
static void check_printed(const char *json, const char *wanted) {
    struct arena arena = {0};
    struct diag diag = {0};
    struct buf to = {0};
    const struct json *tree = json_parse(&arena, str_of(json), NULL, &diag);
    assert_non_null(tree);
    buf_add_text(&to, "key:");
    yaml_print_value(&to, tree, 0);
    assert_string_equal(buf_text(&to), wanted);
    assert_true(yaml_prints_as(buf_str(&to), "key", tree));
    buf_release(&to);
    arena_release(&arena);
}

static void test_values(void **state) {
    (void)state;
    check_printed("5", "key: 5\n");
    check_printed("\"5\"", "key: \"5\"\n");
    check_printed("\"yes\"", "key: yes\n"); /* a string by YAML 1.2 */
    check_printed("\"Null\"", "key: \"Null\"\n");
    check_printed("{}", "key: {}\n");
    check_printed("[]", "key: []\n");
    check_printed("null", "key: null\n");
    check_printed("\"a: b\"", "key: \"a: b\"\n");
    check_printed("\"\\u0085\\n\\\"\"", "key: \"\\u0085\\n\\\"\"\n");
    check_printed("{\"a\":{\"b\":[1,{\"c\":2,\"d\":[[3]]},[]]}}",
        "key:\n  a:\n    b:\n      - 1\n      - c: 2\n        d:\n          -\n            - 3\n"
        "      - []\n");
}

static void test_flow(void **state) {
    (void)state;
    struct arena arena = {0};
    struct diag diag = {0};
    struct buf to = {0};
    yaml_print_flow(&to, json_parse(&arena, STR("{\"a\":[\"x,y\",true],\"b c\":{}}"), NULL, &diag));
    assert_string_equal(buf_text(&to), "{a: [\"x,y\", true], \"b c\": {}}");
    buf_release(&to);
    arena_release(&arena);
}

/* A long key is none for libyaml: who prints it must find out. */
static void test_what_yaml_cannot_say(void **state) {
    (void)state;
    struct json_member member = {.key = {NULL, 2000}, .value = {.type = JSON_NULL}};
    struct json tree = {.type = JSON_OBJECT, .members = &member, .count = 1};
    struct buf to = {0};
    char *key = malloc(2000);
    memset(key, 'k', 2000);
    member.key.at = key;
    buf_add_text(&to, "key:");
    yaml_print_value(&to, &tree, 0);
    assert_false(yaml_prints_as(buf_str(&to), "key", &tree));
    buf_release(&to);
    free(key);
}

/* ---- any text ---- */

static uint32_t seed = 1;

static uint32_t chance(uint32_t below) {
    seed = seed * 1103515245 + 12345;
    return (seed >> 8) % below;
}

/* Of characters that mean something in YAML, or are odd. */
static void add_odd(struct buf *to) {
    static const char *const odd[] = {"a", "-", ":", " ", "#", "\\n", "\\\"", "{", "]", ",", "&",
        "*", "!", "|", ">", "'", "%", "@", "`", "0", "1", ".", "~", "\\t", "\\r", "\\u0085",
        "\\u2028", "\\ufeff", "\\u007f", "\\u0001", "\\ud83d\\ude00", "\\u00e9", "true", "null",
        "\\\\", "\\ufffe"};
    buf_add_text(to, odd[chance(sizeof odd / sizeof *odd)]);
}

static void add_string(struct buf *to) {
    buf_add_char(to, '"');
    for (uint32_t left = chance(5); left; left--) add_odd(to);
    buf_add_char(to, '"');
}

static void add_value(struct buf *to, unsigned depth);

static void add_some(struct buf *to, unsigned depth, bool named) {
    for (uint32_t left = chance(4), i = 0; i < left; i++) {
        if (i) buf_add_char(to, ',');
        if (named) add_string(to), buf_add_char(to, ':');
        add_value(to, depth + 1);
    }
}

static void add_value(struct buf *to, unsigned depth) {
    uint32_t kind = chance(depth < 5 ? 5 : 3);
    if (kind == 0) buf_add_text(to, chance(2) ? "true" : "null");
    if (kind == 1) buf_add_format(to, "%d", (int)chance(100000) - 50000);
    if (kind == 2) add_string(to);
    if (kind < 3) return;
    buf_add_char(to, kind == 3 ? '[' : '{');
    add_some(to, depth, kind == 4);
    buf_add_char(to, kind == 3 ? ']' : '}');
}

static void check_random(struct arena *arena) {
    struct buf json = {0}, to = {0};
    struct diag diag = {0};
    add_value(&json, 0);
    const struct json *tree = json_parse(arena, buf_str(&json), NULL, &diag);
    assert_non_null(tree);
    buf_add_text(&to, "key:");
    yaml_print_value(&to, tree, 0);
    if (!yaml_prints_as(buf_str(&to), "key", tree))
        fail_msg("%s became\n%s", buf_text(&json), buf_text(&to));
    buf_release(&json);
    buf_release(&to);
}

static void test_any_json_is_read_back(void **state) {
    (void)state;
    for (int i = 0; i < 5000; i++) {
        struct arena arena = {0};
        check_random(&arena);
        arena_release(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_what_yaml_cannot_say),
        cmocka_unit_test(test_any_json_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
