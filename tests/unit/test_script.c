#include "rule_try.h"

#include "base/clock.h"

#include <stdio.h>

#define RULE(body) "function rule(event)\n" body "\nend"

static void expect_failure(const char *code, const char *expected) {
    struct try try;
    try_begin(&try, code);
    try_event(&try, "{\"s\":\"x\"}");
    assert_int_equal(rule_script_matches(try.script, &try.diag), RULE_FAILED);
    if (!strstr(try.diag.text, expected))
        fail_msg("%s\n  says     %s\n  expected %s", code, try.diag.text, expected);
    try_end(&try);
}

static void test_answers(void **state) {
    (void)state;
    static const struct {
        const char *body;
        enum rule_answer answer;
    } rows[] = {
        {"return true", RULE_YES},
        {"return false", RULE_NO},
        {"return nil", RULE_NO},
        {"", RULE_NO},
        {"return event.s == 'x'", RULE_YES},
        {"return 1", RULE_FAILED},
        {"return 'true'", RULE_FAILED},
        {"return event", RULE_FAILED},
        {"return json.null", RULE_FAILED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct try try;
        char code[256];
        snprintf(code, sizeof code, "function rule(event) %s end", rows[i].body);
        try_begin(&try, code);
        try_event(&try, "{\"s\":\"x\"}");
        assert_int_equal(rule_script_matches(try.script, &try.diag), rows[i].answer);
        assert_int_equal(try.diag.set, rows[i].answer == RULE_FAILED);
        try_end(&try);
    }
}

static void test_errors_have_a_place(void **state) {
    (void)state;
    static const struct {
        const char *body, *expected;
    } rows[] = {
        {"return 'x'", "rules/x.yaml:7: rule answered a string, expected true, false or nil"},
        {"return 'x' < 1", "rules/x.yaml:8: attempt to compare string with number"},
        {"return event.no.where()", "rules/x.yaml:8: attempt to call a nil value (field 'where')"},
        {"\n\nreturn nothing()", "rules/x.yaml:10: attempt to call a nil value (global 'nothing')"},
        {"error('so')", "rules/x.yaml:8: so"},
        {"error('so', 0)", "rules/x.yaml:8: so"},
        {"error({})", "rules/x.yaml:8: raised a table as an error, which is no text"},
        {"error()", "rules/x.yaml:8: raised a nil as an error, which is no text"},
        {"error(event)", "rules/x.yaml:8: raised a table"},
        {"error('', 0)", "rules/x.yaml:8: raised an error without a text"},
        {"error('a\\0b')", "rules/x.yaml:8: a\\0b"},
        {"error('rule:99999999999: so', 0)", "rules/x.yaml:8: rule:99999999999: so"},
        {"assert(false)", "rules/x.yaml:8: assertion failed!"},
        {"local x = regex.match(event, 'x')",
            "rules/x.yaml:8: regex.match: argument 1 is a table, expected a string"},
        {"local x = get(event, 5)", "rules/x.yaml:8: get: argument 2 is a number, expected a path"},
        {"x = 1", "rules/x.yaml:8: global 'x' written: rules keep no state; use local"},
        {"function rule() end", "rules/x.yaml:8: global 'rule' written"},
        {"string.format = nil", "rules/x.yaml:8: 'string' cannot be changed"},
        {"string.new = 1", "rules/x.yaml:8: 'string' cannot be changed"},
        {"params.x = 1", "rules/x.yaml:8: 'params' cannot be changed"},
        {"table.insert(math, 1)", "rules/x.yaml:8: 'math' cannot be changed"},
        {"local m = require 'awss'", "rules/x.yaml:8: require: there is no module 'awss'"},
        {"local m = require '../etc/passwd'", "require: there is no module '../etc/passwd'"},
        {"local x = ('x'):format('%p', event) .. ('%p'):format(event)",
            "rules/x.yaml:8: string.format: there is no '%p' here"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char code[512];
        snprintf(code, sizeof code, "function rule(event)\n%s\nend", rows[i].body);
        expect_failure(code, rows[i].expected);
    }
}

/* A rule that never ends, or eats everything; the next call finds a clean state. */
static const char *const hostile[] = {
    "while true do end",
    "local t = {} while true do t[#t + 1] = ('x'):rep(1000) end",
    "local s = 'x' while true do s = s .. s end",
    "return ('x'):rep(1e9) == ''",
    "return (''):rep(1e9) == ''",
    "return ('x'):rep(1e15) == ''",
    "return ('a'):rep(30000):find(('.-'):rep(20) .. 'b')",
    "return ((' '):rep(20000) .. 'x'):gsub('%s+$', '') == ''",
    "return ('a'):rep(100000):match('.-.-.-.-b')",
    "return ('('):rep(100000):find('%b()' .. ('.-'):rep(9) .. 'x')",
    "for i = 1, 1e9 do local s = ('x'):rep(1e5):upper() end",
    "local f f = function() return f() end return f()",
    "local f f = function() return 1 + f() end return f()",
    "local t = {} for i = 1, 1e9 do t[i] = i end",
    "table.move({}, 1, 1e15, 2)",
    "return table.concat({}, 'x', 1, 1e9)",
    "return select('#', table.unpack({}, 1, 1e8))",
    "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.sort(t) end",
    "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.insert(t, 1, 0) end",
    "while true do local s = json.encode({1, 2, 3}) end",
    "while true do local s = regex.match('aaaaaaaaaaaaaaaaaaaaaaaaaaaa', '(a+)+$') end",
    "return regex.test(('a'):rep(5000) .. '!', '(a+)+$')",
    "while true do local s = hash.sha256(('x'):rep(1e6)) end",
    "return glob(('a'):rep(1e6), ('*a'):rep(1000) .. 'b')",
    "local t = {} for i = 1, 1e5 do t['k' .. i] = i end while true do next(t) end",
    "local t = {} for i = 1, 1e5 do t['k' .. i] = i end while true do pairs(t) end",
    "local s = ('x'):rep(1000) return s:gsub('', function() return s:rep(1000) end)",
    "local f f = function() return ('x'):gsub('x', f) end return f()",
    "while true do local t = json.decode('[1,2,3,{\"a\":1}]') end",
    "local s = ('%s'):rep(1000) while true do s:format(table.unpack({}, 1, 1000)) end",
};

static void test_hostile_rules_end(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct try try;
        char code[512];
        snprintf(code, sizeof code,
            "function rule(event)\n%s\nend\nfunction title(event) return event.s end", hostile[i]);
        try_begin(&try, code);
        try_event(&try, "{\"s\":\"fine\"}");
        int64_t before = clock_monotonic_ms();
        enum rule_answer answer = rule_script_matches(try.script, &try.diag);
        int64_t took = clock_monotonic_ms() - before;
        if (answer != RULE_FAILED) fail_msg("%s: answered", hostile[i]);
        if (took > 2000) fail_msg("%s: took %d ms", hostile[i], (int)took);
        assert_string_equal(try_text(&try, RULE_TITLE), "fine");
        try_end(&try);
    }
}

static void test_limits_are_named(void **state) {
    (void)state;
    expect_failure(RULE("while true do end"), "rules/x.yaml:8: took too many steps");
    expect_failure(
        RULE("local s = 'x' while true do s = s .. s end"), "rules/x.yaml:8: used too much memory");
    expect_failure(RULE("return ('a'):rep(30000):find(('.-'):rep(20) .. 'b') and true"),
        "rules/x.yaml:8: took too many steps");
}

static void test_what_is_not_there(void **state) {
    (void)state;
    static const char *const names[] = {"pcall", "xpcall", "coroutine", "load", "loadstring",
        "dofile", "loadfile", "setmetatable", "getmetatable", "collectgarbage", "debug", "io", "os",
        "package", "print", "rawset", "rawget", "rawequal", "rawlen", "_G", "warn", "string.dump",
        "string.pack", "string.unpack", "math.random", "math.randomseed", "('x').dump", NULL};
    for (const char *const *name = names; *name; name++) try_expression("", *name, "{}", "nil");
}

static void test_no_addresses(void **state) {
    (void)state;
    try_expression("", "tostring({}) .. tostring(print or rule or next) .. tostring(json.null)",
        "{}", "tablefunctionnull");
    try_expression("", "('%s %s %5s'):format({}, next, json.null)", "{}", "table function  null");
}

static void test_texts(void **state) {
    (void)state;
    static const struct {
        const char *body, *expected;
    } rows[] = {
        {"return 'a' .. event.s", "ax"},
        {"return 5", "5"},
        {"return 0.5", "0.5"},
        {"return event.long", "123456789012345678901234567890"},
        {"return true", "true"},
        {"return nil", "rules/x.yaml:7: title answered nil, expected a string"},
        {"return {}", "rules/x.yaml:7: title answered a table, expected a string"},
        {"return json.null", "rules/x.yaml:7: title answered null, expected a string"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct try try;
        char code[256];
        snprintf(code, sizeof code, "function title(event) %s end", rows[i].body);
        try_begin(&try, code);
        try_event(&try, "{\"s\":\"x\",\"long\":123456789012345678901234567890}");
        assert_string_equal(try_text(&try, RULE_TITLE), rows[i].expected);
        try_end(&try);
    }
}

static void test_json_answers(void **state) {
    (void)state;
    static const struct {
        enum rule_function function;
        const char *body, *expected;
    } rows[] = {
        {RULE_ALERT_CONTEXT, "return event", "{\"e\":[],\"o\":{},\"n\":null}"},
        {RULE_ALERT_CONTEXT, "return {o = event.o, e = event.e, x = event.no.where}",
            "{\"e\":[],\"o\":{}}"},
        {RULE_ALERT_CONTEXT, "return {}", "{}"},
        {RULE_ALERT_CONTEXT, "return {1}",
            "rules/x.yaml:7: alert_context answered a list, expected a table with named members"},
        {RULE_ALERT_CONTEXT, "return nil",
            "rules/x.yaml:7: alert_context answered nil, expected a table with named members"},
        {RULE_ALERT_CONTEXT, "return {f = print or next}",
            "rules/x.yaml:7: alert_context: JSON has no function"},
        {RULE_DESTINATIONS, "return {'a', 'b'}", "[\"a\",\"b\"]"},
        {RULE_DESTINATIONS, "return {}", "[]"},
        {RULE_DESTINATIONS, "return 'a'",
            "rules/x.yaml:7: destinations answered a string, expected a list of strings"},
        {RULE_DESTINATIONS, "return {'a', 1}",
            "rules/x.yaml:7: destinations answered a list with something else, "
            "expected a list of strings"},
        {RULE_DESTINATIONS, "return {a = 'b'}",
            "rules/x.yaml:7: destinations answered a table with named members, "
            "expected a list of strings"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct try try;
        char code[256];
        snprintf(code, sizeof code, "function %s(event) %s end",
            rule_function_names[rows[i].function], rows[i].body);
        try_begin(&try, code);
        try_event(&try, "{\"e\":[],\"o\":{},\"n\":null}");
        assert_string_equal(try_answer(&try, rows[i].function), rows[i].expected);
        try_end(&try);
    }
}

/* A failure leaves what the buffer held before. */
static void test_appends(void **state) {
    (void)state;
    struct try try;
    try_begin(&try, "function destinations() return {'a', 1} end function title() return 'b' end");
    try_event(&try, "{}");
    buf_add_text(&try.text, "a");
    assert_true(rule_script_text(try.script, RULE_TITLE, &try.text, &try.diag));
    assert_false(rule_script_json(try.script, RULE_DESTINATIONS, &try.text, &try.diag));
    assert_string_equal(buf_text(&try.text), "ab");
    try_end(&try);
}

static void test_loading_fails(void **state) {
    (void)state;
    static const struct {
        const char *code;
        unsigned line;
        const char *expected;
    } rows[] = {
        {"function rule(event)\n  return event.\nend", 9, "a name expected, not 'end'"},
        {"local x = nil .. 'x'", 7, "attempt to concatenate a nil value"},
        {"\nerror('stop')", 8, "stop"},
        {"while true do end", 7, "took too many steps"},
        {"rule = 5", 7, "'rule' is a number, expected a function"},
        {"local aws = require 'asw'", 7, "require: there is no module 'asw'"},
        {"\x1bLua", 7, "unexpected byte 27"},
        {"for", 7, "a name expected, not the end of the code"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct try try;
        assert_false(try_load(&try, rows[i].code, NULL));
        assert_int_equal(try.diags.errors, 1);
        assert_string_equal(try.diags.list[0].place.file, "rules/x.yaml");
        if (try.diags.list[0].place.line != rows[i].line ||
            !strstr(try.diags.list[0].text, rows[i].expected))
            fail_msg(
                "%s: %u: %s", rows[i].code, try.diags.list[0].place.line, try.diags.list[0].text);
        try_end(&try);
    }
}

static void test_a_rule_is_needed_without_when(void **state) {
    (void)state;
    struct manifest manifest = {.lua = {"rules/x.yaml", 3, STR("function rul(e) end")}};
    struct diags diags = {0};
    assert_null(rule_script_new(&manifest, &LIMITS_DEFAULT, "lua", &diags));
    assert_string_equal(diags.list[0].text, "no function 'rule' and no 'when' (there is 'rul')");
    diags_release(&diags);
}

static void test_params(void **state) {
    (void)state;
    static const char params[] = "{\"limit\":3,\"names\":[\"b\",\"a\"],\"deep\":{\"x\":{\"y\":1}}}";
    static const struct {
        const char *expression, *expected;
    } rows[] = {
        {"params.limit", "3"},
        {"#params.names .. params.names[1]", "2b"},
        {"params.deep.x.y", "1"},
        {"params.no.where", "nil"},
        {"json.encode(params)", params},
        {"any(params.names, 'a')", "true"},
        {"lookup.has(params.names, 'a')", "true"},
        {"lookup.has(params.names, 'c')", "false"},
        {"table.concat(params.names, ' ')", "b a"},
        {"next(params)", "limit"},
        {"table.sort(params.names)", "rules/x.yaml:7: table.sort: the table cannot be changed"},
        {"table.insert(params.names, 'x')", "rules/x.yaml:7: 'params' cannot be changed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct try try;
        char code[256];
        snprintf(
            code, sizeof code, "function title(event) return tostring(%s) end", rows[i].expression);
        assert_true(try_load(&try, code, params));
        try_event(&try, "{}");
        assert_string_equal(try_text(&try, RULE_TITLE), rows[i].expected);
        try_end(&try);
    }
    try_expression("", "type(params) .. tostring(params.x)", "{}", "tablenil");
}

/* What loading made from JSON lives on, and is made again after a kill. */
static void test_loaded_json_lasts(void **state) {
    (void)state;
    struct try try;
    try_begin(&try, "local t = json.decode('{\"a\":{\"b\":[1]}}')\n"
                    "function rule() while true do end end\n"
                    "function dedup() return t.a.b[1] end\n"
                    "function title() return json.encode(t) .. t.a.b[1] end");
    for (int i = 0; i < 3; i++) {
        try_event(&try, "{}");
        assert_string_equal(try_text(&try, RULE_DEDUP), "1");
        rule_script_done(try.script);
    }
    for (int i = 0; i < 3; i++) {
        try_event(&try, "{}");
        assert_string_equal(try_text(&try, RULE_TITLE), "{\"a\":{\"b\":[1]}}1");
        assert_int_equal(rule_script_matches(try.script, &try.diag), RULE_FAILED);
        rule_script_done(try.script);
    }
    try_end(&try);
}

static void test_many_events_need_no_more_memory(void **state) {
    (void)state;
    struct try try;
    try_begin(&try, "function rule(event)\n"
                    "  local t = json.decode(event.text)\n"
                    "  return regex.test(event.s, event.s) and #t == 3\nend");
    for (int i = 0; i < 20000; i++) {
        struct event event = {0};
        char text[128];
        snprintf(text, sizeof text, "{\"s\":\"pattern%d\",\"text\":\"[1,2,%d]\"}", i, i);
        struct arena arena = {0};
        event.root = json_parse(&arena, str_of(text), NULL, NULL);
        rule_script_event(try.script, &event);
        assert_int_equal(rule_script_matches(try.script, &try.diag), RULE_YES);
        rule_script_done(try.script);
        arena_release(&arena);
    }
    try_end(&try);
}

/* ---- check ---- */

static void expect_finding(const char *code, unsigned line, const char *expected) {
    struct try try;
    try_begin(&try, code);
    rule_script_check(try.script, &try.diags);
    if (try.diags.count == 0) fail_msg("%s: nothing was found", code);
    if (try.diags.list[0].place.line != line || strcmp(try.diags.list[0].text, expected) != 0)
        fail_msg("%s\n  says     %u: %s\n  expected %u: %s", code, try.diags.list[0].place.line,
            try.diags.list[0].text, line, expected);
    try_end(&try);
}

static void test_check_finds(void **state) {
    (void)state;
    expect_finding("function rule(event)\n  return evnt.x == 1\nend", 8,
        "unknown global 'evnt' (did you mean 'event'?)");
    expect_finding("function rule(event) return gett(event, 'x') end", 7,
        "unknown global 'gett' (did you mean 'get'?)");
    expect_finding("function rule(event)\n\n  return regex.mach(event.x, 'y') end", 9,
        "'regex' has no 'mach' (did you mean 'match'?)");
    expect_finding("local aws = require 'aws'\nfunction rule(event)\n"
                   "  return aws.is_rot(event)\nend",
        9, "'aws' has no 'is_rot' (did you mean 'is_root'?)");
    expect_finding("local m = string\nfunction rule(event) return m.fnd(event.x) end", 8,
        "'string' has no 'fnd' (did you mean 'find'?)");
    expect_finding("function rule(event) return pcall(error) end", 7,
        "unknown global 'pcall': an error of a rule is reported, not caught");
    expect_finding("function rule(event) return (function() return function() return wher end end)"
                   "()() end",
        7, "unknown global 'wher'");
    expect_finding("function tittle(event) return 'x' end\nfunction rule() return true end", 7,
        "nothing calls function 'tittle' (did you mean 'title'?)");
    expect_finding("local n = 0\nfunction rule() n = n + 1 return n > 5 end", 8,
        "'n' is written by a function and kept for the next event: rules keep no state");
}

/* More constants than an instruction can name, and lines too far apart for a step. */
static void test_check_in_long_code(void **state) {
    (void)state;
    struct buf code = {0};
    buf_add_text(&code, "function rule(event)\nlocal t = {");
    for (int i = 0; i < 400; i++) buf_add_format(&code, "'name%d',", i);
    buf_add_text(&code, "}\n");
    for (int i = 0; i < 300; i++) buf_add_char(&code, '\n');
    buf_add_text(&code, "return strin.find(t[1]) or string.fnd(t[1])\nend");
    struct try try;
    try_begin(&try, buf_text(&code));
    rule_script_check(try.script, &try.diags);
    assert_int_equal(try.diags.count, 2);
    assert_string_equal(try.diags.list[0].text, "unknown global 'strin' (did you mean 'string'?)");
    assert_string_equal(try.diags.list[1].text, "'string' has no 'fnd' (did you mean 'find'?)");
    assert_int_equal(try.diags.list[1].place.line, 7 + 302);
    try_end(&try);
    buf_release(&code);
}

static void test_check_is_silent(void **state) {
    (void)state;
    static const char *const codes[] = {
        "local aws = require 'aws'\n"
        "local function helper(x) return x and x.y end\n"
        "function shared(x) return helper(x) end\n"
        "LIMIT = 5\n"
        "function rule(event)\n"
        "  local string = event.string\n"
        "  local s = string.anything\n"
        "  for k, v in pairs(event) do if one_of(k, 'a') then return true end end\n"
        "  local t = params.x or LIMIT\n"
        "  local _ = params.anything.at.all\n"
        "  return shared(event) and regex.match(event.x, 'y') ~= nil and aws.is_root(event)\n"
        "end\n"
        "function title(event) return ('x'):rep(3) .. (get(event, 'a') or '') end\n",
        "get = nil\nfunction rule(event) local x = event.a or string; return x.other == 1 end",
        "local x = json\nif params.a then x = {} end\nfunction rule() return x.other end",
        "string = {mine = 1}\nfunction rule() return string.mine == 1 end",
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct try try;
        try_begin(&try, codes[i]);
        rule_script_check(try.script, &try.diags);
        if (try.diags.count) fail_msg("%s: %s", codes[i], try.diags.list[0].text);
        try_end(&try);
    }
}

/* In a manifest the code stands further to the right than Lua sees it. */
static void test_check_finds_the_column(void **state) {
    (void)state;
    static const char path[] = "engine/build/test_script.yaml";
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("lua: |\n    function rule(event)\n      return evnt.x\n    end\n", file);
    fclose(file);
    struct diags diags = {0};
    struct manifest manifest = {
        .lua = {path, 2, STR("function rule(event)\n  return evnt.x\nend\n")}};
    struct rule_script *script = rule_script_new(&manifest, &LIMITS_DEFAULT, "lua", &diags);
    rule_script_check(script, &diags);
    assert_int_equal(diags.count, 1);
    assert_int_equal(diags.list[0].place.line, 3);
    assert_int_equal(diags.list[0].place.column, 14);
    rule_script_free(script);
    diags_release(&diags);
    remove(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_errors_have_a_place),
        cmocka_unit_test(test_hostile_rules_end),
        cmocka_unit_test(test_limits_are_named),
        cmocka_unit_test(test_what_is_not_there),
        cmocka_unit_test(test_no_addresses),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_json_answers),
        cmocka_unit_test(test_appends),
        cmocka_unit_test(test_loading_fails),
        cmocka_unit_test(test_a_rule_is_needed_without_when),
        cmocka_unit_test(test_params),
        cmocka_unit_test(test_loaded_json_lasts),
        cmocka_unit_test(test_many_events_need_no_more_memory),
        cmocka_unit_test(test_check_finds),
        cmocka_unit_test(test_check_in_long_code),
        cmocka_unit_test(test_check_is_silent),
        cmocka_unit_test(test_check_finds_the_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
