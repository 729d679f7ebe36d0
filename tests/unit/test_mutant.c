/* Which mutants are made of a rule: each kind, by what becomes of the manifest or its Lua. */
#include "check.h"

#include "flow/mutant.h"

static struct arena arena;
static struct buf told;

static int tear_down(void **state) {
    (void)state;
    arena_release(&arena);
    buf_release(&told);
    return 0;
}

/* A rule: the rest of its manifest is `lines`. */
static const struct manifest *rule_of(const char *lines) {
    struct diags diags = {0};
    struct yaml_documents documents;
    const char *text = arena_format(
        &arena, "{id: a, title: T, severity: low, log: aws.cloudtrail,\n%s}", lines);
    assert_true(yaml_parse(&documents, &arena, "x.yaml", str_of(text), &diags));
    struct manifest *rule = manifest_of(&arena, documents.list, (struct str){0}, &diags);
    if (!rule) fail_msg("%s\n%u: %s", text, diags.list[0].place.line, diags.list[0].text);
    return rule;
}

static void tell_document(const struct manifest *rule, struct mutant *mutant, const char *key) {
    struct yaml before = *mutant->at;
    *mutant->at = mutant->value;
    const struct yaml *value = yaml_get(rule->document, key);
    if (value) json_print(&told, yaml_to_json(&arena, value));
    *mutant->at = before;
}

/* "KIND OTHERWISE\n" of each mutant: the value of the manifest's key, or the Lua. */
static void becomes(const char *lines, const char *key, const char *expected) {
    const struct manifest *rule = rule_of(lines);
    struct mutants mutants;
    buf_reset(&told);
    mutants_find(&mutants, rule);
    for (size_t i = 0; i < mutants.count; i++) {
        struct mutant *mutant = &mutants.list[i];
        buf_add_format(&told, "%s ", mutant->kind);
        if (mutant->at) tell_document(rule, mutant, key);
        if (!mutant->at) buf_add_str(&told, mutant_code(&arena, rule, mutant));
        buf_add_char(&told, '\n');
    }
    mutants_release(&mutants);
    assert_string_equal(buf_text(&told), expected);
    manifest_release((struct manifest *)rule);
}

/* ---- patterns ---- */

static void clauses_are_dropped(void **state) {
    (void)state;
    becomes("when: {a: x, b: {c: 1, d: true}}", "when",
        "clause-dropped {\"b\":{\"c\":1,\"d\":true}}\n"
        "value-changed {\"a\":\"mutated\",\"b\":{\"c\":1,\"d\":true}}\n"
        "clause-dropped {\"a\":\"x\"}\n"
        "clause-dropped {\"a\":\"x\",\"b\":{\"d\":true}}\n"
        "value-changed {\"a\":\"x\",\"b\":{\"c\":2,\"d\":true}}\n"
        "clause-dropped {\"a\":\"x\",\"b\":{\"c\":1}}\n"
        "value-changed {\"a\":\"x\",\"b\":{\"c\":1,\"d\":false}}\n");
}

static void alternatives_are_dropped(void **state) {
    (void)state;
    becomes("when: {a: [x, null, {exists: false}]}", "when",
        "alternative-dropped {\"a\":[null,{\"exists\":false}]}\n"
        "alternative-dropped {\"a\":[\"x\",{\"exists\":false}]}\n"
        "alternative-dropped {\"a\":[\"x\",null]}\n"
        "operator-turned {\"a\":[\"x\",null,{\"exists\":true}]}\n");
    becomes("when: {$or: [{a: x}, {b: y, c: z}]}", "when",
        "alternative-dropped {\"$or\":[{\"b\":\"y\",\"c\":\"z\"}]}\n"
        "value-changed {\"$or\":[{\"a\":\"mutated\"},{\"b\":\"y\",\"c\":\"z\"}]}\n"
        "alternative-dropped {\"$or\":[{\"a\":\"x\"}]}\n"
        "clause-dropped {\"$or\":[{\"a\":\"x\"},{\"c\":\"z\"}]}\n"
        "value-changed {\"$or\":[{\"a\":\"x\"},{\"b\":\"mutated\",\"c\":\"z\"}]}\n"
        "clause-dropped {\"$or\":[{\"a\":\"x\"},{\"b\":\"y\"}]}\n"
        "value-changed {\"$or\":[{\"a\":\"x\"},{\"b\":\"y\",\"c\":\"mutated\"}]}\n");
}

static void operators_are_turned(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"{prefix: x}", "operator-turned {\"a\":[{\"suffix\":\"x\"}]}\n"},
        {"{suffix: {equals-ignore-case: x}}",
            "operator-turned {\"a\":[{\"prefix\":{\"equals-ignore-case\":\"x\"}}]}\n"},
        {"{equals-ignore-case: x}", "operator-turned {\"a\":[\"x\"]}\n"},
        {"{anything-but: x}", "operator-turned {\"a\":[\"x\"]}\n"},
        {"{anything-but: {prefix: x}}", "operator-turned {\"a\":[{\"prefix\":\"x\"}]}\n"},
        {"{not: x}", "operator-turned {\"a\":[\"x\"]}\n"},
        {"{wildcard: \"x*\"}", "value-changed {\"a\":[{\"wildcard\":\"mutated\"}]}\n"},
        {"{regex: x}", "value-changed {\"a\":[{\"regex\":\"mutated\"}]}\n"},
        {"{contains: x}", "value-changed {\"a\":[{\"contains\":\"mutated\"}]}\n"},
        {"{cidr: 192.0.2.0/24}", "operator-turned {\"a\":[{\"cidr\":\"192.0.2.0/23\"}]}\n"},
        {"{exists: true}", "operator-turned {\"a\":[{\"exists\":false}]}\n"},
        {"{numeric: [\">=\", 5]}", "operator-turned {\"a\":[{\"numeric\":[\">\",5]}]}\n"
                                   "value-changed {\"a\":[{\"numeric\":[\">=\",6]}]}\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        becomes(arena_format(&arena, "when: {a: [%s]}", rows[i][0]), "when", rows[i][1]);
}

static void lists_of_operators(void **state) {
    (void)state;
    becomes("when: {a: [{not: [x, {prefix: y}]}, z]}", "when",
        "alternative-dropped {\"a\":[\"z\"]}\n"
        "operator-turned {\"a\":[\"x\",{\"prefix\":\"y\"},\"z\"]}\n"
        "alternative-dropped {\"a\":[{\"not\":[{\"prefix\":\"y\"}]},\"z\"]}\n"
        "alternative-dropped {\"a\":[{\"not\":[\"x\"]},\"z\"]}\n"
        "operator-turned {\"a\":[{\"not\":[\"x\",{\"suffix\":\"y\"}]},\"z\"]}\n"
        "alternative-dropped {\"a\":[{\"not\":[\"x\",{\"prefix\":\"y\"}]}]}\n");
    becomes("when: {a: {anything-but: [x, y]}}", "when",
        "operator-turned {\"a\":[\"x\",\"y\"]}\n"
        "alternative-dropped {\"a\":{\"anything-but\":[\"y\"]}}\n"
        "alternative-dropped {\"a\":{\"anything-but\":[\"x\"]}}\n");
}

static void exceptions_are_dropped(void **state) {
    (void)state;
    becomes("when: {a: [null]}, exceptions: [{reason: r, when: {b: 1}}, {reason: s, when: {c: 1}}]",
        "exceptions",
        "exception-dropped [{\"reason\":\"s\",\"when\":{\"c\":1}}]\n"
        "value-changed [{\"reason\":\"r\",\"when\":{\"b\":2}},{\"reason\":\"s\",\"when\":{\"c\":1}}]\n"
        "exception-dropped [{\"reason\":\"r\",\"when\":{\"b\":1}}]\n"
        "value-changed [{\"reason\":\"r\",\"when\":{\"b\":1}},{\"reason\":\"s\",\"when\":{\"c\":2}}]\n");
}

/* ---- memory ---- */

static void memories_are_moved(void **state) {
    (void)state;
    becomes("when: {a: [null]}, threshold: {count: 1, within: 1h, unique: x}", "threshold",
        "count-moved {\"count\":2,\"within\":\"1h\",\"unique\":\"x\"}\n"
        "time-moved {\"count\":1,\"within\":\"2h\",\"unique\":\"x\"}\n"
        "time-moved {\"count\":1,\"within\":\"30m\",\"unique\":\"x\"}\n"
        "key-dropped {\"count\":1,\"within\":\"1h\"}\n");
    becomes("when: {a: [null]}, first_seen: {by: [x, y], within: 90d}", "first_seen",
        "key-dropped {\"by\":[\"y\"],\"within\":\"90d\"}\n"
        "key-dropped {\"by\":[\"x\"],\"within\":\"90d\"}\n"
        "time-moved {\"by\":[\"x\",\"y\"],\"within\":\"180d\"}\n"
        "time-moved {\"by\":[\"x\",\"y\"],\"within\":\"45d\"}\n");
    becomes("when: {a: [null]}, aggregate: {sum: x, over: 10, within: 1ms}", "aggregate",
        "limit-moved {\"sum\":\"x\",\"over\":11,\"within\":\"1ms\"}\n"
        "limit-moved {\"sum\":\"x\",\"over\":9,\"within\":\"1ms\"}\n");
}

static void keys_are_dropped(void **state) {
    (void)state;
    becomes("when: {a: [null]}, dedup: {by: [x, y], period: 1h}", "dedup",
        "key-dropped {\"by\":[\"y\"],\"period\":\"1h\"}\n"
        "key-dropped {\"by\":[\"x\"],\"period\":\"1h\"}\n");
    becomes("when: {a: [null]}, dedup: {by: [x]}, resolve: {after: 1h, when: {b: [null]}}",
        "resolve",
        "key-dropped {\"after\":\"1h\",\"when\":{\"b\":[null]}}\n"
        "clause-dropped {\"when\":{\"b\":[null]}}\n"
        "time-moved {\"after\":\"2h\",\"when\":{\"b\":[null]}}\n"
        "time-moved {\"after\":\"30m\",\"when\":{\"b\":[null]}}\n"
        "clause-dropped {\"after\":\"1h\"}\n");
}

#define STEP(name, more) "{\"name\":\"" name "\",\"when\":{\"" name "\":[null]}" more "}"

static void sequences_are_turned(void **state) {
    (void)state;
    becomes(
        "sequence: {by: x, within: 1ms, steps: [{name: a, when: {a: [null]}, count: 2}, {name: b, "
        "when: {b: [null]}}, {name: c, when: {c: [null]}, absent: true}]}",
        "sequence",
        "step-dropped {\"by\":\"x\",\"within\":\"1ms\",\"steps\":[" STEP("b", "") "," STEP("c",
            ",\"absent\":true") "]}\n"
                                "steps-swapped {\"by\":\"x\",\"within\":\"1ms\",\"steps\":[" STEP(
                                    "b", "") "," STEP("a", ",\"count\":2") "," STEP("c",
                                    ",\"absent\":true") "]}\n"
                                                        "count-moved {\"by\":\"x\",\"within\":\"1ms\",\"steps\":[" STEP(
                                                            "a",
                                                            ",\"count\":3") "," STEP("b", "") "," STEP("c", ",\"absent\":true") "]}\n"
                                                                                                                                "count-moved {\"by\":\"x\",\"within\":\"1ms\",\"steps\":[" STEP("a", ",\"count\":1") "," STEP("b", "") "," STEP("c", ",\"absent\":true") "]}\n"
                                                                                                                                                                                                                                                                         "step-dropped {\"by\":\"x\",\"within\":\"1ms\",\"steps\":[" STEP("a", ",\"count\":2") "," STEP("c", ",\"absent\":true") "]}\n"
                                                                                                                                                                                                                                                                                                                                                                                                 "steps-swapped {\"by\":\"x\",\"within\":\"1ms\",\"steps\":[" STEP(
                                                                                                                                                                                                                                                                                                                                                                                                     "a", ",\"count\":2") "," STEP("c", ",\"absent\":true") "," STEP("b", "") "]}\n"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                              "step-dropped {\"by\":\"x\",\"within\":\"1ms\",\"steps\":[" STEP(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                  "a", ",\"count\":2") "," STEP("b", "") "]}\n"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                         "absent-turned {\"by\":\"x\",\"within\":\"1ms\",\"steps\":[" STEP(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "a", ",\"count\":2") "," STEP("b",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "") "," STEP("c", ",\"absent\":false") "]}\n");
}

static void clauses_that_steps_repeat_stay(void **state) {
    (void)state;
    const char *steps = "sequence: {by: x, within: 1ms, steps: [{name: a, when: {b: [null]}}, "
                        "{name: b, when: {b: [null], c: [null]}}]}, when: {b: [null], c: [null]}";
    becomes(steps, "when",
        "steps-swapped {\"b\":[null],\"c\":[null]}\n"
        "clause-dropped {\"b\":[null],\"c\":[null]}\n"
        "clause-dropped {\"b\":[null],\"c\":[null]}\n"
        "clause-dropped {\"b\":[null]}\n");
}

/* ---- Lua ---- */

static void becomes_lua(const char *code, const char *expected) {
    becomes(arena_format(&arena, "lua: '%s'", code), "when", expected);
}

/* Of `return EXPRESSION` in a helper: what is not an answer of the rule. */
static void expression_becomes(const char *expression, const char *expected) {
    const char *frame = "function rule(e) return f(%s) end";
    const char *code = arena_format(&arena, frame, expression);
    struct buf all = {0};
    buf_add_format(&all, "answer-turned function rule(e) return not (f(%s)) end\n", expression);
    for (const char *at = expected; *at;) {
        const char *blank = strchr(at, ' '), *end = strchr(at, '\n');
        buf_add_format(&all, "%.*s function rule(e) return f(%.*s) end\n", (int)(blank - at), at,
            (int)(end - blank - 1), blank + 1);
        at = end + 1;
    }
    becomes_lua(code, buf_text(&all));
    buf_release(&all);
}

static void operators_of_lua(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"a and b", "logic-turned a or b\n"},
        {"a or b", "logic-turned a and b\n"},
        {"a == b", "comparison-turned a ~= b\n"},
        {"a ~= b", "comparison-turned a == b\n"},
        {"a < b", "comparison-turned a <= b\n"},
        {"a <= b", "comparison-turned a < b\n"},
        {"a > b", "comparison-turned a >= b\n"},
        {"a >= b", "comparison-turned a > b\n"},
        {"a + b", "arithmetic-turned a - b\n"},
        {"a // b", "arithmetic-turned a * b\n"},
        {"not a", "not-dropped   a\n"},
        {"-a", "arithmetic-turned  a\n"},
        {"true", "constant-turned false\n"},
        {"5", "number-moved 6\n"},
        {"0x10", "number-moved (0x10 + 1)\n"},
        {"1.5", "number-moved (1.5 + 1)\n"},
        {"\"x\"", "string-changed \"mutated\"\n"},
        {"[[x]]", "string-changed \"mutated\"\n"},
        {"\"high\"", "string-changed \"critical\"\n"},
        {"\"critical\"", "string-changed \"info\"\n"},
        {"a .. \"x\" .. b.c", ""},
        {"e.x, e[\"y\"]", "string-changed e.x, e[\"mutated\"]\n"},
        {"a or \"\"", "logic-turned a and \"\"\n"},
        {"(\"%s\"):format(a)", ""},
        {"table.concat(a, \" \")", ""},
        {"{a, \"b\", c}", "element-dropped {\"b\", c}\n"
                          "element-dropped {a, c}\n"
                          "element-dropped {a, \"b\"}\n"
                          "string-changed {a, \"mutated\", c}\n"},
        {"{x = \"b\", [\"y\"] = true}", "string-changed {x = \"mutated\", [\"y\"] = true}\n"
                                        "string-changed {x = \"b\", [\"mutated\"] = true}\n"
                                        "constant-turned {x = \"b\", [\"y\"] = false}\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expression_becomes(rows[i][0], rows[i][1]);
}

static void conditions_and_answers(void **state) {
    (void)state;
    becomes_lua("function rule(e) if e.a and e.b then return true end return e.c or e.d end",
        "condition-fixed function rule(e) if true then return true end return e.c or e.d end\n"
        "condition-fixed function rule(e) if false then return true end return e.c or e.d end\n"
        "logic-turned function rule(e) if e.a or e.b then return true end return e.c or e.d end\n"
        "constant-turned function rule(e) if e.a and e.b then return false end return e.c or e.d end\n"
        "answer-turned function rule(e) if e.a and e.b then return true end return not (e.c or e.d) end\n"
        "logic-turned function rule(e) if e.a and e.b then return true end return e.c and e.d end\n");
    becomes_lua("function rule(e) while e.a do f() end return any(e, function(x) return x end) end",
        "condition-fixed function rule(e) while false do f() end return any(e, function(x) return x end) end\n"
        "answer-turned function rule(e) while e.a do f() end return not (any(e, function(x) return x end)) end\n");
    becomes_lua("local function f(x) return x < 1 end function rule(e) return nil end", "");
}

/* ---- which functions ---- */

static void what_is_worth_it(void **state) {
    (void)state;
    const char *code = "local function name(e) return e.a or e.b end "
                       "local function unused(e) return e.a or e.c end "
                       "function title(e) return name(e) or \"nobody\" end "
                       "function severity(e) return \"low\" end";
    const char *severity = "string-changed local function name(e) return e.a or e.b end "
                           "local function unused(e) return e.a or e.c end "
                           "function title(e) return name(e) or \"nobody\" end "
                           "function severity(e) return \"medium\" end\n";
    const char *lines = "when: {a: [null]}, lua: '%s', tests: [{name: t, event: {}, expect: {%s}}]";
    becomes(arena_format(&arena, lines, code, "alert: true"), "when", severity);
    becomes(arena_format(&arena, lines, code, "title: T"), "when",
        arena_format(&arena,
            "logic-turned local function name(e) return e.a and e.b end "
            "local function unused(e) return e.a or e.c end "
            "function title(e) return name(e) or \"nobody\" end "
            "function severity(e) return \"low\" end\n"
            "logic-turned local function name(e) return e.a or e.b end "
            "local function unused(e) return e.a or e.c end "
            "function title(e) return name(e) and \"nobody\" end "
            "function severity(e) return \"low\" end\n%s",
            severity));
}

static void changes_are_shown(void **state) {
    (void)state;
    const struct manifest *rule = rule_of(
        "when: {a: {prefix: x}, b: 1}, lua: 'function rule(e) return e.a  and\ne.b end'");
    static const char *const shown[][2] = {{"e.a and e.b", "not (e.a and e.b)"}, {"and", "or"},
        {"a: {\"prefix\":\"x\"}", ""}, {"{\"prefix\":\"x\"}", "{\"suffix\":\"x\"}"}, {"b: 1", ""},
        {"1", "2"}};
    struct mutants mutants;
    mutants_find(&mutants, rule);
    assert_int_equal(mutants.count, sizeof shown / sizeof *shown);
    for (size_t i = 0; i < mutants.count; i++) {
        assert_string_equal(mutants.list[i].before.at, shown[i][0]);
        assert_string_equal(mutants.list[i].after.at, shown[i][1]);
        assert_int_equal(mutants.list[i].place.line, 2);
    }
    assert_int_equal(mutants.list[3].place.column, 11);
    mutants_release(&mutants);
    manifest_release((struct manifest *)rule);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(clauses_are_dropped, tear_down),
        cmocka_unit_test_teardown(alternatives_are_dropped, tear_down),
        cmocka_unit_test_teardown(operators_are_turned, tear_down),
        cmocka_unit_test_teardown(lists_of_operators, tear_down),
        cmocka_unit_test_teardown(exceptions_are_dropped, tear_down),
        cmocka_unit_test_teardown(memories_are_moved, tear_down),
        cmocka_unit_test_teardown(keys_are_dropped, tear_down),
        cmocka_unit_test_teardown(sequences_are_turned, tear_down),
        cmocka_unit_test_teardown(clauses_that_steps_repeat_stay, tear_down),
        cmocka_unit_test_teardown(operators_of_lua, tear_down),
        cmocka_unit_test_teardown(conditions_and_answers, tear_down),
        cmocka_unit_test_teardown(what_is_worth_it, tear_down),
        cmocka_unit_test_teardown(changes_are_shown, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
