/* What a manifest says of memory and exceptions, as it is read. What is refused, and how it is told:
 * tests/cases/diagnostics/memory.yaml. */
#include "findings.h"

#include "base/clock.h"
#include "model/manifest.h"

static struct world world;
static struct manifests manifests;

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    manifests = (struct manifests){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    manifests_release(&manifests);
    world_release(&world);
    return 0;
}

#define HEAD "id: a\ntitle: A\nseverity: low\nlog: l\n"

static const struct manifest *one(const char *more) {
    manifests_release(&manifests);
    world_clear(&world);
    const char *path = world_file(&world, "one.yaml", arena_format(&world.arena, HEAD "%s", more));
    bool good = manifests_load(&manifests, &world.arena, path, &world.diags);
    assert_string_equal(world_findings(&world), "");
    assert_true(good);
    assert_int_equal(manifests.count, 1);
    return manifests.list[0];
}

static const struct memory_rule *memory(const char *more) {
    return &one(more)->memory;
}

static void a_rule_without_one_remembers_nothing(void **state) {
    (void)state;
    const struct manifest *m = one("when: {a: b}\n");
    assert_int_equal(m->memory.kind, MEMORY_NONE);
    assert_int_equal(m->exception_count, 0);
    assert_false(memory_rule_waits(&m->memory));
}

static void a_threshold_is_read(void **state) {
    (void)state;
    const struct memory_rule *rule = memory("when: {a: b}\nthreshold: {count: 5, within: 10m}\n");
    assert_int_equal(rule->kind, MEMORY_THRESHOLD);
    assert_int_equal(rule->place.line, 6);
    assert_int_equal(rule->count, 5);
    assert_int_equal(rule->within_ms, 600000);
    assert_int_equal(rule->most_keys, 1000000);
    assert_int_equal(rule->most_events, 10000);
    assert_false(rule->is_unique);
    assert_false(memory_rule_waits(rule));
    rule = memory("when: {a: b}\nthreshold: {count: 1, within: 1ms, unique: a.b}\n"
                  "memory: {keys: 3, events: 4}\n");
    assert_true(rule->is_unique);
    assert_false(rule->unique_asked);
    assert_true(str_is(rule->unique, "a.b"));
    assert_int_equal(rule->most_keys, 3);
    assert_int_equal(rule->most_events, 4);
    rule = memory("lua: x()\nthreshold: {count: 1, within: 1s, unique: true}\n");
    assert_true(rule->is_unique && rule->unique_asked);
}

static void first_seen_is_read(void **state) {
    (void)state;
    const struct memory_rule *rule = memory(
        "when: {a: b}\nfirst_seen: {by: [a, b.c], within: 90d, learn: 7d, lateness: 10m}\n");
    assert_int_equal(rule->kind, MEMORY_FIRST_SEEN);
    assert_int_equal(rule->by.count, 2);
    assert_true(rule->within_ms == INT64_C(90) * 86400000);
    assert_int_equal(rule->learn_ms, 7 * 86400000);
    assert_int_equal(rule->lateness_ms, 600000);
    assert_false(rule->unique_asked);
    assert_true(memory_rule_waits(rule));
    rule = memory("lua: x()\nfirst_seen: {within: 1d}\n");
    assert_true(rule->unique_asked);
    assert_int_equal(rule->learn_ms, 0);
    assert_int_equal(rule->lateness_ms, 300000);
}

static void an_aggregate_is_read(void **state) {
    (void)state;
    const struct memory_rule *rule = memory(
        "when: {a: b}\naggregate: {sum: n.m, over: 1000000000, within: 1h}\n");
    assert_int_equal(rule->kind, MEMORY_AGGREGATE);
    assert_int_equal(rule->aggregate, AGGREGATE_SUM);
    assert_true(str_is(rule->of, "n.m"));
    assert_true(rule->over == 1e9);
    assert_true(memory_rule_waits(rule));
    rule = memory("when: {a: b}\naggregate: {avg: n, over: -0.5, within: 1h}\n");
    assert_int_equal(rule->aggregate, AGGREGATE_AVG);
    assert_true(rule->over == -0.5);
    rule = memory("when: {a: b}\naggregate: {percentile: 99.9, of: t, over: 2, within: 1h}\n");
    assert_int_equal(rule->aggregate, AGGREGATE_PERCENTILE);
    assert_true(rule->rank == 99.9);
    assert_true(str_is(rule->of, "t"));
}

#define SEQUENCE "sequence:\n  by: [u]\n  within: 1h\n  steps:\n"
#define STEP(name) "    - {name: " name ", when: {a: " name "}"

static void a_sequence_is_read(void **state) {
    (void)state;
    const struct memory_rule *rule = memory(
        SEQUENCE STEP("one") ", count: 3, by: [v]}\n" //
                             "    - {name: two, rule: other.rule}\n" STEP("three") "}\n");
    assert_int_equal(rule->kind, MEMORY_SEQUENCE);
    assert_int_equal(rule->step_count, 3);
    assert_true(rule->ordered);
    assert_true(str_is(rule->steps[0].name, "one"));
    assert_non_null(rule->steps[0].when);
    assert_int_equal(rule->steps[0].count, 3);
    assert_true(str_is(rule->steps[0].by.list[0], "v"));
    assert_null(rule->steps[1].when);
    assert_true(str_is(rule->steps[1].rule, "other.rule"));
    assert_int_equal(rule->steps[1].rule_place.line, 10);
    assert_int_equal(rule->steps[1].count, 1);
    assert_int_equal(rule->steps[1].by.count, 0);
    assert_int_equal(memory_rule_last(rule), 2);
    assert_false(memory_rule_waits(rule));
    assert_false(memory("sequence:\n  ordered: false\n  by: u\n  within: 1h\n  steps:\n" //
        STEP("a") "}\n" STEP("b") "}\n")
                     ->ordered);
}

static void what_is_absent_is_not_the_last(void **state) {
    (void)state;
    static const struct {
        const char *steps;
        size_t last;
    } rows[] = {
        {STEP("a") "}\n" STEP("b") ", absent: true}\n", 0},
        {STEP("a") ", absent: true}\n" STEP("b") "}\n", 1},
        {STEP("a") "}\n" STEP("b") ", absent: true}\n" STEP("c") "}\n", 2},
        {STEP("a") "}\n" STEP("b") "}\n" STEP("c") ", absent: true}\n", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct memory_rule *rule = memory(
            arena_format(&world.arena, SEQUENCE "%s", rows[i].steps));
        assert_int_equal(memory_rule_last(rule), rows[i].last);
        assert_true(memory_rule_waits(rule));
    }
}

static void exceptions_are_read(void **state) {
    (void)state;
    const struct manifest *m = one("when: {a: b}\nexceptions:\n"
                                   "  - {when: {a: c}, reason: r, owner: o}\n"
                                   "  - {when: {a: d}, reason: r, until: \"2027-01-31\"}\n"
                                   "  - {when: {a: d}, reason: r, until: 2027-01-31T12:00:00Z}\n");
    assert_int_equal(m->exception_count, 3);
    const struct manifest_exception *e = m->exceptions;
    assert_true(str_is(e[0].reason, "r") && str_is(e[0].owner, "o") && e[0].until.len == 0);
    assert_true(e[0].until_ms == INT64_MAX);
    assert_int_equal(e[1].place.line, 8);
    assert_true(str_is(e[1].until, "2027-01-31"));
    assert_true(e[1].until_ms == clock_parse(STR("2027-01-31T00:00:00Z")));
    assert_true(e[2].until_ms == e[1].until_ms + 12 * 3600000);
}

/* Wherever it stands, whoever owns it and until when: hits go by what it says. */
static void an_exception_is_known_by_what_it_says(void **state) {
    (void)state;
    const struct manifest_exception *e = one(
        "when: {a: b}\nexceptions:\n"
        "  - {when: {a: c}, reason: r}\n"
        "  - {when: {a: d}, reason: r}\n"
        "  - {when: {a: c}, reason: s}\n"
        "  - {owner: o, until: \"2027-01-31\", reason: r, when: {a: c}}\n")
                                             ->exceptions;
    assert_int_equal(strlen(e[0].id), HASH_HEX - 1);
    assert_string_not_equal(e[0].id, e[1].id);
    assert_string_not_equal(e[0].id, e[2].id);
    assert_string_equal(e[0].id, e[3].id);
}

/* Of each two, what is remembered is another. */
static void what_decides_is_in_the_definition(void **state) {
    (void)state;
    static const char *const rows[] = {
        "when: {a: b}\n",
        "when: {a: c}\n",
        "when: {a: b}\nlua: x()\n",
        "when: {a: b}\nlua: y()\n",
        "when: {a: b}\nparams: {n: 1}\n",
        "when: {a: b}\nparams: {n: 2}\n",
        "when: {a: b}\ndedup: {by: a}\n",
        "when: {a: b}\ndedup: {by: b}\n",
        "when: {a: b}\nthreshold: {count: 1, within: 1h}\n",
        "when: {a: b}\nthreshold: {count: 2, within: 1h}\n",
        "when: {a: b}\nfirst_seen: {by: a, within: 1h}\n",
        "when: {a: b}\naggregate: {sum: a, over: 1, within: 1h}\n",
        SEQUENCE STEP("a") "}\n" STEP("b") "}\n",
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    char found[ROWS][HASH_HEX];
    for (size_t i = 0; i < ROWS; i++) memcpy(found[i], one(rows[i])->definition, HASH_HEX);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t k = 0; k < i; k++) assert_string_not_equal(found[i], found[k]);
}

static void what_does_not_decide_is_not(void **state) {
    (void)state;
    static const char *const more[] = {"owner: o\n", "tags: [x]\n", "runbook: r\n",
        "status: draft\n", "context: [a]\n", "exceptions: [{when: {a: c}, reason: r}]\n",
        "tests: [{name: n, event: {}, expect: nothing}]\n"};
    static const char *const rule = "when: {a: b}\nthreshold: {count: 1, within: 1h}\n";
    char first[HASH_HEX];
    memcpy(first, one(rule)->definition, HASH_HEX);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        assert_string_equal(
            one(arena_format(&world.arena, "%s%s", rule, more[i]))->definition, first);
    assert_string_equal(
        one("threshold:\n  count: 1\n  within: 1h\nwhen:\n  a: b # why\n")->definition, first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_rule_without_one_remembers_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_threshold_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(first_seen_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_aggregate_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sequence_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_absent_is_not_the_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(exceptions_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_exception_is_known_by_what_it_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_decides_is_in_the_definition, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_decide_is_not, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
