/* Who lowers what, and that a budget counts the same each time. */
#include "rule_try.h"

#include <stdio.h>

static void the_lower_holds(void **state) {
    (void)state;
    struct limits given = LIMITS_DEFAULT, nothing = {0}, less = {.time_ms = 10, .steps = 200000},
                  more = {.memory = 64000000};
    struct limits same = limits_lower(&given, &nothing);
    assert_memory_equal(&same, &given, sizeof same);
    struct limits lower = limits_lower(&given, &less);
    assert_int_equal(lower.time_ms, 10);
    assert_int_equal(lower.steps, 200000);
    assert_int_equal(lower.memory, given.memory);
    assert_int_equal(limits_lower(&given, &more).memory, given.memory);
    assert_false(limits_exceed(&given, &nothing));
    assert_false(limits_exceed(&given, &less));
    assert_false(limits_exceed(&given, &given));
    assert_true(limits_exceed(&given, &more));
}

static enum failure_kind ask(struct limits limits, const char *body) {
    struct try try = {0};
    char code[512];
    snprintf(code, sizeof code, "function rule(event)\n%s\nend", body);
    try.manifest.lua = (struct manifest_lua){"rules/x.yaml", 7, str_of(code)};
    try.script = rule_script_new(&try.manifest, &limits, "lua", &try.diags);
    assert_non_null(try.script);
    try_event(&try, "{}");
    rule_script_matches(try.script, &try.diag);
    enum failure_kind kind = rule_script_failure(try.script);
    try_end(&try);
    return kind;
}

static void each_limit_is_kept(void **state) {
    (void)state;
    struct limits usual = LIMITS_DEFAULT, low;
    static const char loop[] = "for i = 1, 300000 do end";
    static const char list[] = "local t = {} for i = 1, 50000 do t[i] = i end";
    static const char text[] = "local s = ('x'):rep(200000)";
    assert_int_equal(ask(usual, loop), FAILURE_NONE);
    assert_int_equal(ask(usual, list), FAILURE_NONE);
    assert_int_equal(ask(usual, text), FAILURE_NONE);
    low = usual, low.steps = 200000;
    assert_int_equal(ask(low, loop), FAILURE_CPU);
    low = usual, low.memory = 500000;
    assert_int_equal(ask(low, list), FAILURE_MEMORY);
    low = usual, low.allocation = 100000;
    assert_int_equal(ask(low, text), FAILURE_MEMORY);
    low = usual, low.steps = 1000000000, low.time_ms = 5;
    assert_int_equal(ask(low, "while true do end"), FAILURE_DEADLINE);
}

/* Whether `body` ends behind a loop of that length, after the rule was asked for its title, which is
 * `before`. */
static bool ends(const char *before, int64_t loop, const char *body) {
    struct limits limits = LIMITS_DEFAULT;
    struct try try = {0};
    char code[1024];
    snprintf(code, sizeof code,
        "function title(event) %s return '' end\n"
        "function rule(event) for i = 1, %lld do end %s end",
        before, (long long)loop, body);
    try.manifest.lua = (struct manifest_lua){"rules/x.yaml", 7, str_of(code)};
    try.script = rule_script_new(&try.manifest, &limits, "lua", &try.diags);
    assert_non_null(try.script);
    try_event(&try, "{\"list\":[1,2,{\"a\":\"b\"}]}");
    for (int i = 0; i < 3; i++) assert_string_equal(try_text(&try, RULE_TITLE), "");
    bool done = rule_script_matches(try.script, &try.diag) != RULE_FAILED;
    if (!done) assert_int_equal(rule_script_failure(try.script), FAILURE_CPU);
    try_end(&try);
    return done;
}

/* A call that met its limit meets it again, at the same step, whatever the rule was asked before. */
static void steps_do_not_depend_on_what_was_before(void **state) {
    (void)state;
    static const char body[] =
        "local t = {} for i = 1, 2000 do t[i] = 'name' .. i end table.sort(t) "
        "local s = table.concat(t, ','):upper() local n = select(2, s:gsub('%d+', {})) "
        "for k, v in pairs(json.decode(json.encode({s, t}))) do n = n + #v end";
    static const char *const before[] = {body, "local t = {} for i = 1, 60000 do t[i] = {} end",
        "local function f(n) if n > 0 then return 1 + f(n - 1) end return 0 end f(9000)",
        "local t = {} for i = 1, 3000 do t['key' .. i] = event.list[3].a end"};
    int64_t low = 0, high = 1000000;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (ends("", middle, body))
            low = middle + 1;
        else
            high = middle;
    }
    assert_true(low > 100000);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        assert_true(ends(before[i], low - 1, body));
        assert_false(ends(before[i], low, body));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lower_holds),
        cmocka_unit_test(each_limit_is_kept),
        cmocka_unit_test(steps_do_not_depend_on_what_was_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
