#include "check.h"

#include "base/buf.h"
#include "text/json_names.h"

static size_t add(struct json_names *names, const char *name) {
    size_t number;
    if (!json_names_add(names, str_of(name), &number)) fail_msg("'%s' is refused", name);
    return number;
}

/* What is found, as "number:first byte of the value " for each; '.' where the text ends. */
static void check(const struct json_names *names, const char *text, const char *expected) {
    struct json_names_search search;
    struct buf found = {0};
    size_t number, value;
    json_names_begin(&search, names, str_of(text));
    while (json_names_next(&search, &number, &value))
        buf_add_format(&found, "%zu:%c ", number, text[value] ? text[value] : '.');
    assert_string_equal(buf_text(&found), expected);
    buf_release(&found);
}

static void test_find(void **state) {
    (void)state;
    struct json_names names = {0};
    assert_int_equal(add(&names, "eventName"), 0);
    assert_int_equal(add(&names, "a"), 1);
    assert_int_equal(add(&names, ""), 2);
    assert_int_equal(add(&names, "userName"), 3);
    assert_int_equal(add(&names, "a"), 1);
    check(&names, "{\"eventName\":1,\"a\":[{\"a\" : {\"\":\"\"}}]}", "0:1 1:[ 1:{ 2:\" ");
    check(&names, "{\"userName\"\n:\n\n-2,\"eventName\":\"userName\"}", "3:- 0:\" ");
    check(&names, "{\"aa\":1,\"eventNam\":2,\"xeventName\":3,\"tN\":4}", "");
    check(&names, "eventName\":1,\"eventName:1", "");
    check(&names, "{\"x\":\"a\"}", "");
    check(&names, "\"a\"", "1:. ");
    check(&names, "\"a\" :", "1:. ");
    check(&names, "\"a", "");
    check(&names, "a\":1", "");
    check(&names, "", "");
}

static void test_refused(void **state) {
    (void)state;
    static const char *const odd[] = {"a\"", "\\", "a/b", "\t", "\x1F", "\xC3\xA4", "x\xFF"};
    struct json_names names = {0};
    size_t number;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_false(json_names_add(&names, str_of(odd[i]), &number));
    assert_false(json_names_add(&names, (struct str){"a\0", 2}, &number));
    assert_int_equal(names.count, 0);
}

/* Names may share a pair; the first that has no room of its own is refused. */
static void test_room(void **state) {
    (void)state;
    static const char letters[] = "abcdefghijklmnop";
    char room[JSON_NAMES][4];
    struct json_names names = {0};
    struct buf text = {0};
    size_t number;
    for (size_t i = 0; i < JSON_NAMES; i++) {
        strncpy(room[i], i < PAIRS ? "?Z" : "?Za", sizeof room[i]);
        room[i][0] = letters[i % PAIRS];
        add(&names, room[i]);
    }
    assert_int_equal(names.count, JSON_NAMES);
    assert_int_equal(names.pairs.count, PAIRS);
    assert_false(json_names_add(&names, STR("aZb"), &number));
    names.count--;
    assert_false(json_names_add(&names, STR("qZ"), &number));
    names.count++;
    for (size_t i = 0; i < names.count; i++)
        buf_add_format(&text, "\"%.*s\":", STR_ARG(names.list[i].text));
    struct json_names_search search;
    json_names_begin(&search, &names, buf_str(&text));
    for (size_t i = 0, value; i < names.count; i++)
        assert_true(json_names_next(&search, &number, &value) && number == i);
    buf_release(&text);
}

static void check_plain(struct str text, bool expected) {
    struct str string;
    bool plain = json_plain_string(text, 0, &string);
    if (plain != expected) fail_msg("%.*s", STR_ARG(text));
    if (plain) assert_true(string.at == text.at + 1 && string.at[string.len] == '"');
}

/* A byte that does not stand for itself, at every place of eight bytes and of the rest. */
static void test_plain(void **state) {
    (void)state;
    char text[32];
    for (size_t len = 2; len < sizeof text; len++) {
        memset(text, 'x', sizeof text);
        text[0] = text[len - 1] = '"';
        check_plain((struct str){text, len}, true);
        check_plain((struct str){text, sizeof text}, true);
        check_plain((struct str){text, len - 1}, false);
        for (size_t at = 1; at + 1 < len; at++)
            for (int byte = 0; byte < 256; byte++) {
                text[at] = (char)byte;
                bool good = byte >= ' ' && byte < 0x80 && byte != '\\';
                check_plain((struct str){text, sizeof text}, good);
                text[at] = 'x';
            }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
