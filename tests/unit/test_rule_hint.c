/* Which rules are told that they could have a `when`, and that it would lose them no event. */
#include "rule_try.h"

#include "model/pattern.h"
#include "text/yaml.h"

#include <stdlib.h>

static const char begins[] = "the rule is called for every event: this test could be `when: ";

/* The pattern that is offered for the rule, as YAML; NULL: none is. */
static const char *hint_for(struct try *try, const char *code) {
    try_begin(try, code);
    try->manifest.when = NULL;
    rule_script_check(try->script, &try->diags);
    for (size_t i = 0; i < try->diags.count; i++) {
        const char *text = try->diags.list[i].text;
        if (strncmp(text, begins, strlen(begins)) != 0) continue;
        assert_int_equal(try->diags.list[i].level, DIAG_WARNING);
        const char *pattern = arena_text(&try->arena, text + strlen(begins));
        *strrchr(pattern, '`') = '\0';
        return pattern;
    }
    return NULL;
}

static struct pattern *compile(struct try *try, const char *text) {
    struct yaml_documents documents;
    struct diags diags = {0};
    assert_true(yaml_parse(&documents, &try->arena, "when", str_of(text), &diags));
    struct pattern *pattern = pattern_compile(&try->arena, &documents.list[0], &diags);
    if (!pattern || diags.count) fail_msg("%s: %s", text, diags.list[0].text);
    return pattern;
}

/* Asks the rule about an event; what the pattern refuses it must not answer true to. */
static bool is_lost(struct try *try, const struct pattern *pattern, const char *event) {
    diag_clear(&try->diag);
    try_event(try, event);
    bool yes = rule_script_matches(try->script, &try->diag) == RULE_YES;
    bool lost = yes && !pattern_matches(pattern, try->event.root, NULL);
    rule_script_done(try->script);
    return lost;
}

/* Every pair of these as `a` and `b`, which is also below `d`, and as whole events. */
static const char *const values[] = {"\"X\"", "\"Y\"", "\"Z\"", "\"\"", "\"true\"", "true", "false",
    "null", "1", "[\"X\"]", "[]", "{}", "{\"a\":\"X\"}", "[{\"a\":\"X\",\"b\":\"Y\"}]",
    "{\"b\":\"X\",\"c\":\"Y\"}"};
enum { VALUES = sizeof values / sizeof *values };

static void expect_nothing_lost(struct try *try, const struct pattern *pattern, const char *code) {
    for (size_t i = 0; i < VALUES * VALUES; i++) {
        const char *a = values[i % VALUES], *b = values[i / VALUES];
        const char *event = arena_format(
            &try->arena, "{\"a\":%s,\"b\":%s,\"d\":{\"a\":%s,\"b\":{\"c\":%s}}}", a, b, b, a);
        if (is_lost(try, pattern, event)) fail_msg("%s\nis true for what is lost: %s", code, event);
    }
    assert_false(is_lost(try, pattern, "{}"));
    assert_false(is_lost(try, pattern, "{\"a.b\":\"X\",\"d\":[{\"a\":\"X\"}]}"));
}

/* ---- forms ---- */

static const struct {
    const char *code, *pattern;
} certain[] = {
    {"function rule(event) return event.a == 'X' end", "{a: [X]}"},
    {"function rule(e) return e.a == 'X' and e.b == 'Y' end", "{a: [X]}"},
    {"function rule(event) return 'X' == event.a and get(event, 'b') ~= nil end", "{a: [X]}"},
    {"function rule(event) return event['a'] == 'X' and #event.b > 0 end", "{a: [X]}"},
    {"function rule(event)\n  if event.a ~= 'X' then return false end\n  return true\nend",
        "{a: [X]}"},
    {"function rule(event) if event.a ~= 'X' then return end return event.b == 'Y' end",
        "{a: [X]}"},
    {"function rule(event) if event.a ~= 'X' then return nil end return true end", "{a: [X]}"},
    {"function rule(event) if not (event.a == 'X') then return false else return true end end",
        "{a: [X]}"},
    {"function rule(event) if event.a == 'X' then return event.b == 'Y' end end", "{a: [X]}"},
    {"function rule(event) if event.a == 'X' then return true end return false end", "{a: [X]}"},
    {"function rule(event) return not (event.a ~= 'X') end", "{a: [X]}"},
    {"function rule(event) return event.d.b.c == 'X' and true end", "{d.b.c: [X]}"},
    {"function rule(event) return (event.a == 'X' or event.a == 'Y') and event.b ~= nil end",
        "{a: [X, \"Y\"]}"},
    {"function rule(event) return event.a == 'X' or event.a == 'Y' or event.a == 'X' end",
        "{a: [X, \"Y\"]}"},
    {"function rule(event) if event.a ~= 'X' and event.a ~= 'Y' then return false end "
     "return true end",
        "{a: [X, \"Y\"]}"},
    {"function rule(event) if event.a == 'X' then return event.b == 'Y' "
     "elseif event.a == 'Z' then return true end return false end",
        "{a: [X, Z]}"},
    {"function rule(event) local a, d = event.a, event.d if a ~= 'X' then return false end "
     "return d.a == 'Y' end",
        "{a: [X]}"},
    {"function rule(event) local d = event.d local copy = d return copy.a == 'X' end",
        "{d.a: [X]}"},
    {"function rule(event) event = event.d return event.a == 'X' end", "{d.a: [X]}"},
    {"function rule(event) local yes = true if event.a == 'X' then return yes end end", "{a: [X]}"},
    {"local NAME <const> = 'X' function rule(event) return event.a == NAME end", "{a: [X]}"},
    {"rule = function(event) return event.a == 'X' and event.b == 'Y' end", "{a: [X]}"},
    {"local function asked(event) return event.a == 'X' end rule = asked", "{a: [X]}"},
    {"function rule() return true end function rule(event) return event.a == 'X' end", "{a: [X]}"},
    {"function rule(event) if event.a ~= 'X' then return false end "
     "return any(event.b, function(v) return v == event.a end) end",
        "{a: [X]}"},
    {"function rule(event) if event.a ~= 'X' then return false end "
     "for _, v in ipairs(event.b) do if v == 'X' then return true end end return false end",
        "{a: [X]}"},
    {"function rule(event) return event.a == 'X' and (function() event = {} return true end)() end",
        "{a: [X]}"},
    {"function rule(event) return event.a == '' end", "{a: [\"\"]}"},
    {"function rule(event) return event.a == 'true' or event.a == 'No' or event.a == 'null' end",
        "{a: [\"true\", \"No\", \"null\"]}"},
    {"function rule(event) return event.a == '300' or event.a == '1e3' or event.a == '.inf' end",
        "{a: [\"300\", \"1e3\", \".inf\"]}"},
    {"function rule(event) return event.a == 'x: y' or event.a == '{' or event.a == 'a, b' end",
        "{a: [\"x: y\", \"{\", \"a, b\"]}"},
    {"function rule(event) return event.a == 'say \"X\"\\\\' or event.a == '${X}' end",
        "{a: [\"say \\\"X\\\"\\\\\", \"${X}\"]}"},
    {"function rule(event) return event.a == 'ec2.amazonaws.com' or event.a == 'us-east-1' end",
        "{a: [ec2.amazonaws.com, us-east-1]}"},
    {"function rule(event) return event.on == 'X' end", "{\"on\": [X]}"},
    {"function rule(event) return event.exists == 'X' end", "{exists: [X]}"},
    {"function rule(event) return event.prefix == 'X' end", "{prefix: [X]}"},
    {"function rule(event) return event.d.prefix == 'X' end", "{d.prefix: [X]}"},
    {"function rule(event) return event.d['not'] == 'X' end", "{d.not: [X]}"},
};

static void test_certain(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof certain / sizeof *certain; i++) {
        struct try try;
        const char *code = certain[i].code, *hint = hint_for(&try, code);
        if (!hint || strcmp(hint, certain[i].pattern) != 0)
            fail_msg("%s\n  is       %s\n  expected %s", code, hint, certain[i].pattern);
        struct pattern *pattern = compile(&try, hint);
        expect_nothing_lost(&try, pattern, code);
        pattern_release(pattern);
        try_end(&try);
    }
}

/* What is quoted reads back as what the code compares with. */
static void test_values_survive(void **state) {
    (void)state;
    static const char all[] = " !#$%&()*+,-./09:;<=>?@AZ[]^_`az{|}~";
    for (size_t i = 0; i + 1 < sizeof all; i++) {
        struct try try;
        char code[128], event[64];
        snprintf(code, sizeof code, "function rule(event) return event.a == '%ca%c' end", all[i],
            all[i]);
        snprintf(event, sizeof event, "{\"a\":\"%ca%c\"}", all[i], all[i]);
        const char *hint = hint_for(&try, code);
        assert_non_null(hint);
        struct pattern *pattern = compile(&try, hint);
        assert_true(pattern_matches(pattern, try_json(&try, event), NULL));
        pattern_release(pattern);
        try_end(&try);
    }
}

static const char *const doubtful[] = {
    /* true without the test */
    "function rule(event) return event.a ~= 'X' end",
    "function rule(event) if event.a == 'X' then return false end return true end",
    "function rule(event) if event.a == 'X' then return event.b == 'Y' else return true end end",
    "function rule(event) if event.a ~= 'X' then return true end return false end",
    "function rule(event) local no = true if event.a == 'X' then return true end return no end",
    "function rule(event) return true end",
    "function rule(event) if event.a == 'X' then return true end return event.b end",
    "function rule(event) local x = event.b if event.a == 'X' then x = false end return x end",
    /* another test may hold instead, or comes first */
    "function rule(event) return event.a == 'X' or event.b == 'Y' end",
    "function rule(event) return event.a == 'X' or event.d.a == 'X' end",
    "function rule(event) return event.b ~= nil and event.a == 'X' end",
    "function rule(event) if event.b then return true end return event.a == 'X' end",
    "function rule(event) if event.b == 1 then return true end return event.a == 'X' end",
    "function rule(event) if event.a == 'X' then return event.b == 'Y' end "
    "if event.b == 'Y' then return true end return false end",
    "function rule(event) return event.a == 'X' or get(event, 'b') ~= nil end",
    /* no field, no text, or none that the code tells */
    "function rule(event) return event == 'X' end",
    "function rule(event) return event.a == event.b end",
    "function rule(event) return event.a == 1 end",
    "function rule(event) return event.a == nil end",
    "function rule(event) return event.a == true end",
    "function rule(event) return event.a == params.name end",
    "local NAME = 'X' function rule(event) return event.a == NAME end",
    "NAME = 'X' function rule(event) return event.a == NAME end",
    "function rule(event) local x = 'X' return x == 'X' end",
    "function rule(event, other) return other == 'X' or other.a == 'X' end",
    "function rule(event) return event.a:lower() == 'x' end",
    "function rule(event) return (event.a or 'X') == 'X' end",
    "function rule(event) return event.a .. '' == 'X' end",
    "function rule(event) return #event.a == 'X' end",
    "function rule(event) return event.a[1] == 'X' end",
    "function rule(event) local k = event.b return event[k] == 'X' end",
    "function rule(event) return get(event, 'a') == 'X' end",
    "function rule(event) return event['a.b'] == 'X' end",
    "function rule(event) return event['$or'] == 'X' end",
    "function rule(event) return event[''] == 'X' end",
    "function rule(event) return event['a.b'].c == 'X' end",
    "function rule(event) return event.a == 'X\\n' end",
    "function rule(event) return event.a == '\\0' end",
    "function rule(event) return event.a == '\\xff' end",
    /* the argument is another, or none */
    "function rule(event) event = {a = 'X'} return event.a == 'X' end",
    "function rule(event) event = event.d or {a = 'X'} return event.a == 'X' end",
    "function rule(event) event = params return event.a == 'X' end",
    "function rule() local event = params return event.a == 'X' end",
    "function rule() local event return event == 'X' end",
    "function rule(...) local event = ... return event.a == 'X' end",
    "local kept = {a = 'X'} function rule(event) return kept.a == 'X' end",
    "function rule(event) event.a = 'X' return event.a == 'X' end",
    /* something happens before, or on the way */
    "function rule(event) for i = 1, 3 do local x = i end return event.a == 'X' end",
    "function rule(event) for k in pairs(event) do if k == 'b' then return true end end "
    "return event.a == 'X' end",
    "function rule(event) while event.a ~= 'X' do event = event.d end return true end",
    "function rule(event) repeat event = event.d until event.a == 'X' return true end",
    "function rule(event) ::again:: if event.a ~= 'X' then goto again end return true end",
    "function rule(event) if event.a ~= 'X' then error('no') end return true end",
    "function rule(event) if event.a == 'X' then return true end return one_of(event.b, 'Y') end",
    "function rule(event) local f = function() event = {a = 'X'} end f() "
    "return event.a == 'X' end",
    "function rule(event) return (function() return event.a == 'X' end)() end",
    /* `rule` is not the function that looks like it */
    "local function rule_of(event) return event.a == 'X' end\n"
    "function rule(event) return rule_of(event) or event.b == 'Y' end",
    "function rule(event) return event.a == 'X' end function rule(event) return true end",
    "function rule(event) return event.a == 'X' end\n"
    "local was = rule rule = function(event) return was(event) or true end",
    "function title(event) if event.a ~= 'X' then return '' end return 'x' end\n"
    "function rule(event) return #event.b > 0 end",
    "rule = one_of",
    "rule = require('aws').is_console_login",
};

static void test_doubtful(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof doubtful / sizeof *doubtful; i++) {
        struct try try;
        const char *hint = hint_for(&try, doubtful[i]);
        if (hint) fail_msg("%s\n  hints at %s", doubtful[i], hint);
        try_end(&try);
    }
}

/* ---- where, and who not ---- */

static void test_place(void **state) {
    (void)state;
    struct try try;
    assert_non_null(hint_for(&try, "function rule(event)\n  local a = event.a\n\n"
                                   "  if a ~= 'X' then return false end\n  return true\nend"));
    assert_int_equal(try.diags.count, 1);
    assert_string_equal(try.diags.list[0].place.file, "rules/x.yaml");
    assert_int_equal(try.diags.list[0].place.line, 7 + 3);
    try_end(&try);
}

static void expect_silence(struct pattern *when, bool faulty) {
    struct try try;
    try_begin(&try, certain[0].code);
    try.manifest.when = when;
    try.manifest.faulty = faulty;
    rule_script_check(try.script, &try.diags);
    assert_int_equal(try.diags.count, 0);
    try_end(&try);
}

/* A `when` that cannot be read was meant all the same. */
static void test_rules_that_have_one(void **state) {
    (void)state;
    static char some;
    expect_silence((struct pattern *)&some, false);
    expect_silence(NULL, true);
}

/* ---- random code ---- */

static uint64_t seed = 0x9E3779B97F4A7C15;

static unsigned pick(unsigned count) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed % count);
}

static void add_test(struct buf *code, int depth) {
    static const char *const fields[] = {
        "event.a", "event.a", "event.a", "event.b", "event.d.a", "l"};
    static const char *const constants[] = {"'X'", "'Y'", "'X'", "1", "nil", "event.b"};
    static const char *const joins[] = {" and ", " or "};
    if (depth > 0 && pick(2)) {
        buf_add_text(code, pick(4) ? "(" : "not (");
        add_test(code, depth - 1);
        buf_add_text(code, joins[pick(2)]);
        add_test(code, depth - 1);
        buf_add_text(code, ")");
        return;
    }
    buf_add_format(code, "%s %s %s", fields[pick(6)],
        pick(4) ? "==" : "~=", constants[pick(8) ? pick(3) : pick(6)]);
}

static void add_statement(struct buf *code) {
    static const char *const results[] = {"false", "nil", "true", "", "l == 'X'", "l ~= 'Y'"};
    static const char *const lines[] = {"l = event.a", "event = event.d", "l = nil", "l = 'X'"};
    if (!pick(4)) {
        buf_add_format(code, "%s ", lines[pick(4)]);
        return;
    }
    buf_add_text(code, "if ");
    add_test(code, 2);
    buf_add_format(code, " then return %s ", results[pick(6)]);
    if (!pick(4)) buf_add_format(code, "else return %s ", results[pick(6)]);
    buf_add_text(code, "end ");
}

static void add_rule(struct buf *code) {
    buf_add_text(code, "function rule(event) local l = event.a ");
    for (unsigned left = pick(3); left > 0; left--) add_statement(code);
    buf_add_text(code, "return ");
    add_test(code, 2);
    buf_add_text(code, " end");
}

static void test_random_code(void **state) {
    (void)state;
    unsigned hints = 0;
    for (int i = 0; i < 1500; i++) {
        struct try try;
        struct buf code = {0};
        add_rule(&code);
        const char *hint = hint_for(&try, buf_text(&code));
        if (hint) {
            struct pattern *pattern = compile(&try, hint);
            expect_nothing_lost(&try, pattern, buf_text(&code));
            pattern_release(pattern);
            hints++;
        }
        try_end(&try);
        buf_release(&code);
    }
    assert_true(hints > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_certain),
        cmocka_unit_test(test_values_survive),
        cmocka_unit_test(test_doubtful),
        cmocka_unit_test(test_place),
        cmocka_unit_test(test_rules_that_have_one),
        cmocka_unit_test(test_random_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
