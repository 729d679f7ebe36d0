/* Which rules of a set an index names: rows, then random sets and events, where each rule that
 * matches must be named, and no other where each has one field. COMPARISONS=1000000 says how many
 * pairs of a set and an event. */
#include "check.h"

#include "base/marks.h"
#include "model/pattern_index.h"
#include "text/json.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_RULES = 100, COMPARISONS = 20000, EVENTS = 10, FEW_RULES = 12, MOST_DEPTH = 4 };

/* ---- a rule set: a YAML document each, null for a rule without a pattern ---- */

struct set {
    struct arena arena;
    struct diags diags;
    struct pattern *list[MOST_RULES];
    size_t count;
    struct pattern_index *index;
};

static void set_init(struct set *set, const char *text) {
    struct yaml_documents documents = {0};
    *set = (struct set){0};
    diags_init(&set->diags);
    yaml_parse(&documents, &set->arena, "rules", str_of(text), &set->diags);
    for (size_t i = 0; i < documents.count && i < MOST_RULES; i++)
        if (documents.list[i].type != YAML_NULL)
            set->list[i] = pattern_compile(&set->arena, &documents.list[i], &set->diags);
    if (set->diags.count) fail_msg("%s\n%s", text, set->diags.list[0].text);
    set->count = documents.count;
    struct pattern_accesses accesses = pattern_accesses_choose(
        &set->arena, (const struct pattern *const *)set->list, set->count);
    set->index = pattern_index_new(&accesses, (uint32_t)set->count);
}

static void set_release(struct set *set) {
    for (size_t i = 0; i < set->count; i++) pattern_release(set->list[i]);
    pattern_index_free(set->index);
    diags_release(&set->diags);
    arena_release(&set->arena);
}

static const struct json *event_of(struct set *set, struct str text) {
    struct diag diag = {0};
    const struct json *event = json_parse(&set->arena, text, NULL, &diag);
    if (!event) fail_msg("%.*s: %s", STR_ARG(text), diag.text);
    return event;
}

/* ---- rows ---- */

static void rules_are_named(void **state) {
    static const char *const sets[][12] = {
        /* a set, then events and the rules that are named */
        {"{n: A}\n--- {n: [B, C]}\n--- {n: [A, C]}\n---\n--- {x: 1}", /**/
            "{\"n\":\"A\"}", "0 2 3 ", "{\"n\":\"C\"}", "1 2 3 ", "{\"n\":\"c\",\"x\":1.0}", "3 4 ",
            "{\"n\":[\"B\",[\"A\"],\"A\"]}", "0 1 2 3 ", "{}", "3 "},
        {"{a.b: A}\n--- {a: {b: B, c: C}}\n--- {'a\\.b': A}", /**/
            "{\"a\":{\"b\":\"A\"}}", "0 ", "{\"a.b\":\"A\"}", "2 ",
            "{\"a\":[{\"b\":\"A\"},{\"b\":[\"B\"]}]}", "0 1 ", "{\"a\":\"A\"}", ""},
        {"{n: {prefix: De}}\n--- {n: [{prefix: Del}, {suffix: t}]}\n--- {n: {suffix: ket}}", /**/
            "{\"n\":\"Del\"}", "0 1 ", "{\"n\":\"DeleteBucket\"}", "0 1 2 ", "{\"n\":\"D\"}", "",
            "{\"n\":\"ket\"}", "1 2 ", "{\"n\":\"\"}", ""},
        {"{n: 5}\n--- {n: 5.0}\n--- {n: '5'}\n--- {n: 0}\n--- {n: 9223372036854775808}", /**/
            "{\"n\":5}", "0 1 ", "{\"n\":5e0}", "0 1 ", "{\"n\":\"5\"}", "0 2 ", "{\"n\":-0.0}",
            "3 ", "{\"n\":9.223372036854775808e18}", "4 "},
        {"{n: ''}\n--- {n: [true, null]}\n--- {n: {contains: x}}\n--- {n: {contains: x}, m: 1}", /**/
            "{\"n\":\"\"}", "0 ", "{\"n\":[true,\"x\"],\"m\":1}", "1 2 3 ", "{\"n\":null}", "1 ",
            "{\"n\":{}}", "", "{\"n\":[[],{\"n\":\"x\"}]}", ""},
        {"{$or: [{a: A}, {b: B}]}\n--- {$or: [{a: A}, {b: {not: B}}]}", /**/
            "{\"a\":\"A\",\"b\":\"B\"}", "0 1 ", "{\"b\":\"B\"}", "0 1 ", "{\"b\":\"C\"}", "1 "},
        {"{n: {regex: '^(a+)+$'}}\n--- {n: {regex: '^b'}}", /**/
            "{\"n\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"}", "0 ", "{\"n\":\"b\"}", "1 "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct set set;
        set_init(&set, sets[i][0]);
        for (size_t k = 1; k + 1 < 12 && sets[i][k]; k += 2) {
            struct buf named = {0};
            struct rule_numbers numbers = pattern_index_ask(
                set.index, event_of(&set, str_of(sets[i][k])));
            for (size_t n = 0; n < numbers.count; n++)
                buf_add_format(&named, "%u ", numbers.list[n]);
            if (!str_is(buf_str(&named), sets[i][k + 1]))
                fail_msg("%s\n%s: %s", sets[i][0], sets[i][k], buf_text(&named));
            buf_release(&named);
        }
        set_release(&set);
    }
}

/* What the bound on work leaves unasked may match; the next event has the whole of it again. */
static void work_has_a_bound(void **state) {
    struct set set;
    struct buf long_event = {0};
    (void)state;
    set_init(&set, "{n: {contains: x}}\n--- {n: {contains: xx}}\n--- {n: A}\n--- {m: true}");
    buf_add_text(&long_event, "{\"n\":[");
    for (int i = 0; i < 10; i++) {
        buf_add_text(&long_event, i ? ",\"" : "\"");
        for (int k = 0; k < 100000; k++) buf_add_text(&long_event, "ababababab");
        buf_add_char(&long_event, '"');
    }
    buf_add_text(&long_event, "]}");
    struct rule_numbers numbers = pattern_index_ask(
        set.index, event_of(&set, buf_str(&long_event)));
    assert_int_equal(numbers.count, 2);
    assert_true(numbers.list[0] == 0 && numbers.list[1] == 1);
    numbers = pattern_index_ask(set.index, event_of(&set, STR("{\"n\":\"ab\"}")));
    assert_int_equal(numbers.count, 0);
    buf_release(&long_event);
    set_release(&set);
}

/* ---- random sets and events ---- */

static uint64_t seed = 20261126;

static unsigned roll(unsigned sides) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (unsigned)((seed >> 11) % sides);
}

#define PICK(list) ((list)[roll(sizeof(list) / sizeof *(list))])

static const char *const names[] = {"a", "b", "c"};
static const char *const values[] = {"\"x\"", "\"xy\"", "\"X\"", "\"axb\"", "\"\"", "\"1\"",
    "\"1.0\"", "\"10.0.0.1\"", "\"\\u00e9X\"", "1", "1.0", "10e-1", "2", "2.5", "0", "-0.0",
    "9007199254740993", "9007199254740992.0", "9223372036854775807", "9223372036854775808", "1e999",
    "true", "false", "null", "\"x\\u0000\""};
static const char *const leaf_tests[] = {"{prefix: x}", "{prefix: xy}", "{prefix: \"\"}",
    "{suffix: y}", "{suffix: b}", "{suffix: xb}", "{prefix: {equals-ignore-case: x}}",
    "{equals-ignore-case: x}", "{wildcard: \"*x*\"}", "{wildcard: \"x*\"}", "{contains: x}",
    "{regex: x}", "{regex: \"^.y\"}", "{cidr: 10.0.0.0/8}", "{numeric: [\">\", 1]}",
    "{numeric: [\"=\", 1]}", "{exists: true}", "{anything-but: [x]}", "{anything-but: 1}",
    "{anything-but: {prefix: x}}"};
static const char *const other_tests[] = {
    "{exists: false}", "{not: x}", "{not: [1, {prefix: x}]}", "{not: null}"};

static void add_value(struct buf *to, int depth) {
    unsigned kind = depth > MOST_DEPTH ? 0 : roll(8);
    bool is_array = kind < 6;
    if (kind < 4) {
        buf_add_text(to, PICK(values));
        return;
    }
    buf_add_char(to, is_array ? '[' : '{');
    for (unsigned i = 0, count = roll(5); i < count; i++) {
        if (i) buf_add_char(to, ',');
        if (!is_array) buf_add_format(to, "\"%s\":", PICK(names));
        add_value(to, depth + 1);
    }
    buf_add_char(to, is_array ? ']' : '}');
}

static void add_event(struct buf *to) {
    buf_add_char(to, '{');
    for (unsigned i = 0, count = roll(7); i < count; i++) {
        buf_add_format(to, "%s\"%s\":", i ? "," : "", roll(8) ? PICK(names) : "a.b");
        add_value(to, 1);
    }
    buf_add_char(to, '}');
}

/* In half of the fields all tests are plain values, as they mostly are. */
static void add_tests(struct buf *to, bool one_field) {
    bool plain = roll(2);
    buf_add_char(to, '[');
    for (unsigned i = 0, count = 1 + roll(3); i < count; i++) {
        bool asks = !plain && roll(4);
        const char *test = one_field || roll(3) ? PICK(leaf_tests) : PICK(other_tests);
        if (i) buf_add_char(to, ',');
        buf_add_text(to, asks ? test : PICK(values));
    }
    buf_add_char(to, ']');
}

static void add_key(struct buf *to, const char *name) {
    buf_add_format(to, "%s%s: ", name, roll(4) ? "" : roll(3) ? ".b" : ".c");
}

/* A map of some of the names, nested now and then, with an alternative of one of them. */
static void add_map(struct buf *to, int depth, bool one_field) {
    unsigned first = roll(3), count = one_field ? 1 : 1 + roll(2);
    buf_add_char(to, '{');
    if (!one_field && roll(4) == 0) {
        buf_add_format(to, "$or: [{%s: ", names[(first + 2) % 3]);
        add_tests(to, false);
        buf_add_format(to, "}, {%s.c: ", names[(first + 2) % 3]);
        add_tests(to, false);
        buf_add_text(to, "}], ");
    }
    for (unsigned i = 0; i < count; i++) {
        if (i) buf_add_text(to, ", ");
        if (one_field && roll(10) == 0)
            buf_add_text(to, "\"a\\\\.b\": ");
        else
            add_key(to, names[(first + i) % 3]);
        if (depth < 2 && roll(4) == 0)
            add_map(to, depth + 1, one_field);
        else
            add_tests(to, one_field);
    }
    buf_add_char(to, '}');
}

static void add_set(struct buf *to, bool one_field) {
    for (unsigned i = 0, count = 1 + roll(FEW_RULES); i < count; i++) {
        if (i) buf_add_text(to, "\n--- ");
        if (one_field || roll(20))
            add_map(to, 0, one_field);
        else
            buf_add_text(to, "null");
    }
}

struct tally {
    long pairs, rules, named, matched;
};

static bool names_rule(const struct rule_numbers *numbers, size_t rule) {
    for (size_t i = 0; i < numbers->count; i++)
        if (numbers->list[i] == rule) return true;
    return false;
}

static void check_order(const struct set *set, const struct rule_numbers *numbers) {
    for (size_t i = 0; i < numbers->count; i++) {
        assert_true(numbers->list[i] < set->count);
        assert_true(i == 0 || numbers->list[i - 1] < numbers->list[i]);
    }
}

static void compare(struct set *set, const struct buf *rules, bool tight, struct tally *tally) {
    struct buf text = {0};
    add_event(&text);
    const struct json *event = event_of(set, buf_str(&text));
    struct rule_numbers numbers = pattern_index_ask(set->index, event);
    check_order(set, &numbers);
    for (size_t i = 0; i < set->count; i++) {
        bool matches = !set->list[i] || pattern_matches(set->list[i], event, NULL);
        bool named = names_rule(&numbers, i);
        if (matches && !named)
            fail_msg("%s\n%s\nrule %zu is not named", rules->at, buf_text(&text), i);
        if (tight && named && !matches)
            fail_msg("%s\n%s\nrule %zu is named", rules->at, buf_text(&text), i);
        tally->matched += matches;
    }
    tally->pairs++;
    tally->rules += (long)set->count;
    tally->named += (long)numbers.count;
    buf_release(&text);
}

static void none_is_missed(void **state) {
    const char *wanted = getenv("COMPARISONS");
    long comparisons = wanted ? strtol(wanted, NULL, 10) : COMPARISONS;
    struct tally tally = {0};
    (void)state;
    while (tally.pairs < comparisons) {
        bool one_field = roll(2);
        struct buf rules = {0};
        struct set set;
        add_set(&rules, one_field);
        set_init(&set, buf_text(&rules));
        for (int i = 0; i < EVENTS; i++) compare(&set, &rules, one_field, &tally);
        set_release(&set);
        buf_release(&rules);
    }
    printf("# %ld pairs, %ld rules: %ld named, %ld match\n", tally.pairs, tally.rules, tally.named,
        tally.matched);
    assert_true(tally.named < tally.rules / 2 && tally.matched > tally.rules / 20);
}

/* ---- the set of numbers ---- */

static void marks_come_back_in_order(void **state) {
    static const uint32_t numbers[] = {70000, 0, 63, 64, 4095, 4096, 64, 262144, 70000, 1};
    static const uint32_t expected[] = {0, 1, 63, 64, 4095, 4096, 70000, 262144};
    uint32_t list[8];
    struct arena arena = {0};
    struct marks marks;
    (void)state;
    marks_init(&marks, &arena, 262145);
    assert_int_equal(marks_take(&marks, list), 0);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) marks_add(&marks, numbers[i]);
        assert_int_equal(marks_take(&marks, list), 8);
        assert_memory_equal(list, expected, sizeof expected);
    }
    assert_int_equal(marks_take(&marks, list), 0);
    arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_named),
        cmocka_unit_test(work_has_a_bound),
        cmocka_unit_test(none_is_missed),
        cmocka_unit_test(marks_come_back_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
