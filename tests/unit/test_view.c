#include "rule_try.h"

#include <stdio.h>

#define EVENT                                                                                      \
    "{\"z\":1,\"name\":\"root\",\"nothing\":null,\"on\":true,\"half\":0.50,"                       \
    "\"big\":9007199254740993,\"long\":123456789012345678901234567890,"                            \
    "\"list\":[\"b\",null,\"a\"],\"numbers\":[3,1,2],\"empty\":[],\"none\":{},"                    \
    "\"a\":{\"b\":{\"c\":\"deep\"},\"x.y\":1},\"nul\":\"a\\u0000b\",\"objects\":[{\"n\":1},{\"n\":2}]}"

struct row {
    const char *lines, *expression, *expected;
};

static void try_rows(const struct row *rows) {
    for (; rows->expression; rows++)
        try_expression(rows->lines, rows->expression, EVENT, rows->expected);
}

static void test_reads(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", "type(event)", "table"},
        {"", "type(event.a)", "table"},
        {"", "event.a.b.c", "deep"},
        {"", "event.a['x.y']", "1"},
        {"", "event.a == event.a", "true"},
        {"", "event.big", "9007199254740993"},
        {"", "math.type(event.big)", "integer"},
        {"", "event.long", "123456789012345678901234567890"},
        {"", "math.type(event.long)", "float"},
        {"", "event.half", "0.5"},
        {"", "#event.nul", "3"},
        {"", "event.nul == 'a\\0b'", "true"},
        {"", "event.objects[2].n", "2"},
        {0},
    };
    try_rows(rows);
}

static void test_nothing_goes_all_the_way_down(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", "event.missing", "nil"},
        {"", "event.missing.a.b[3].c", "nil"},
        {"", "event.nothing", "nil"},
        {"", "event.nothing.a.b", "nil"},
        {"", "event.z.a.b", "nil"},
        {"", "event.on.a.b", "nil"},
        {"", "event.big.a", "nil"},
        {"", "#event.missing + #event.z + #event.on + #event.nothing.x", "0"},
        {"local n = 0 for _ in pairs(event.missing) do n = n + 1 end", "n", "0"},
        {"local n = 0 for _ in pairs(event.z) do n = n + 1 end", "n", "0"},
        {"local n = 0 for _ in ipairs(event.on) do n = n + 1 end", "n", "0"},
        {"local n = 0 for _ in ipairs(event.missing.x) do n = n + 1 end", "n", "0"},
        {"local n = 0 for _ in next, event.missing do n = n + 1 end", "n", "0"},
        {"", "next(event.z)", "nil"},
        {"", "event.name:upper()", "ROOT"},
        {"", "event.name.missing", "nil"},
        {"", "event.name.missing.more", "nil"},
        {0},
    };
    try_rows(rows);
}

static void test_null_in_a_list(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", "#event.list", "3"},
        {"", "event.list[2] == json.null", "true"},
        {"", "event.list[2].a.b", "nil"},
        {"", "event.list[2]", "null"},
        {"", "#event.list[2]", "0"},
        {"local n = 0 for _ in pairs(event.list[2]) do n = n + 1 end", "n", "0"},
        {"local n = 0 for _ in ipairs(event.list) do n = n + 1 end", "n", "3"},
        {"", "select('#', table.unpack(event.list))", "3"},
        {0},
    };
    try_rows(rows);
}

static void test_order(void **state) {
    (void)state;
    static const char keys[] = "local k = {} for key in pairs(event) do k[#k + 1] = key end";
    static const char next_keys[] = "local k = {} for key in next, event do k[#k + 1] = key end";
    static const char all[] = "z name on half big long list numbers empty none a nul objects";
    static const struct row rows[] = {
        {keys, "table.concat(k, ' ')", all},
        {next_keys, "table.concat(k, ' ')", all},
        {"event.new = 1 event.z = nil event.Other = 2 local k = {} "
         "for key in pairs(event) do k[#k + 1] = key end",
            "table.concat(k, ' ')",
            "name on half big long list numbers empty none a nul objects Other new"},
        {"local k = {} for key in pairs{x = 1, 'p', b = 2, [10] = 3, [true] = 4, [-1.5] = 5, 'q'} "
         "do k[#k + 1] = tostring(key) end",
            "table.concat(k, ' ')", "1 2 -1.5 10 b x true"},
        {"local k = {} for key in pairs(event) do event[key] = nil k[#k + 1] = key end",
            "#k .. ' ' .. tostring(next(event))", "13 nil"},
        {"local t = {a = 1, b = 2, c = 3}", "next(t) .. next(t, 'a') .. next(t, 'b')", "abc"},
        {"local t = {a = 1, b = 2, c = 3} next(t)", "next(t, 'b') .. tostring(next(t, 'c'))",
            "cnil"},
        {"", "next({[{}] = 1})",
            "rules/x.yaml:7: cannot order the members of a table with a table as key"},
        {"", "next({}, 'x')", "rules/x.yaml:7: next: the key is not in the table"},
        {"", "next(event.none)", "nil"},
        {"", "next(event.objects)", "1"},
        {0},
    };
    try_rows(rows);
}

static void test_stock_functions(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", "table.concat(event.numbers, ',')", "3,1,2"},
        {"table.sort(event.numbers)", "table.concat(event.numbers, ',')", "1,2,3"},
        {"table.sort(event.numbers, function(a, b) return a > b end)",
            "table.concat(event.numbers, ',')", "3,2,1"},
        {"table.insert(event.numbers, 9)", "table.concat(event.numbers, ',')", "3,1,2,9"},
        {"table.insert(event.numbers, 1, 9)", "table.concat(event.numbers, ',')", "9,3,1,2"},
        {"local x = table.remove(event.numbers, 1)", "x .. #event.numbers", "32"},
        {"local x = table.remove(event.numbers)", "x .. #event.numbers", "22"},
        {"local t = table.move(event.numbers, 1, 2, 2, {})", "t[2] .. t[3]", "31"},
        {"table.insert(event.empty, 'x')", "event.empty[1]", "x"},
        {"", "select('#', table.unpack(event.numbers))", "3"},
        {"local t = table.pack(table.unpack(event.numbers))", "t.n", "3"},
        {"local s = 0 for i, v in ipairs(event.numbers) do s = s + i * v end", "s", "11"},
        {"local t = {} for i = 1, 300 do t[i] = {i % 3, i} end "
         "table.sort(t, function(a, b) return a[1] < b[1] end)",
            "t[1][2] .. ' ' .. t[100][2] .. ' ' .. t[300][2]", "3 300 299"},
        {0},
    };
    try_rows(rows);
}

static void test_printing(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", "json.encode(event)",
            "{\"z\":1,\"name\":\"root\",\"nothing\":null,\"on\":true,\"half\":0.50,"
            "\"big\":9007199254740993,\"long\":123456789012345678901234567890,"
            "\"list\":[\"b\",null,\"a\"],\"numbers\":[3,1,2],\"empty\":[],\"none\":{},"
            "\"a\":{\"b\":{\"c\":\"deep\"},\"x.y\":1},\"nul\":\"a\\u0000b\","
            "\"objects\":[{\"n\":1},{\"n\":2}]}"},
        {"local z = event.z local b = event.a.b.c", "json.encode(event.a)",
            "{\"b\":{\"c\":\"deep\"},\"x.y\":1}"},
        {"for k in pairs(event) do if k ~= 'half' and k ~= 'long' then event[k] = nil end end",
            "json.encode(event)",
            "{\"nothing\":null,\"half\":0.50,\"long\":123456789012345678901234567890}"},
        {"event.a.b.c = 'changed' event.a.new = {2, 1}", "json.encode(event.a)",
            "{\"b\":{\"c\":\"changed\"},\"x.y\":1,\"new\":[2,1]}"},
        {"table.insert(event.list, event.none) table.remove(event.list, 1)",
            "json.encode(event.list)", "[null,\"a\",{}]"},
        {"", "json.encode({event.empty, event.none, {}, json.array()})", "[[],{},{},[]]"},
        {"table.remove(event.numbers) table.remove(event.numbers) table.remove(event.numbers)",
            "json.encode(event.numbers)", "[]"},
        {"", "json.encode({b = 1, a = {c = json.null}, [3] = 'x'})",
            "{\"3\":\"x\",\"a\":{\"c\":null},\"b\":1}"},
        {"", "json.encode({id = event.long})", "{\"id\":123456789012345678901234567890}"},
        {"", "json.encode({1.5, 10 / 2, 1e300, -0.0, 2^53})",
            "[1.5,5.0,1e+300,-0.0,9007199254740992.0]"},
        {"", "json.encode(0/0)", "rules/x.yaml:7: json.encode: JSON has no nan"},
        {"", "json.encode(print)", "null"},
        {"", "json.encode(function() end)", "rules/x.yaml:7: json.encode: JSON has no function"},
        {"event.a.b.c = 'changed'", "json.encode(event):find('changed', 1, true) ~= nil", "true"},
        {"event.a.b.c = 'changed' event.new = 1", "event.a.b.c", "changed"},
        {"local a = event.a event.a = nil", "event.a", "nil"},
        {"local a, n = event.a, #event", "a == event.a", "true"},
        {"local name = event.name event.name = nil", "event.name", "nil"},
        {"event.name = 'x' event.name = nil", "event.name", "nil"},
        {"event.self = event", "json.encode(event)",
            "rules/x.yaml:7: json.encode: tables nested too deeply, or in a cycle"},
        {0},
    };
    try_rows(rows);
}

static void test_changes_vanish(void **state) {
    (void)state;
    struct try try;
    try_begin(&try, "function rule(event) event.n = (event.n or 0) + 1 event.a.x = 1 end\n"
                    "function title(event) return event.n .. tostring(event.a.x) end");
    for (int i = 0; i < 3; i++) {
        try_event(&try, "{\"n\":1,\"a\":{}}");
        assert_string_equal(try_text(&try, RULE_TITLE), "1nil");
        assert_int_equal(rule_script_matches(try.script, &try.diag), RULE_NO);
        assert_string_equal(try_text(&try, RULE_TITLE), "21");
        rule_script_done(try.script);
    }
    try_end(&try);
}

/* Its JSON is gone by then: nothing may read it. */
static void test_a_kept_table_is_dead(void **state) {
    (void)state;
    struct try try;
    try_begin(&try,
        "local kept = {}\n"
        "function rule(event) kept.a, kept.b = event.a, event.b; local n = #event.b end\n"
        "function title(event) return json.encode(kept) .. #kept.a end");
    try_event(&try, "{\"a\":{\"x\":1},\"b\":{\"y\":1,\"c\":null,\"w\":{\"v\":1}}}");
    assert_int_equal(rule_script_matches(try.script, &try.diag), RULE_NO);
    rule_script_done(try.script);
    try_event(&try, "{}");
    assert_string_equal(try_text(&try, RULE_TITLE), "{\"a\":{},\"b\":{\"w\":{},\"y\":1}}0");
    try_end(&try);
}

static void test_deep_and_wide_events(void **state) {
    (void)state;
    struct try try;
    struct buf event = {0};
    for (int i = 0; i < 500; i++) buf_add_text(&event, "{\"a\":");
    buf_add_text(&event, "1");
    for (int i = 0; i < 500; i++) buf_add_char(&event, '}');
    try_begin(&try, "function title(event) local n = 0 while type(event) == 'table' do "
                    "event = event.a n = n + 1 end return n end\n"
                    "function dedup(event) local e = event while e do e = e.a end "
                    "return #json.encode(event) end");
    try_event(&try, buf_text(&event));
    assert_string_equal(try_text(&try, RULE_TITLE), "500");
    assert_string_equal(try_text(&try, RULE_DEDUP), "3001");
    try_end(&try);
    buf_reset(&event);
    buf_add_text(&event, "{\"list\":[0");
    for (int i = 1; i < 50000; i++) buf_add_text(&event, ",0");
    buf_add_text(&event, "]}");
    try_begin(&try, "function title(event) return #event.list end");
    try_event(&try, buf_text(&event));
    assert_string_equal(try_text(&try, RULE_TITLE), "50000");
    try_end(&try);
    buf_release(&event);
}

static void test_event_notes(void **state) {
    (void)state;
    static const char event[] =
        "{\"a\":{\"b\":1,\"b\":[{\"c\":\"\\u0000\"}]},\"n\":123456789012345678901}";
    static const char list[] = "json.encode(event_notes(event))";
    try_expression("", list, "{\"a\":1}", "[]");
    try_expression("", list, event,
        "[{\"note\":\"duplicate-key\",\"path\":\"a.b\"},{\"note\":\"nul\",\"path\":\"a.b.1.c\"},"
        "{\"note\":\"long-integer\",\"path\":\"n\"}]");
    try_expression("event.a = nil", "#event_notes(event)", event, "3");
    try_expression("local _ = next(event), next(event.a)", "#event_notes(event)", event, "3");
    try_expression("", "event_notes(event.a.b)[2].path", event, "1.c");
    try_expression("", "#get(event, event_notes(event)[2].path)", event, "1");
    try_expression(
        "", "#event_notes(event.no.such) + #event_notes(nil) + #event_notes({})", event, "0");
    try_expression("", "event_notes(json.decode('{\"x\":1,\"x\":2}'))[1].path", event, "x");
    try_expression("", "event_notes(event, 'nul')[1].path .. #event_notes(event, 'omitted')", event,
        "a.b.1.c0");
    try_expression(
        "event_notes(event)[1].note = 'x'", "event_notes(event)[1].note", event, "duplicate-key");
}

/* Looking for notes is paid for by what is looked at. */
static void test_event_notes_cost(void **state) {
    (void)state;
    struct try try;
    struct buf event = {0};
    buf_add_text(&event, "{\"list\":[0");
    for (int i = 1; i < 50000; i++) buf_add_text(&event, ",0");
    buf_add_text(&event, "]}");
    try_begin(&try,
        "function title(event) for _ = 1, 1000 do event_notes(event) end return 'x' end\n"
        "function dedup(event) return event_notes('x') end\n"
        "function runbook(event) return event_notes(event, 'null') end");
    try_event(&try, buf_text(&event));
    assert_non_null(strstr(try_text(&try, RULE_TITLE), "steps"));
    assert_int_equal(rule_script_failure(try.script), FAILURE_CPU);
    assert_non_null(strstr(try_text(&try, RULE_DEDUP),
        "event_notes: argument 1 is a string, expected the event or a table in it"));
    assert_non_null(strstr(try_text(&try, RULE_RUNBOOK),
        "event_notes: no note is called 'null' (did you mean 'nul'?)"));
    try_end(&try);
    buf_release(&event);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_nothing_goes_all_the_way_down),
        cmocka_unit_test(test_null_in_a_list),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_stock_functions),
        cmocka_unit_test(test_printing),
        cmocka_unit_test(test_changes_vanish),
        cmocka_unit_test(test_a_kept_table_is_dead),
        cmocka_unit_test(test_deep_and_wide_events),
        cmocka_unit_test(test_event_notes),
        cmocka_unit_test(test_event_notes_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
