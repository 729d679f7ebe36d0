/* What a worker says of a match for the memory of its rule: roles, value and period, what an exception
 * holds for, and which steps of a sequence an event meets. */
#include "check.h"

#include "base/clock.h"
#include "flow/batch.h"
#include "flow/evaluate.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD(id) "id: " id "\ntitle: A title\nseverity: high\nlog: aws.cloudtrail\n"

/* A rule set, and the last batch that it judged. */
struct bench {
    struct rules *rules;
    struct batch batch;
    struct buf said;
};

static struct rules *load(const char *text, struct diags *diags) {
    char path[] = "/tmp/tocsin-roles-XXXXXX.yaml";
    FILE *file = fdopen(mkstemps(path, 5), "w");
    fputs(text, file);
    fclose(file);
    struct str list[] = {str_of(path)};
    struct rules *rules = rules_load(
        &(struct rules_options){
            .paths = &(struct schema_strings){.list = list, .count = 1}, .check = true},
        diags);
    remove(path);
    return rules;
}

static void bench_init(struct bench *bench, const char *text) {
    struct diags diags = {0};
    *bench = (struct bench){.rules = load(text, &diags)};
    if (!bench->rules) diags_print(&diags, stderr, false);
    assert_non_null(bench->rules);
    diags_release(&diags);
    batch_init(&bench->batch);
}

static void bench_release(struct bench *bench) {
    batch_release(&bench->batch);
    buf_release(&bench->said);
    rules_free(bench->rules);
}

static char request_room[1 << 16], answer_room[1 << 16];

static const struct verdict *judge(struct bench *bench, const char *members) {
    char text[2048];
    struct wire_out request = {.at = request_room, .room = sizeof request_room};
    struct wire_out answer = {.at = answer_room, .room = sizeof answer_room};
    struct pulse pulse = {0};
    struct cursor next;
    struct evaluator *evaluator = evaluator_new(bench->rules);
    snprintf(text, sizeof text,
        "{\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventID\":\"e\",%s}", members);
    batch_release(&bench->batch);
    batch_init(&bench->batch);
    batch_add(&bench->batch, &(struct record){.bytes = str_of(text)}, "test", false);
    batch_put(&bench->batch, &(struct request_head){0}, &request);
    evaluator_judge(evaluator, wire_written(&request), &answer, &pulse);
    assert_true(batch_read(&bench->batch, wire_written(&answer), bench->rules, &next));
    assert_int_equal(next.record, CURSOR_NONE);
    evaluator_free(evaluator);
    return &bench->batch.list[0].verdict;
}

/* "0=[1] value V dedup D": the roles of each match, and what else it has for memory. */
static const char *say(struct bench *bench, const char *members) {
    const struct verdict *verdict = judge(bench, members);
    buf_reset(&bench->said);
    buf_add_text(&bench->said, "");
    for (size_t i = 0; i < verdict->match_count; i++) {
        const struct match *match = &verdict->matches[i];
        assert_ptr_equal(match->manifest->id.at, match->rule.at);
        for (size_t k = 0; k < match->role_count; k++)
            buf_add_format(
                &bench->said, "%u=%.*s ", match->roles[k].step, STR_ARG(match->roles[k].key));
        buf_add_format(
            &bench->said, "value %.*s dedup %.*s", STR_ARG(match->value), STR_ARG(match->dedup));
        if (match->body.errors.len)
            buf_add_format(&bench->said, " errors %.*s", STR_ARG(match->body.errors));
        if (match->unjudged) buf_add_text(&bench->said, " unjudged");
    }
    for (size_t i = 0; i < verdict->failure_count; i++)
        buf_add_format(&bench->said, " failure %.*s", STR_ARG(verdict->failures[i].reason));
    for (size_t i = 0; i < verdict->suppressed_count; i++)
        buf_add_format(&bench->said, "suppressed %u by %u", verdict->suppressed[i].rule,
            verdict->suppressed[i].exception);
    return buf_text(&bench->said);
}

static void check(const char *rules, const char *const rows[][2], size_t count) {
    struct bench bench;
    bench_init(&bench, rules);
    for (size_t i = 0; i < count; i++) {
        const char *said = say(&bench, rows[i][0]);
        if (strcmp(said, rows[i][1]) != 0)
            fail_msg("%s\n  is       %s\n  expected %s", rows[i][0], said, rows[i][1]);
    }
    bench_release(&bench);
}

#define CHECK(rules, rows) check(rules, rows, sizeof rows / sizeof *(rows))

static void a_rule_without_memory_has_no_role(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"A\"", "value  dedup A title"},
        {"\"eventName\":\"B\"", ""},
    };
    CHECK(HEAD("t.none") "when: {eventName: A}\n", rows);
}

static void a_threshold_counts_under_the_dedup_key(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"A\",\"u\":1", "0=u=1 value  dedup u=1"},
        {"\"eventName\":\"A\"", "0=u value  dedup u"},
    };
    CHECK(HEAD("t.threshold") "when: {eventName: A}\ndedup: {by: u}\n"
                              "threshold: {count: 5, within: 1h}\n",
        rows);
}

static void what_has_no_value_is_not_counted(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"A\",\"u\":{\"n\":\"a\"}", "0=A title value \"a\" dedup A title"},
        {"\"eventName\":\"A\",\"u\":{\"n\":[1,2]}", "0=A title value [1,2] dedup A title"},
        {"\"eventName\":\"A\",\"u\":{\"n\":\"\"}", "0=A title value \"\" dedup A title"},
        {"\"eventName\":\"A\",\"u\":{\"n\":null}", "value  dedup A title"},
        {"\"eventName\":\"A\",\"u\":5", "value  dedup A title"},
    };
    CHECK(HEAD("t.unique") "when: {eventName: A}\nthreshold: {count: 5, within: 1h, unique: u.n}\n",
        rows);
}

static void lua_may_give_the_value(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"A\",\"u\":\"x\"", "0=A title value \"x\" dedup A title"},
        {"\"eventName\":\"A\",\"u\":7", "0=A title value 7 dedup A title"},
        {"\"eventName\":\"A\",\"u\":true", "0=A title value true dedup A title"},
        {"\"eventName\":\"A\",\"u\":\"\"", "0=A title value \"\" dedup A title"},
        {"\"eventName\":\"A\"", "value  dedup A title"},
    };
    static const char rules[] = HEAD(
        "t.asked") "when: {eventName: A}\nthreshold: {count: 5, within: 1h, unique: true}\n"
                   "lua: |\n  function unique(e) return e.u end\n";
    CHECK(rules, rows);
    struct bench bench;
    bench_init(&bench, rules);
    const char *said = say(&bench, "\"eventName\":\"A\",\"u\":{}");
    assert_true(str_starts(str_of(said), STR("value  dedup A title errors [\"unique: ")));
    assert_non_null(strstr(said, "unique answered a table, expected a string"));
    bench_release(&bench);
}

static void what_is_new_is_known_by_all_its_values(void **state) {
    (void)state;
    static const char *const by_paths[][2] = {
        {"\"eventName\":\"A\",\"a\":1,\"b\":{\"c\":\"x\"}", "0=[1,\"x\"] value  dedup A title"},
        {"\"eventName\":\"A\",\"a\":\"1\",\"b\":{\"c\":\"x\"}",
            "0=[\"1\",\"x\"] value  dedup A title"},
        {"\"eventName\":\"A\",\"a\":1", "value  dedup A title"},
        {"\"eventName\":\"A\",\"a\":null,\"b\":{\"c\":\"x\"}", "value  dedup A title"},
    };
    static const char *const by_both[][2] = {
        {"\"eventName\":\"A\",\"a\":1,\"u\":\"x\"", "0=[1,\"x\"] value  dedup A title"},
        {"\"eventName\":\"A\",\"a\":1", "value  dedup A title"},
        {"\"eventName\":\"A\",\"u\":\"x\"", "value  dedup A title"},
    };
    static const char *const by_lua[][2] = {
        {"\"eventName\":\"A\",\"u\":\"x\"", "0=[\"x\"] value  dedup A title"},
        {"\"eventName\":\"A\"", "value  dedup A title"},
    };
    CHECK(
        HEAD("t.seen") "when: {eventName: A}\nfirst_seen: {by: [a, b.c], within: 1h}\n", by_paths);
    CHECK(HEAD("t.seen") "when: {eventName: A}\nfirst_seen: {by: a, within: 1h}\n"
                         "lua: |\n  function unique(e) return e.u end\n",
        by_both);
    CHECK(HEAD("t.seen") "when: {eventName: A}\nfirst_seen: {within: 1h}\n"
                         "lua: |\n  function unique(e) return e.u end\n",
        by_lua);
}

static void an_aggregate_takes_numbers_alone(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"A\",\"n\":9007199254740993",
            "0=A title value 9007199254740993 dedup A title"},
        {"\"eventName\":\"A\",\"n\":0.1", "0=A title value 0.10000000000000001 dedup A title"},
        {"\"eventName\":\"A\",\"n\":\"5\"", "value  dedup A title"},
        {"\"eventName\":\"A\",\"n\":1e999", "value  dedup A title"},
        {"\"eventName\":\"A\"", "value  dedup A title"},
    };
    CHECK(HEAD("t.sum") "when: {eventName: A}\naggregate: {sum: n, over: 5, within: 1h}\n", rows);
}

#define SEQUENCE "sequence:\n  by: [u]\n  within: 1h\n  steps:\n"

static void an_event_has_a_role_for_each_step_it_meets(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"A\",\"u\":1", "0=[1] value  dedup [1]"},
        {"\"eventName\":\"A\",\"u\":1,\"v\":2", "0=[1] 1=[2] value  dedup [1]"},
        {"\"eventName\":\"B\",\"u\":1", "2=[1] value  dedup [1]"},
        {"\"eventName\":\"A\"", "value  dedup A title"},
        {"\"eventName\":\"A\",\"v\":2", "1=[2] value  dedup [2]"},
        {"\"eventName\":\"C\",\"u\":1", ""},
    };
    CHECK(HEAD("t.steps") SEQUENCE "    - {name: a, when: {eventName: A}}\n"
                                   "    - {name: v, when: {eventName: A}, by: [v]}\n"
                                   "    - {name: b, when: {eventName: B}}\n",
        rows);
}

static void when_and_lua_hold_for_all_steps(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"A\",\"u\":1,\"good\":true,\"x\":1", "0=[1] value  dedup 1"},
        {"\"eventName\":\"A\",\"u\":1,\"good\":true", ""},
        {"\"eventName\":\"A\",\"u\":1,\"x\":1", ""},
        {"\"eventName\":\"C\",\"u\":1,\"good\":true,\"x\":1", ""},
    };
    CHECK(HEAD("t.steps") SEQUENCE "    - {name: a, when: {eventName: A}}\n"
                                   "    - {name: b, when: {eventName: B}}\n"
                                   "when: {x: 1}\n"
                                   "lua: |\n"
                                   "  function rule(e) return e.good end\n"
                                   "  function dedup(e) return e.u end\n",
        rows);
}

#define OTHER                                                                                      \
    "---\n" HEAD(                                                                                  \
        "t.other") "when: {eventName: B}\nenabled: false\n"                                        \
                   "threshold: {count: 9, within: 1h}\n"                                           \
                   "exceptions: [{when: {fine: true}, reason: r}]\n"                               \
                   "lua: |\n  function rule(e) if e.fails then error 'no' end return e.good end\n"

static void a_step_may_be_the_whole_of_another_rule(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"B\",\"u\":1,\"good\":true", "1=[1] value  dedup [1]"},
        {"\"eventName\":\"B\",\"u\":1", ""},
        {"\"eventName\":\"B\",\"u\":1,\"good\":true,\"fine\":true", ""},
        {"\"eventName\":\"A\",\"u\":1,\"good\":true", "0=[1] value  dedup [1]"},
        {"\"eventName\":\"C\",\"u\":1,\"good\":true", ""},
    };
    static const char rules[] = HEAD("t.steps") SEQUENCE
        "    - {name: a, when: {eventName: A}}\n    - {name: other, rule: t.other}\n" OTHER;
    CHECK(rules, rows);
    struct bench bench;
    bench_init(&bench, rules);
    assert_non_null(bench.rules->list[0].manifest->when);
    const char *said = say(&bench, "\"eventName\":\"B\",\"u\":1,\"fails\":true");
    assert_true(str_starts(str_of(said), STR(" failure ")));
    assert_non_null(strstr(said, ": no"));
    bench_release(&bench);
}

/* A step's rule without a `when` is asked about all events. */
/* The definition of `t.steps`, one step of which is a rule with this `when`. */
static void define(const char *when, char definition[HASH_HEX]) {
    char text[1024];
    struct bench bench;
    snprintf(text, sizeof text,
        HEAD("t.steps") "sequence: {by: [u], within: 1h, steps: [{name: a, rule: t.named},"
                        " {name: b, when: {eventName: B}}]}\n---\n" HEAD("t.named") "when: %s\n",
        when);
    bench_init(&bench, text);
    memcpy(definition, bench.rules->list[0].manifest->definition, HASH_HEX);
    bench_release(&bench);
}

static void a_step_defines_by_the_rule_it_names(void **state) {
    (void)state;
    char one[HASH_HEX], same[HASH_HEX], other[HASH_HEX];
    define("{eventName: A}", one);
    define("{eventName: A}", same);
    define("{eventName: C}", other);
    assert_string_equal(one, same);
    assert_string_not_equal(one, other);
}

static void a_step_without_a_pattern_is_asked_of_all(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"C\",\"u\":1,\"good\":true", "0=[1] value  dedup [1]"},
        {"\"eventName\":\"C\",\"u\":1", ""},
    };
    CHECK(HEAD("t.steps") SEQUENCE
        "    - {name: other, rule: t.other}\n    - {name: a, when: {eventName: A}}\n"
        "---\n" HEAD("t.other") "enabled: false\nlua: |\n  function rule(e) return e.good end\n",
        rows);
}

static void steps_that_name_no_fit_rule_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *id, *more, *finding;
    } rows[] = {
        {"t.othr", "---\n" HEAD("t.other") "when: {a: b}\n",
            "unknown rule 't.othr' (did you mean 't.other'?)"},
        {"t.steps", "", "rule 't.steps' has a sequence of its own: a step cannot stand for it"},
        {"t.other", "---\nid: t.other\ntitle: A\nseverity: low\nlog: aws.vpcflow\nwhen: {a: b}\n",
            "rule 't.other' reads 'aws.vpcflow', and this one 'aws.cloudtrail'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024];
        struct diags diags = {0};
        snprintf(text, sizeof text,
            HEAD("t.steps") SEQUENCE
            "    - {name: a, when: {eventName: A}}\n    - {name: b, rule: %s}\n%s",
            rows[i].id, rows[i].more);
        assert_null(load(text, &diags));
        assert_string_equal(diags.list[0].text, rows[i].finding);
        assert_int_equal(diags.list[0].place.line, 10);
        assert_int_equal(diags.list[0].place.column, 23);
        diags_release(&diags);
    }
}

static void a_value_that_nobody_can_give_is_refused(void **state) {
    (void)state;
    struct diags diags = {0};
    assert_null(load(HEAD("t.asked") "when: {eventName: A}\nfirst_seen: {within: 1h}\n"
                                     "lua: |\n  function title(e) return 'x' end\n",
        &diags));
    assert_int_equal(diags.errors, 1);
    assert_string_equal(diags.list[0].text, "no function 'unique' in the Lua of the rule");
    assert_int_equal(diags.list[0].place.line, 6);
    diags_release(&diags);
}

/* ---- exceptions ---- */

static void a_match_that_an_exception_holds_for_is_none(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"A\",\"u\":1", "suppressed 0 by 1"},
        {"\"eventName\":\"A\",\"u\":2", "suppressed 0 by 0"},
        {"\"eventName\":\"A\",\"u\":3", "value  dedup A title"},
        {"\"eventName\":\"B\",\"u\":1", ""},
        {"\"eventName\":\"A\",\"u\":4,\"eventTime\":\"2024-05-01T11:59:59Z\"", "suppressed 0 by 2"},
        {"\"eventName\":\"A\",\"u\":4,\"eventTime\":\"2024-05-01T12:00:00Z\"",
            "value  dedup A title"},
        {"\"eventName\":\"A\",\"u\":4", "value  dedup A title"},
    };
    CHECK(HEAD("t.rule") "when: {eventName: A}\n"
                         "exceptions:\n"
                         "  - {when: {u: [2]}, reason: r}\n"
                         "  - {when: {u: [1, 2]}, reason: r}\n"
                         "  - {when: {u: [4]}, reason: r, until: 2024-05-01T12:00:00Z}\n",
        rows);
}

static void an_exception_tells_the_time_of_the_event(void **state) {
    (void)state;
    struct bench bench;
    bench_init(&bench, HEAD("t.rule") "when: {eventName: A}\n"
                                      "exceptions: [{when: {u: [1]}, reason: r}]\n");
    const struct verdict *verdict = judge(&bench, "\"eventName\":\"A\",\"u\":1");
    assert_int_equal(verdict->suppressed[0].time_ms, CLOCK_UNKNOWN);
    verdict = judge(&bench, "\"eventName\":\"A\",\"u\":1,\"eventTime\":\"1970-01-01T00:00:01Z\"");
    assert_int_equal(verdict->suppressed[0].time_ms, 1000);
    assert_false(batch_is_quiet(&bench.batch)); /* where it hit goes into the store */
    bench_release(&bench);
}

static void lua_is_asked_before_exceptions(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"\"eventName\":\"A\",\"u\":1", ""},
        {"\"eventName\":\"A\",\"u\":1,\"good\":true", "suppressed 0 by 0"},
    };
    CHECK(HEAD("t.rule") "when: {eventName: A}\n"
                         "exceptions: [{when: {u: [1]}, reason: r}]\n"
                         "lua: |\n  function rule(e) return e.good end\n",
        rows);
}

static void an_exception_that_is_over_is_told(void **state) {
    (void)state;
    struct diags diags = {0};
    struct rules *rules = load(
        HEAD("t.rule") "when: {eventName: A}\nstatus: draft\nexceptions:\n"
                       "  - {when: {awsRegion: [r]}, reason: r, until: \"2024-05-01\"}\n",
        &diags);
    assert_non_null(rules);
    assert_int_equal(diags.errors, 0);
    assert_int_equal(diags.count, 1);
    assert_string_equal(diags.list[0].text, "exception no longer applies: until 2024-05-01");
    assert_int_equal(diags.list[0].place.line, 8);
    rules_free(rules);
    diags_release(&diags);
}

/* ---- periods, and what could not be judged ---- */

static void lua_may_give_the_period(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        int64_t period_ms;
        bool fails;
    } rows[] = {
        {"'15m'", 900000, false},
        {"'0'", 0, false},
        {"90", 90000, false},
        {"1.5", 1500, false},
        {"0", 0, false},
        {"'soon'", 60000, true},
        {"''", 60000, true},
        {"-1", 60000, true},
        {"0/0", 60000, true},
        {"1e300", 60000, true},
        {"nil", 60000, true},
        {"{}", 60000, true},
        {"error 'no'", 60000, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512];
        struct bench bench;
        snprintf(text, sizeof text,
            HEAD("t.rule") "when: {eventName: A}\ndedup: {period: 1m}\n"
                           "lua: |\n  function dedup_period(e) return %s end\n",
            rows[i].answer);
        bench_init(&bench, text);
        const struct match *match = judge(&bench, "\"eventName\":\"A\"")->matches;
        assert_true(match->period_ms == rows[i].period_ms);
        assert_int_equal(match->body.errors.len > 0, rows[i].fails);
        if (rows[i].fails) assert_true(str_starts(match->body.errors, STR("[\"dedup_period: ")));
        bench_release(&bench);
    }
}

static void what_cannot_be_judged_goes_past_memory(void **state) {
    (void)state;
    struct bench bench;
    bench_init(&bench, HEAD("t.rule") "when: {eventName: A}\non_error: alert\n"
                                      "threshold: {count: 5, within: 1h}\n"
                                      "lua: |\n  function rule(e) error 'no' end\n");
    judge(&bench, "\"eventName\":\"A\"");
    const struct verdict *verdict = &bench.batch.list[0].verdict;
    assert_int_equal(verdict->match_count, 1);
    assert_true(verdict->matches[0].unjudged);
    assert_int_equal(verdict->matches[0].role_count, 0);
    bench_release(&bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_without_memory_has_no_role),
        cmocka_unit_test(a_threshold_counts_under_the_dedup_key),
        cmocka_unit_test(what_has_no_value_is_not_counted),
        cmocka_unit_test(lua_may_give_the_value),
        cmocka_unit_test(what_is_new_is_known_by_all_its_values),
        cmocka_unit_test(an_aggregate_takes_numbers_alone),
        cmocka_unit_test(an_event_has_a_role_for_each_step_it_meets),
        cmocka_unit_test(when_and_lua_hold_for_all_steps),
        cmocka_unit_test(a_step_may_be_the_whole_of_another_rule),
        cmocka_unit_test(a_step_defines_by_the_rule_it_names),
        cmocka_unit_test(a_step_without_a_pattern_is_asked_of_all),
        cmocka_unit_test(steps_that_name_no_fit_rule_are_refused),
        cmocka_unit_test(a_value_that_nobody_can_give_is_refused),
        cmocka_unit_test(a_match_that_an_exception_holds_for_is_none),
        cmocka_unit_test(an_exception_tells_the_time_of_the_event),
        cmocka_unit_test(lua_is_asked_before_exceptions),
        cmocka_unit_test(an_exception_that_is_over_is_told),
        cmocka_unit_test(lua_may_give_the_period),
        cmocka_unit_test(what_cannot_be_judged_goes_past_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
