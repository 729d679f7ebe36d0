#include "check.h"

#include "base/plain.h"

static void check_plain(struct str text, const char *wanted) {
    struct buf to;
    buf_init(&to);
    plain_print(&to, text);
    assert_string_equal(buf_text(&to), wanted);
    buf_release(&to);
}

static void test_text_stays(void **state) {
    (void)state;
    check_plain(STR(""), "");
    check_plain(STR("root did it, C:\\windows"), "root did it, C:\\windows");
    check_plain(STR("na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x94\x94"),
        "na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x94\x94");
}

static void test_controls_are_escaped(void **state) {
    (void)state;
    check_plain(STR("a\nb\r\tc\a"), "a\\nb\\r\\tc\\a");
    check_plain(STR("\033]0;owned\007\033[2J"), "\\x1b]0;owned\\a\\x1b[2J");
    check_plain(STR("nul\0here\x7f"), "nul\\x00here\\x7f");
    check_plain(STR("\xc2\x9b"
                    "31m"),
        "\\u009b31m"); /* the one-character CSI */
}

static void test_direction_and_invisible(void **state) {
    (void)state;
    check_plain(STR("\xe2\x80\xae"
                    "gpj.exe"),
        "\\u202egpj.exe");
    check_plain(STR("\xe2\x81\xa6x\xe2\x81\xa9"), "\\u2066x\\u2069");
    check_plain(STR("a\xe2\x80\xa8"
                    "b\xe2\x80\x8b"
                    "c\xef\xbb\xbf"),
        "a\\u2028b\\u200bc\\ufeff");
    check_plain(STR("\xf3\xa0\x81\x81"), "\\ue0041"); /* a tag character */
}

static void test_invalid_utf8(void **state) {
    (void)state;
    check_plain(STR("\xff\xfe"), "\\xff\\xfe");
    check_plain(STR("\xc3"), "\\xc3");                            /* cut */
    check_plain(STR("\xc3("), "\\xc3(");                          /* not continued */
    check_plain(STR("\xc0\x8a"), "\\xc0\\x8a");                   /* overlong newline */
    check_plain(STR("\xe0\x80\x9b"), "\\xe0\\x80\\x9b");          /* overlong */
    check_plain(STR("\xed\xa0\x80"), "\\xed\\xa0\\x80");          /* surrogate */
    check_plain(STR("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"); /* beyond Unicode */
    check_plain(STR("\xf8\x88\x80\x80\x80"), "\\xf8\\x88\\x80\\x80\\x80");
}

static void test_width(void **state) {
    (void)state;
    assert_int_equal(plain_width(STR("abc")), 3);
    assert_int_equal(plain_width(STR("na\xc3\xafve")), 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_stays),
        cmocka_unit_test(test_controls_are_escaped),
        cmocka_unit_test(test_direction_and_invisible),
        cmocka_unit_test(test_invalid_utf8),
        cmocka_unit_test(test_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
