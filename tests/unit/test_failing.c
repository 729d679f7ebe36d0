/* What comes of events that a rule could not judge: the engine's own alerts, suspension, and the
 * rule's own alert where the manifest asks for it; by event time and by the wall. */
#include "check.h"

#include "base/clock.h"
#include "flow/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The rules that fail, and one beside them. */
static const char rules_text[] = "id: t.rule\n"
                                 "title: A title\n"
                                 "severity: low\n"
                                 "log: aws.cloudtrail\n"
                                 "limits: {steps: 100000}\n" /* ends it before the time does */
                                 "lua: |\n"
                                 "  function rule(e)\n"
                                 "    while e.eventName == 'Loop' do end\n"
                                 "    if e.eventName == 'Raise' then error('raised') end\n"
                                 "    return e.eventName == 'Hit'\n"
                                 "  end\n"
                                 "---\n"
                                 "id: t.beside\n"
                                 "title: Beside\n"
                                 "severity: low\n"
                                 "log: aws.cloudtrail\n"
                                 "when: {eventName: [Loop, Raise]}\n"
                                 "dedup: {period: 0}\n";

struct bench {
    struct rules *rules;
    struct judge *judge;
    struct store *store;
    struct clock clock;
    struct pipeline pipeline;
    char dir[32];
    struct buf input, told; /* told: one JSON object a line */
};

static bool tell(void *context, const struct alert *alert) {
    struct bench *bench = context;
    alert_print(&bench->told, alert);
    buf_add_char(&bench->told, '\n');
    return true;
}

static void write_file(const char *path, struct str text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text.at, 1, text.len, file), text.len);
    assert_int_equal(fclose(file), 0);
}

static struct rules *load_rules(const char *text) {
    struct diags diags = {0};
    const char *path = "rules.yaml";
    write_file(path, str_of(text));
    struct str list[] = {str_of(path)};
    struct rules *rules = rules_load(
        &(struct rules_options){.paths = &(struct schema_strings){.list = list, .count = 1}},
        &diags);
    if (!rules) diags_print(&diags, stderr, false);
    assert_non_null(rules);
    diags_release(&diags);
    remove(path);
    return rules;
}

/* In event time, as `replay`, or by the clock, as `run`. */
static struct bench *bench_new(const char *rules, bool event_time) {
    struct bench *bench = calloc(1, sizeof *bench);
    struct diag diag = {0};
    snprintf(bench->dir, sizeof bench->dir, "/tmp/tocsin-test-XXXXXX");
    assert_non_null(mkdtemp(bench->dir));
    assert_int_equal(chdir(bench->dir), 0); /* so that messages name the same files each time */
    bench->rules = load_rules(rules);
    bench->judge = judge_here(bench->rules);
    bench->store = store_open("", STORE_TEMPORARY, &diag);
    bench->clock = clock_fixed(clock_parse(STR("2030-01-01T00:00:00Z")));
    pipeline_init(&bench->pipeline, bench->rules, bench->judge, bench->store, &bench->clock);
    if (event_time) bench->pipeline.committer.tell = tell;
    bench->pipeline.committer.tell_context = bench;
    return bench;
}

static void bench_free(struct bench *bench) {
    pipeline_release(&bench->pipeline);
    judge_free(bench->judge);
    rules_free(bench->rules);
    store_close(bench->store);
    buf_release(&bench->input);
    buf_release(&bench->told);
    rmdir(bench->dir);
    free(bench);
}

/* `count` events of that name, a second apart, from `second` of 2024-05-01 on. */
static void add(struct bench *bench, const char *name, int second, int count) {
    for (int i = second; i < second + count; i++)
        buf_add_format(&bench->input,
            "{\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventName\":\"%s\",\"eventID\":\"%s-%d\","
            "\"eventTime\":\"2024-05-01T%02d:%02d:%02dZ\"}\n",
            name, name, i, i / 3600, i / 60 % 60, i % 60);
}

/* Puts what was added through the pipeline, as one input. */
static void flow(struct bench *bench) {
    struct diag diag = {0};
    char path[64];
    snprintf(path, sizeof path, "%s/in.ndjson", bench->dir);
    write_file(path, buf_str(&bench->input));
    buf_reset(&bench->input);
    struct records *records = records_new(
        source_open(path, &diag), bench->rules->types.wrappers, (struct record_position){0});
    assert_int_equal(
        pipeline_drain(&bench->pipeline, records, "in.ndjson", NULL, &diag), PIPELINE_END);
    records_free(records);
    remove(path);
}

static const struct tally *tally(const struct bench *bench) {
    return &bench->pipeline.committer.tally;
}

/* ---- what was told ---- */

struct filter {
    const char *rule;
    struct buf *lines;
};

static bool note(void *context, const struct alert *alert) {
    struct filter *filter = context;
    if (!str_is(alert->rule, filter->rule)) return true;
    char time[CLOCK_TEXT];
    clock_format(alert->time_ms, time);
    buf_add_format(
        filter->lines, "%s %.*s x%d\n", time + 11, STR_ARG(alert->title), (int)alert->count);
    return true;
}

/* "HH:MM:SSZ TITLE xCOUNT" of each alert of the rule in the store. */
static void check_alerts(struct bench *bench, const char *rule, const char *expected) {
    struct buf lines = {0};
    struct diag diag = {0};
    struct filter filter = {rule, &lines};
    struct store_alert_filter all = {.since_ms = CLOCK_UNKNOWN};
    assert_true(store_alerts_list(bench->store, &all, note, &filter, &diag));
    assert_string_equal(buf_text(&lines), expected);
    buf_release(&lines);
}

/* The n-th alert that was told, parsed. */
static const struct json *told(struct bench *bench, struct arena *arena, int n) {
    struct diag diag = {0};
    assert_true(committer_finish(&bench->pipeline.committer, &diag));
    const char *at = buf_text(&bench->told);
    for (; n > 0; n--) at = strchr(at, '\n') + 1;
    const struct json *alert = json_parse(arena, (struct str){at, strcspn(at, "\n")}, NULL, &diag);
    assert_non_null(alert);
    return alert;
}

static void check_member(const struct json *alert, const char *key, const char *expected) {
    struct buf text = {0};
    json_print(&text, json_get_text(alert, key));
    assert_string_equal(buf_text(&text), expected);
    buf_release(&text);
}

/* ---- tocsin.rule.failing ---- */

static void a_failure_is_an_alert_of_the_engine(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench *bench = bench_new(rules_text, true);
    add(bench, "Raise", 0, 1);
    flow(bench);
    assert_int_equal(tally(bench)->matches, 1); /* of the rule beside */
    assert_int_equal(tally(bench)->alerts, 2);
    assert_int_equal(tally(bench)->failed_by[FAILURE_ERROR], 1);
    const struct json *alert = told(bench, &arena, 1);
    check_member(alert, "rule", "\"tocsin.rule.failing\"");
    check_member(alert, "severity", "\"high\"");
    check_member(alert, "log", "\"tocsin.engine\"");
    check_member(alert, "title", "\"Rule 't.rule' could not judge an event (error)\"");
    check_member(alert, "dedup", "\"t.rule\"");
    check_member(alert, "time", "\"2024-05-01T00:00:00Z\"");
    check_member(alert, "event_ids", "[\"Raise-0\"]");
    check_member(alert, "rules_version", arena_format(&arena, "\"%s\"", bench->rules->version));
    const struct json *context = json_get_text(alert, "context");
    check_member(context, "rule", "\"t.rule\"");
    check_member(context, "kind", "\"error\"");
    check_member(context, "event_id", "\"Raise-0\"");
    assert_non_null(strstr(json_string(json_get_text(context, "reason")).at, ":9: raised"));
    check_member(json_get_text(alert, "event"), "eventID", "\"Raise-0\"");
    bench_free(bench);
    arena_release(&arena);
}

static void it_is_told_once_an_hour_of_the_events(void **state) {
    (void)state;
    struct bench *bench = bench_new(rules_text, true);
    add(bench, "Raise", 0, 5);
    add(bench, "Raise", 3599, 1);
    add(bench, "Raise", 3600, 2);
    flow(bench);
    check_alerts(bench, "tocsin.rule.failing",
        "00:00:00Z Rule 't.rule' could not judge an event (error) x6\n"
        "01:00:00Z Rule 't.rule' could not judge an event (error) x2\n");
    bench_free(bench);
}

static void or_once_an_hour_by_the_wall(void **state) {
    (void)state;
    struct bench *bench = bench_new(rules_text, false);
    add(bench, "Raise", 0, 1);
    add(bench, "Raise", 7200, 1);
    flow(bench);
    bench->clock.at_ms += 3600000;
    add(bench, "Raise", 7201, 1);
    flow(bench);
    check_alerts(bench, "tocsin.rule.failing",
        "00:00:00Z Rule 't.rule' could not judge an event (error) x2\n"
        "01:00:00Z Rule 't.rule' could not judge an event (error) x1\n");
    bench_free(bench);
}

static void events_without_a_time_are_told_at_the_time_of_those_before(void **state) {
    (void)state;
    struct bench *bench = bench_new(rules_text, true);
    add(bench, "Hit", 60, 1);
    for (int i = 0; i < 3; i++)
        buf_add_format(&bench->input,
            "{\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventName\":\"Raise\",\"eventID\":\"%d\"}\n",
            i);
    flow(bench);
    check_alerts(bench, "tocsin.rule.failing",
        "00:01:00Z Rule 't.rule' could not judge an event (error) x3\n");
    bench_free(bench);
}

/* ---- suspension ---- */

static void check_failed(const struct bench *bench, enum failure_kind kind, int expected) {
    assert_int_equal(tally(bench)->failed_by[kind], expected);
}

static int killed(const struct bench *bench) {
    return (int)tally(bench)->failed_by[FAILURE_CPU];
}

static void three_kills_in_a_row_suspend_a_rule(void **state) {
    (void)state;
    struct bench *bench = bench_new(rules_text, true);
    add(bench, "Loop", 0, 10);
    add(bench, "Hit", 10, 1);
    flow(bench);
    assert_int_equal(killed(bench), 3);
    check_failed(bench, FAILURE_SUSPENDED, 8);   /* what would have matched is not "no match" */
    assert_int_equal(tally(bench)->matches, 10); /* of the rule beside, which has no Lua */
    check_alerts(bench, "t.rule", "");
    struct arena arena = {0};
    const struct json *alert = told(bench, &arena, 11);
    check_member(alert, "rule", "\"tocsin.rule.suspended\"");
    check_member(alert, "dedup", "\"t.rule\"");
    check_member(alert, "time", "\"2024-05-01T00:00:02Z\"");
    check_member(json_get_text(alert, "context"), "until", "\"2024-05-01T00:01:02Z\"");
    check_member(json_get_text(alert, "context"), "event_id", "\"Loop-2\"");
    arena_release(&arena);
    bench_free(bench);
}

static void an_answer_or_an_error_in_between_does_not(void **state) {
    (void)state;
    struct bench *bench = bench_new(rules_text, true);
    add(bench, "Loop", 0, 2);
    add(bench, "Miss", 2, 1);
    add(bench, "Loop", 3, 2);
    add(bench, "Raise", 5, 1);
    add(bench, "Loop", 6, 2);
    flow(bench);
    add(bench, "Hit", 8, 1); /* in a batch of its own, and so are these */
    flow(bench);
    add(bench, "Loop", 9, 2);
    flow(bench);
    assert_int_equal(killed(bench), 8);
    check_failed(bench, FAILURE_SUSPENDED, 0);
    check_alerts(bench, "tocsin.rule.suspended", "");
    bench_free(bench);
}

static void kills_count_across_batches(void **state) {
    (void)state;
    struct bench *bench = bench_new(rules_text, true);
    for (int i = 0; i < 5; i++) {
        add(bench, "Loop", i, 1);
        flow(bench);
    }
    assert_int_equal(killed(bench), 3);
    check_failed(bench, FAILURE_SUSPENDED, 2);
    bench_free(bench);
}

/* One event of a time of its own: puts it through and says what was counted. */
static void try(struct bench *bench, const char *name, int second, int kills, int suspended) {
    add(bench, "Other", second,
        1); /* moves the time on; commits before the batch that is looked at */
    flow(bench);
    add(bench, name, second, 2);
    flow(bench);
    assert_int_equal(killed(bench), kills);
    check_failed(bench, FAILURE_SUSPENDED, suspended);
}

static const char selective[] = "id: t.rule\n"
                                "title: A title\n"
                                "severity: low\n"
                                "log: aws.cloudtrail\n"
                                "when: {eventName: [Loop, Hit]}\n"
                                "limits: {steps: 100000}\n"
                                "lua: |\n"
                                "  function rule(e)\n"
                                "    while e.eventName == 'Loop' do end\n"
                                "    return true\n"
                                "  end\n"
                                "---\n"
                                "id: t.clock\n"
                                "title: An event of which there is something to tell\n"
                                "severity: low\n"
                                "log: aws.cloudtrail\n"
                                "when: {eventName: Other}\n";

static void it_is_tried_on_one_event_and_a_kill_doubles(void **state) {
    (void)state;
    struct bench *bench = bench_new(selective, true);
    add(bench, "Loop", 0, 3);
    flow(bench); /* until 0:01:02 */
    try(bench, "Loop", 60, 3, 2);
    try(bench, "Loop", 62, 4, 3); /* one is tried; until 0:03:02 */
    try(bench, "Loop", 181, 4, 5);
    try(bench, "Loop", 182, 5, 6); /* until 0:07:02 */
    try(bench, "Hit", 421, 5, 8);
    try(bench, "Hit", 422, 5, 8);  /* answers: both are judged */
    try(bench, "Loop", 423, 7, 8); /* in good standing again */
    check_alerts(bench, "t.rule", "00:07:02Z A title x2\n");
    check_alerts(bench, "tocsin.rule.suspended",
        "00:00:02Z Rule 't.rule' is suspended: it was stopped 3 times in a row (cpu) x3\n");
    bench_free(bench);
}

static void by_the_wall_in_run(void **state) {
    (void)state;
    struct bench *bench = bench_new(selective, false);
    add(bench, "Loop", 0, 3);
    flow(bench);
    try(bench, "Loop", 7200, 3, 2); /* the time in the events is of no account */
    bench->clock.at_ms += 60000;
    try(bench, "Loop", 7210, 4, 3);
    bench->clock.at_ms += 119999;
    try(bench, "Hit", 7220, 4, 5);
    bench->clock.at_ms += 1;
    try(bench, "Hit", 7230, 4, 5);
    bench_free(bench);
}

/* Everything that `replay` tells of a mixed bag of events. */
static void replay(struct buf *to) {
    struct diag diag = {0};
    struct bench *bench = bench_new(rules_text, true);
    for (int second = 0; second < 7200; second += 72) {
        add(bench, "Loop", second, 1);
        add(bench, "Hit", second + 1, second % 5 ? 0 : 1);
        add(bench, "Miss", second + 2, 20);
    }
    for (int i = 0; i < 40; i++) add(bench, "Loop", 7200 + i * 60, 1);
    add(bench, "Hit", 7200 + 2400, 40);
    flow(bench);
    assert_true(committer_finish(&bench->pipeline.committer, &diag));
    assert_true(tally(bench)->failed_by[FAILURE_SUSPENDED] > 0);
    buf_add_str(to, buf_str(&bench->told));
    tally_print(to, tally(bench));
    bench_free(bench);
}

static void the_same_events_give_the_same_bytes(void **state) {
    (void)state;
    struct buf first = {0}, second = {0};
    replay(&first);
    replay(&second);
    assert_string_equal(buf_text(&first), buf_text(&second));
    buf_release(&first);
    buf_release(&second);
}

/* A commit that fails is tried again: what it noted must not count twice. */
static void a_commit_that_fails_notes_nothing(void **state) {
    (void)state;
    struct diag diag = {0};
    struct bench *bench = bench_new(selective, true);
    struct batch batch;
    struct record record = {
        .bytes = STR("{\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventName\":"
                     "\"Loop\",\"eventID\":\"e\"}")};
    batch_init(&batch);
    batch_add(&batch, &record, "test", false);
    batch_add(&batch, &record, "test", false);
    assert_true(judge_submit(bench->judge, &batch, &diag));
    assert_true(store_begin(bench->store, &diag)); /* in the way of another */
    assert_false(committer_apply(&bench->pipeline.committer, &batch, NULL, &diag));
    store_rollback(bench->store);
    assert_true(committer_apply(&bench->pipeline.committer, &batch, NULL, &diag));
    assert_int_equal(bench->pipeline.committer.suspensions.list[0].kills, 2);
    batch_release(&batch);
    bench_free(bench);
}

/* ---- on_error: alert ---- */

static const char unjudged[] = "id: t.rule\n"
                               "title: A title\n"
                               "severity: critical\n"
                               "log: aws.cloudtrail\n"
                               "limits: {steps: 100000}\n"
                               "on_error: alert\n"
                               "tags: [x]\n"
                               "runbook: R\n"
                               "context: [eventSource]\n"
                               "dedup: {by: [eventSource]}\n"
                               "lua: |\n"
                               "  function rule(e)\n"
                               "    while e.eventName == 'Loop' do end\n"
                               "    return true\n"
                               "  end\n"
                               "  function title(e) return 'from Lua' end\n";

static void a_rule_may_alert_of_what_it_could_not_judge(void **state) {
    (void)state;
    struct arena arena = {0};
    struct bench *bench = bench_new(unjudged, true);
    add(bench, "Loop", 0, 5); /* two of them while it is suspended */
    flow(bench);
    check_alerts(bench, "t.rule", "00:00:00Z Not judged: A title x5\n");
    const struct json *alert = told(bench, &arena, 2);
    check_member(alert, "rule", "\"t.rule\"");
    check_member(alert, "severity", "\"critical\"");
    check_member(alert, "tags", "[\"x\",\"unjudged\"]");
    check_member(alert, "runbook", "\"R\"");
    check_member(alert, "context", "{\"eventSource\":\"s\"}");
    check_member(alert, "dedup", "\"not judged: eventSource=\\\"s\\\"\"");
    check_member(alert, "errors", "[\"rule: rules.yaml:13: took too many steps\"]");
    check_failed(bench, FAILURE_CPU, 3);
    check_alerts(bench, "tocsin.rule.failing",
        "00:00:00Z Rule 't.rule' could not judge an event (cpu) x5\n");
    bench_free(bench);
    arena_release(&arena);
}

static void it_does_not_hide_a_match(void **state) {
    (void)state;
    struct bench *bench = bench_new(unjudged, true);
    add(bench, "Loop", 0, 1);
    add(bench, "Hit", 1, 1);
    flow(bench);
    check_alerts(bench, "t.rule", "00:00:00Z Not judged: A title x1\n00:00:01Z from Lua x1\n");
    bench_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_an_alert_of_the_engine),
        cmocka_unit_test(it_is_told_once_an_hour_of_the_events),
        cmocka_unit_test(or_once_an_hour_by_the_wall),
        cmocka_unit_test(events_without_a_time_are_told_at_the_time_of_those_before),
        cmocka_unit_test(three_kills_in_a_row_suspend_a_rule),
        cmocka_unit_test(an_answer_or_an_error_in_between_does_not),
        cmocka_unit_test(kills_count_across_batches),
        cmocka_unit_test(it_is_tried_on_one_event_and_a_kill_doubles),
        cmocka_unit_test(by_the_wall_in_run),
        cmocka_unit_test(the_same_events_give_the_same_bytes),
        cmocka_unit_test(a_commit_that_fails_notes_nothing),
        cmocka_unit_test(a_rule_may_alert_of_what_it_could_not_judge),
        cmocka_unit_test(it_does_not_hide_a_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
