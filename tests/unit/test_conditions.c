/* Which conditions Lua code has, and the copy in which they are noted. That it answers the same, the
 * tests of coverage hold for each form of control flow. */
#include "check.h"

#include "text/conditions.h"

static struct arena arena;

static int tear_down(void **state) {
    (void)state;
    arena_release(&arena);
    arena_init(&arena);
    return 0;
}

static void find(struct conditions *conditions, const char *code) {
    struct syntax_chunk chunk = {0};
    struct place place;
    struct diag diag = {0};
    assert_int_equal(syntax_parse(&arena, str_of(code), &chunk, &place, &diag), SYNTAX_FINE);
    conditions_find(conditions, &arena, chunk.body);
}

static void rewrites(const char *code, const char *expected) {
    struct conditions conditions;
    struct buf copy = {0};
    find(&conditions, code);
    conditions_rewrite(&copy, str_of(code), &conditions, "N");
    assert_string_equal(buf_text(&copy), expected);
    buf_release(&copy);
}

static void what_statements_ask_is_a_condition(void **state) {
    (void)state;
    rewrites("if a then b() elseif c() then else d() end",
        "if N(0,(a)) then b() elseif N(1,(c())) then else d() end");
    rewrites("while a.b[1] do end", "while N(0,(a.b[1])) do end");
    rewrites("repeat local x = f() until x -- why\nf()",
        "repeat local x = f() until N(0,(x)) -- why\nf()");
    rewrites("if(a)then end", "if(N(0,(a)))then end");
    rewrites("if a=='x'then end", "if N(0,(a=='x'))then end");
    rewrites("if ... then end", "if N(0,(...)) then end");
    rewrites("if #a > 0 and not b then end", "if N(0,(#a > 0)) and N(1,(not b)) then end");
    rewrites("if not (a or b) then end", "if not (N(0,(a)) or N(1,(b))) then end");
    rewrites("if a:b 'x' == c {1} then end", "if N(0,(a:b 'x' == c {1})) then end");
    rewrites("for i = 1, n do end for k in pairs(t) do end",
        "for i = 1, n do end for k in pairs(t) do end");
}

static void of_a_value_what_stands_left_decides(void **state) {
    (void)state;
    rewrites("return a or b", "return N(0,(a)) or b");
    rewrites("local x = a and b or c", "local x = N(0,(a)) and N(1,(b)) or c");
    rewrites("return (a or b) and c", "return (N(0,(a)) or N(1,(b))) and c");
    rewrites("return not (a and b)", "return not (N(0,(a)) and b)");
    rewrites("return a == b, not c", "return a == b, not c");
    rewrites("f(a and b, {c or d, [e or f] = g})",
        "f(N(0,(a)) and b, {N(1,(c)) or d, [N(2,(e)) or f] = g})");
}

static void what_goes_only_one_way_is_none(void **state) {
    (void)state;
    rewrites("while true do end", "while true do end");
    rewrites("return a and 'x' or 'y'", "return N(0,(a)) and 'x' or 'y'");
    rewrites("return a and #b or c", "return N(0,(a)) and #b or c");
    rewrites("return a .. b and {} and function() end and -c and not nil and d",
        "return a .. b and {} and function() end and -c and not nil and d");
}

static void conditions_may_stand_in_conditions(void **state) {
    (void)state;
    rewrites("if any(t, function(x) return x.a and x.b end) then end",
        "if N(0,(any(t, function(x) return N(1,(x.a)) and x.b end))) then end");
    rewrites("if (a or b).c == d[e and f] then end",
        "if N(0,((N(1,(a)) or b).c == d[N(2,(e)) and f])) then end");
}

static void places_are_those_of_the_first_byte(void **state) {
    (void)state;
    struct conditions conditions;
    find(&conditions, "if a and\n  (b\n  == c) then\nend");
    assert_int_equal(conditions.count, 2);
    assert_int_equal(conditions.list[0].line, 1);
    assert_int_equal(conditions.list[0].column, 4);
    assert_int_equal(conditions.list[1].line, 2);
    assert_int_equal(conditions.list[1].column, 4);
    assert_true(str_is(conditions.list[1].source, "b\n  == c"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_statements_ask_is_a_condition, tear_down),
        cmocka_unit_test_teardown(of_a_value_what_stands_left_decides, tear_down),
        cmocka_unit_test_teardown(what_goes_only_one_way_is_none, tear_down),
        cmocka_unit_test_teardown(conditions_may_stand_in_conditions, tear_down),
        cmocka_unit_test_teardown(places_are_those_of_the_first_byte, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
