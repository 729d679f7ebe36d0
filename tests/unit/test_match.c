/* The limits of the pattern matcher; its answers are compared with Lua's in test_match_stock.c. */
#include "check.h"

#include "script/match.h"

enum { STEPS = 100000 };

static void test_budget(void **state) {
    (void)state;
    struct match match = {
        .subject = STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        .pattern = STR(".-.-.-.-.-.-.-.-.-b"),
        .steps = STEPS};
    assert_int_equal(match_at(&match, match.subject.at), MATCH_BAD);
    assert_string_equal(match.error, "took too many steps");
    assert_int_equal(match.steps, 0);
}

static void test_depth(void **state) {
    (void)state;
    char pattern[2000];
    for (size_t i = 0; i + 1 < sizeof pattern; i += 2) memcpy(pattern + i, "a?", 2);
    struct match match = {
        .subject = STR("b"), .pattern = {pattern, sizeof pattern}, .steps = STEPS};
    assert_int_equal(match_at(&match, match.subject.at), MATCH_BAD);
    assert_string_equal(match.error, "pattern too complex");
}

static void test_plain(void **state) {
    (void)state;
    assert_true(match_is_plain(STR("")));
    assert_true(match_is_plain(STR("a b)]}")));
    assert_false(match_is_plain(STR("a.b")));
    assert_false(match_is_plain(STR("%")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
