/* Events through rules to alerts, with a real store: dedup in event time, what a rule's functions
 * say, what happens when they fail, where alerts are routed. */
#include "check.h"

#include "base/clock.h"
#include "flow/commit.h"
#include "flow/judge.h"
#include "flow/route.h"

#include <stdio.h>
#include <stdlib.h>

/* One rule set and store, and the alerts that were told. */
struct bench {
    struct rules *rules;
    struct judge *judge;
    struct store *store;
    struct committer committer;
    struct buf told; /* one JSON object a line */
};

static bool tell(void *context, const struct alert *alert) {
    struct bench *bench = context;
    alert_print(&bench->told, alert);
    buf_add_char(&bench->told, '\n');
    return true;
}

static void write_rule(char *path, const char *more) {
    FILE *file = fdopen(mkstemps(path, 5), "w");
    fprintf(file,
        "id: t.rule\ntitle: A title\nseverity: high\nlog: aws.cloudtrail\n"
        "when: {eventName: Bad}\n%s\n",
        more);
    fclose(file);
}

static struct bench bench_new(const char *rule) {
    struct bench bench = {0};
    struct diags diags = {0};
    struct diag diag = {0};
    char path[] = "/tmp/tocsin-rule-XXXXXX.yaml";
    write_rule(path, rule);
    struct str list[] = {str_of(path)};
    bench.rules = rules_load(
        &(struct rules_options){.paths = &(struct schema_strings){.list = list, .count = 1}},
        &diags);
    if (!bench.rules) diags_print(&diags, stderr, false);
    assert_non_null(bench.rules);
    remove(path);
    diags_release(&diags);
    bench.judge = judge_here(bench.rules);
    bench.store = store_open("", STORE_TEMPORARY, &diag);
    assert_non_null(bench.store);
    static struct clock noon;
    noon = clock_fixed(clock_parse(STR("2024-05-01T12:00:00Z")));
    committer_init(&bench.committer, bench.store, &noon);
    committer_judges_by(&bench.committer, bench.rules);
    bench.committer.tell = tell;
    return bench;
}

static void bench_free(struct bench *bench) {
    committer_release(&bench->committer);
    judge_free(bench->judge);
    rules_free(bench->rules);
    store_close(bench->store);
    buf_release(&bench->told);
}

static void put_record(struct bench *bench, const char *text) {
    struct batch batch;
    struct diag diag = {0};
    struct record record = {.bytes = str_of(text), .line = 1, .index = 1};
    batch_init(&batch);
    batch_add(&batch, &record, "test", false);
    assert_true(judge_submit(bench->judge, &batch, &diag));
    assert_true(judge_wait(bench->judge, &batch, &diag));
    bench->committer.tell_context = bench;
    assert_true(committer_apply(&bench->committer, &batch, NULL, &diag));
    batch_release(&batch);
}

/* An event at `minute` past an hour of 2024-05-01; `more` is further members, or "". */
static void put(struct bench *bench, const char *id, int minute, const char *more) {
    char text[2048];
    snprintf(text, sizeof text,
        "{\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventName\":\"Bad\",\"eventID\":\"%s\","
        "\"eventTime\":\"2024-05-01T%02d:%02d:00Z\"%s%s}",
        id, minute / 60, minute % 60, *more ? "," : "", more);
    put_record(bench, text);
}

/* The alerts told until the end, parsed. */
static const struct json *finish(struct bench *bench, struct arena *arena) {
    struct diag diag = {0};
    assert_true(committer_finish(&bench->committer, &diag));
    struct buf list = {0};
    buf_add_char(&list, '[');
    buf_add_str(&list, buf_str(&bench->told));
    for (char *at = list.at; (at = strchr(at, '\n'));) *at = at[1] ? ',' : ' ';
    buf_add_char(&list, ']');
    unsigned notes = 0;
    const struct json *alerts = json_parse(arena, buf_str(&list), &notes, &diag);
    assert_non_null(alerts);
    assert_false(notes & JSON_NOTE_DUPLICATE_KEY);
    buf_release(&list);
    return alerts;
}

static const char *text(const struct json *alert, const char *key) {
    return json_string(json_get_text(alert, key)).at;
}

static int64_t count(const struct json *alert) {
    return json_get_text(alert, "count")->integer;
}

static const struct json *of_rule(const struct json *alerts, const char *rule) {
    for (size_t i = 0; i < alerts->count; i++)
        if (str_is(json_string(json_get_text(&alerts->items[i], "rule")), rule))
            return &alerts->items[i];
    return NULL;
}

static void matches_within_the_period_count_on_one_alert(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench bench = bench_new("dedup: {period: 1h}");
    put(&bench, "a", 100, "");
    put(&bench, "b", 159, "");
    put(&bench, "c", 41, ""); /* earlier by less than the period */
    put(&bench, "d", 160, "");
    put(&bench, "e", 40, "");  /* earlier by the period */
    put(&bench, "b", 159, ""); /* delivered twice */
    const struct json *alerts = finish(&bench, &arena);
    assert_int_equal(alerts->count, 3);
    int64_t total = 0;
    for (size_t i = 0; i < alerts->count; i++) total += count(&alerts->items[i]);
    assert_int_equal(total, 5);
    bench_free(&bench);
    arena_release(&arena);
}

static void an_alert_is_told_once_all_that_counts_on_it_has_come(void **state) {
    (void)state;
    struct bench bench = bench_new("dedup: {period: 10m}");
    put(&bench, "a", 0, "");
    put(&bench, "c", 69, "");
    put(&bench, "b", 9, ""); /* as late as it may be */
    put(&bench, "d", 79, "");
    assert_int_equal(bench.told.len, 0);
    put(&bench, "e", 80, "");
    assert_non_null(strstr(buf_text(&bench.told), "\"count\":2"));
    assert_non_null(strstr(buf_text(&bench.told), "\"event_ids\":[\"a\",\"b\"]"));
    bench_free(&bench);
}

static void an_absent_path_is_a_key_of_its_own(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench bench = bench_new("dedup: {by: [who, requestParameters.name]}");
    put(&bench, "a", 1, "\"who\":\"x\"");
    put(&bench, "b", 2, "\"who\":\"x\",\"requestParameters\":{}");
    put(&bench, "c", 3, "\"who\":\"x\",\"requestParameters\":{\"name\":null}");
    put(&bench, "d", 4, "\"who\":\"x\",\"requestParameters\":{\"name\":\"\"}");
    put(&bench, "e", 5, "\"who\":\"x\\\"\",\"requestParameters\":null");
    const struct json *alerts = finish(&bench, &arena);
    assert_int_equal(alerts->count, 4);
    assert_int_equal(count(&alerts->items[0]), 2);
    assert_string_equal(text(&alerts->items[0], "dedup"), "who=\"x\", requestParameters.name");
    assert_string_equal(text(&alerts->items[1], "dedup"), "who=\"x\", requestParameters.name=null");
    bench_free(&bench);
    arena_release(&arena);
}

static void with_period_0_every_event_is_an_alert(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench bench = bench_new("dedup: {period: 0}");
    put(&bench, "a", 1, "");
    put(&bench, "b", 1, "");
    put(&bench, "a", 1, "");
    const struct json *alerts = finish(&bench, &arena);
    assert_int_equal(alerts->count, 2);
    assert_string_not_equal(text(&alerts->items[0], "id"), text(&alerts->items[1], "id"));
    bench_free(&bench);
    arena_release(&arena);
}

static void an_event_without_a_time_is_not_swallowed(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench bench = bench_new("");
    put(&bench, "a", 1, "");
    put_record(&bench, "{\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventName\":\"Bad\","
                       "\"eventID\":\"b\",\"eventTime\":\"yesterday\"}");
    const struct json *alerts = finish(&bench, &arena);
    assert_int_equal(alerts->count, 2);
    bench_free(&bench);
    arena_release(&arena);
}

static void functions_of_the_rule_describe_the_alert(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench bench = bench_new(
        "description: from the manifest\n"
        "context: [who, absent]\n"
        "lua: |\n"
        "  function title(e) return 'T ' .. e.who end\n"
        "  function severity(e) return 'CRITICAL' end\n"
        "  function dedup(e) return e.who end\n"
        "  function runbook(e) return 'call ' .. e.who end\n"
        "  function reference(e) return 'https://example.com/' .. e.who end\n"
        "  function destinations(e) return {'soc', 'pager'} end\n"
        "  function alert_context(e) return {who = 'from Lua', n = 1} end");
    put(&bench, "a", 1, "\"who\":\"root\"");
    const struct json *alert = &finish(&bench, &arena)->items[0];
    assert_string_equal(text(alert, "title"), "T root");
    assert_string_equal(text(alert, "severity"), "critical");
    assert_string_equal(text(alert, "dedup"), "root");
    assert_string_equal(text(alert, "description"), "from the manifest");
    assert_string_equal(text(alert, "runbook"), "call root");
    struct buf rest = {0};
    json_print(&rest, json_get_text(alert, "references"));
    json_print(&rest, json_get_text(alert, "destinations"));
    json_print(&rest, json_get_text(alert, "context"));
    json_print(&rest, json_get_text(alert, "errors"));
    assert_string_equal(buf_text(&rest),
        "[\"https://example.com/root\"][\"soc\",\"pager\"]{\"n\":1,\"who\":\"from Lua\"}[]");
    buf_release(&rest);
    bench_free(&bench);
    arena_release(&arena);
}

static void put_nested(struct bench *bench, const char *id, size_t depth) {
    struct buf more = {0};
    buf_add_text(&more, "\"deep\":\"");
    for (size_t i = 0; i < depth; i++) buf_add_char(&more, '[');
    for (size_t i = 0; i < depth; i++) buf_add_char(&more, ']');
    buf_add_char(&more, '"');
    put(bench, id, 1, buf_text(&more));
    buf_release(&more);
}

/* An alert that nobody can parse would be sent nowhere. */
static void what_a_rule_decodes_fits_into_its_alert(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench bench = bench_new(
        "dedup: {period: 0}\n"
        "lua: |\n"
        "  function alert_context(e) return {it = json.decode(e.deep) or 'too deep'} end");
    put_nested(&bench, "a", RECORD_DEPTH - 1);
    put_nested(&bench, "b", RECORD_DEPTH);
    put_nested(&bench, "c", RECORD_DEPTH + 1);
    const struct json *alerts = finish(&bench, &arena);
    assert_int_equal(alerts->count, 3);
    assert_int_equal(json_get_text(&alerts->items[0], "errors")->count, 0);
    assert_int_equal(json_path(&alerts->items[0], STR("context.it"))->type, JSON_ARRAY);
    const struct json *errors = json_get_text(&alerts->items[1], "errors");
    assert_string_equal(
        errors->items[0].string.at, "alert_context: nested deeper than 500 at byte 506");
    assert_true(str_is(json_string(json_path(&alerts->items[2], STR("context.it"))), "too deep"));
    bench_free(&bench);
    arena_release(&arena);
}

static void a_context_has_a_bound(void **state) {
    (void)state;
    enum { LONG = 1200000 };
    struct arena arena = {0};
    struct buf record = {0};
    struct bench bench = bench_new("context: [a, a.b, n, n]");
    buf_add_text(&record, "{\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventName\":\"Bad\","
                          "\"n\":7,\"a\":{\"b\":\"");
    for (size_t i = 0; i < LONG; i++) buf_add_char(&record, 'x');
    buf_add_text(&record, "\"}}");
    put_record(&bench, buf_text(&record));
    const struct json *alert = &finish(&bench, &arena)->items[0];
    assert_int_equal(json_path(alert, STR("context.a.b"))->string.len, LONG);
    assert_int_equal(json_path(alert, STR("context.n"))->integer, 7);
    assert_int_equal(json_get_text(alert, "context")->count, 2);
    const struct json *errors = json_get_text(alert, "errors");
    assert_string_equal(errors->items[0].string.at, "context: no room for 'a.b'");
    buf_release(&record);
    bench_free(&bench);
    arena_release(&arena);
}

static void what_is_odd_about_an_event_is_in_its_alert(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench bench = bench_new("lua: |\n"
                                   "  function rule(e) return #event_notes(e) > 0 end\n"
                                   "  function title(e) return event_notes(e)[1].path end\n"
                                   "  function runbook(e) return event_notes(e.who) end");
    put(&bench, "a", 1, "\"who\":\"x\"");
    put(&bench, "b", 2, "\"who\":\"x\",\"why\":{\"a\":1,\"a\":2}");
    const struct json *alerts = finish(&bench, &arena);
    assert_int_equal(alerts->count, 1);
    assert_string_equal(text(&alerts->items[0], "title"), "why.a");
    assert_int_equal(json_get_text(&alerts->items[0], "errors")->count, 1);
    struct buf notes = {0};
    json_print(&notes, json_get_text(&alerts->items[0], "notes"));
    assert_string_equal(buf_text(&notes), "[{\"note\":\"duplicate-key\",\"path\":\"why.a\"}]");
    buf_release(&notes);
    bench_free(&bench);
    arena_release(&arena);
}

static void a_function_that_fails_leaves_the_manifests_value(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench bench = bench_new("lua: |\n"
                                   "  function title(e) return e.absent .. 'x' end\n"
                                   "  function severity(e) return 'urgent' end\n"
                                   "  function dedup(e) return {} end");
    put(&bench, "a", 1, "");
    const struct json *alert = &finish(&bench, &arena)->items[0];
    assert_string_equal(text(alert, "title"), "A title");
    assert_string_equal(text(alert, "severity"), "high");
    assert_string_equal(text(alert, "dedup"), "A title");
    assert_int_equal(json_get_text(alert, "errors")->count, 3);
    bench_free(&bench);
    arena_release(&arena);
}

static void a_rule_that_fails_is_counted_and_disturbs_nobody(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench bench = bench_new(
        "lua: |\n"
        "  function rule(e) return e.n > 1 end\n"
        "---\nid: t.other\ntitle: Other\nseverity: low\nlog: aws.cloudtrail\nwhen: {n: [2, null]}");
    put(&bench, "a", 1, "\"n\":null");
    put(&bench, "b", 2, "\"n\":2");
    const struct json *alerts = finish(&bench, &arena);
    assert_int_equal(bench.committer.tally.failures, 1);
    assert_int_equal(alerts->count, 3);
    const struct json *other = of_rule(alerts, "t.other");
    assert_int_equal(count(other), 2);
    assert_non_null(of_rule(alerts, "t.rule"));
    assert_non_null(of_rule(alerts, "tocsin.rule.failing"));
    bench_free(&bench);
    arena_release(&arena);
}

/* ---- routes ---- */

static void route(const char *yaml, const char *alert_destinations, const char *expected) {
    struct arena arena = {0};
    struct config config;
    struct diags diags = {0};
    char path[] = "/tmp/tocsin-config-XXXXXX.yaml";
    FILE *file = fdopen(mkstemps(path, 5), "w");
    fprintf(file,
        "destinations:\n  a: {type: webhook, url: http://x}\n  b: {type: webhook, url: http://x}\n"
        "  c: {type: webhook, url: http://x}\n%s",
        yaml);
    fclose(file);
    if (!config_load(&config, &arena, path, &diags)) diags_print(&diags, stderr, false);
    remove(path);
    struct alert alert = {.rule = STR("r"), .severity = STR("high"), .log = STR("aws.cloudtrail")};
    alert.event_ids = STR("[]");
    struct alert_body body = {.destinations = str_of(alert_destinations)};
    alert.body = alert_print_body(&arena, &body);
    struct route_targets targets = route_alert(&config, &alert, &arena);
    struct buf got = {0};
    for (size_t i = 0; i < targets.count; i++) {
        buf_add_str(&got, targets.list[i].destination);
        if (targets.list[i].updates_ms)
            buf_add_format(&got, "%lld", (long long)targets.list[i].updates_ms / 60000);
    }
    assert_string_equal(buf_text(&got), expected);
    buf_release(&got);
    config_release(&config);
    diags_release(&diags);
    arena_release(&arena);
}

static void the_first_route_that_matches_decides(void **state) {
    (void)state;
    route("", "[]", "abc");
    route("routes: [{when: {severity: high}, to: a}, {to: b}]", "[]", "a");
    route("routes: [{when: {severity: low}, to: a}, {to: b}]", "[]", "b");
    route("routes: [{when: {severity: high}, to: a, continue: true}, {to: [b, a]}]", "[]", "ab");
    route("routes: [{when: {severity: low}, to: a}]", "[]", "");
    route("routes: [{to: b}]", "[\"c\",\"a\"]", "ca");
    route("routes: [{to: b}]", "[\"gone\"]", "b");
}

static void routes_say_who_hears_of_further_matches(void **state) {
    (void)state;
    route("routes: [{to: [a, b], updates: 15m}]", "[]", "a15b15");
    route(
        "routes: [{to: a, updates: 15m, continue: true}, {to: [b, a], updates: 5m}]", "[]", "a5b5");
    route("routes: [{to: a, updates: 15m, continue: true}, {to: [b, a]}]", "[]", "a15b");
    route("routes: [{to: [b], updates: 15m}]", "[\"b\"]", "b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_within_the_period_count_on_one_alert),
        cmocka_unit_test(an_alert_is_told_once_all_that_counts_on_it_has_come),
        cmocka_unit_test(an_absent_path_is_a_key_of_its_own),
        cmocka_unit_test(with_period_0_every_event_is_an_alert),
        cmocka_unit_test(an_event_without_a_time_is_not_swallowed),
        cmocka_unit_test(functions_of_the_rule_describe_the_alert),
        cmocka_unit_test(what_a_rule_decodes_fits_into_its_alert),
        cmocka_unit_test(a_context_has_a_bound),
        cmocka_unit_test(what_is_odd_about_an_event_is_in_its_alert),
        cmocka_unit_test(a_function_that_fails_leaves_the_manifests_value),
        cmocka_unit_test(a_rule_that_fails_is_counted_and_disturbs_nobody),
        cmocka_unit_test(the_first_route_that_matches_decides),
        cmocka_unit_test(routes_say_who_hears_of_further_matches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
