/* Rules of rules: what rules raise is judged by the rules that read alerts, once, whatever ends a
 * process in between, and what these raise is judged by nobody. */
#include "store_help.h"

#include "base/clock.h"
#include "flow/feed.h"
#include "flow/pipeline.h"

#define RULE(id, log) "id: " id "\ntitle: A title\nseverity: low\nlog: " log "\n"

static const char primary[] = RULE("t.primary", "aws.cloudtrail") "when: {eventName: Hit}\n"
                                                                  "dedup: {period: 0}\n";

static const char reader[] = "---\n" RULE("t.reader", "tocsin.alert") "when: {rule: ["
                                                                      "{prefix: t}]}\n"
                                                                      "dedup: {period: 0}\n";

struct bench {
    struct rules *rules;
    struct judge *judge;
    struct store *store;
    struct clock clock;
    struct pipeline pipeline;
    struct buf told; /* "RULE HH:MM:SS xCOUNT" of each alert, a line each */
};

static bool tell(void *context, const struct alert *alert) {
    struct bench *bench = context;
    char time[CLOCK_TEXT];
    clock_format(alert->time_ms, time);
    buf_add_format(
        &bench->told, "%.*s %.8s x%d\n", STR_ARG(alert->rule), time + 11, (int)alert->count);
    return true;
}

static struct rules *load_rules(const char *first, const char *more) {
    struct diags diags = {0};
    char path[128];
    snprintf(path, sizeof path, "%s/rules.yaml", store_dir);
    FILE *file = fopen(path, "w");
    fprintf(file, "%s%s", first, more);
    fclose(file);
    struct str list[] = {str_of(path)};
    struct rules *rules = rules_load(
        &(struct rules_options){.paths = &(struct schema_strings){.list = list, .count = 1}},
        &diags);
    if (!rules) diags_print(&diags, stderr, false);
    assert_non_null(rules);
    diags_release(&diags);
    return rules;
}

/* In event time, as `replay`; on the store that is left by the bench before. */
static struct bench *bench_new(const char *first, const char *more) {
    struct bench *bench = calloc(1, sizeof *bench);
    bench->rules = load_rules(first, more);
    bench->judge = judge_here(bench->rules);
    bench->store = must_open(STORE_EXCLUSIVE);
    bench->clock = clock_fixed(clock_parse(STR("2030-01-01T00:00:00Z")));
    pipeline_init(&bench->pipeline, bench->rules, bench->judge, bench->store, &bench->clock);
    bench->pipeline.committer.tell = tell;
    bench->pipeline.committer.tell_context = bench;
    return bench;
}

static void bench_free(struct bench *bench) {
    pipeline_release(&bench->pipeline);
    judge_free(bench->judge);
    rules_free(bench->rules);
    store_close(bench->store);
    buf_release(&bench->told);
    free(bench);
}

static void add_event(struct buf *to, const char *name, int second) {
    buf_add_format(to,
        "{\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventName\":\"%s\",\"eventID\":\"%s-%d\","
        "\"eventTime\":\"2024-05-01T%02d:%02d:%02dZ\"}\n",
        name, name, second, second / 3600, second / 60 % 60, second % 60);
}

/* Commits the event, and ends there, as who is killed before its alerts are judged. */
static void commit_event(struct bench *bench, const char *name, int second) {
    struct diag diag = {0};
    struct batch batch;
    struct buf text = {0};
    add_event(&text, name, second);
    struct record record = {.bytes = buf_str(&text), .line = 1, .index = 1};
    batch_init(&batch);
    batch_add(&batch, &record, "test", false);
    assert_good(judge_submit(bench->judge, &batch, &diag), diag);
    assert_good(judge_wait(bench->judge, &batch, &diag), diag);
    assert_good(committer_apply(&bench->pipeline.committer, &batch, NULL, &diag), diag);
    batch_release(&batch);
    buf_release(&text);
}

/* Puts the text through the pipeline, as an input. */
static void flow(struct bench *bench, const char *text) {
    struct diag diag = {0};
    char path[128];
    snprintf(path, sizeof path, "%s/in.ndjson", store_dir);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    struct records *records = records_new(
        source_open(path, &diag), bench->rules->types.wrappers, (struct record_position){0});
    assert_int_equal(
        pipeline_drain(&bench->pipeline, records, "in.ndjson", NULL, &diag), PIPELINE_END);
    records_free(records);
}

static void flow_event(struct bench *bench, const char *name, int second) {
    struct buf text = {0};
    add_event(&text, name, second);
    flow(bench, buf_text(&text));
    buf_release(&text);
}

static void check_told(struct bench *bench, const char *expected) {
    struct diag diag = {0};
    assert_good(pipeline_finish(&bench->pipeline, &diag), diag);
    assert_string_equal(buf_text(&bench->told), expected);
}

static int64_t unread(struct bench *bench) {
    return ask_number(bench->store, "SELECT count(*) FROM unread_alert");
}

/* ---- once ---- */

static void an_alert_is_an_event_once(void **state) {
    (void)state;
    struct bench *bench = bench_new(primary, reader);
    flow_event(bench, "Hit", 1);
    flow_event(bench, "Hit", 2);
    flow_event(bench, "Miss", 3);
    assert_int_equal(unread(bench), 0);
    const struct tally *tally = &bench->pipeline.committer.tally;
    assert_int_equal(tally->records, 3); /* alerts are of no input */
    assert_int_equal(tally->events, 3);
    assert_int_equal(tally->matches, 4);
    assert_int_equal(tally->alerts, 4);
    check_told(bench, "t.primary 00:00:01 x1\nt.reader 00:00:01 x1\n"
                      "t.primary 00:00:02 x1\nt.reader 00:00:02 x1\n");
    bench_free(bench);
}

static void what_was_left_by_a_killed_process_is_judged_first(void **state) {
    (void)state;
    struct bench *bench = bench_new(primary, reader);
    commit_event(bench, "Hit", 1);
    commit_event(bench, "Hit", 2);
    assert_int_equal(unread(bench), 2);
    bench_free(bench);
    bench = bench_new(primary, reader);
    flow_event(bench, "Hit", 3);
    assert_int_equal(unread(bench), 0);
    assert_int_equal(
        ask_number(bench->store, "SELECT count(*) FROM alert WHERE rule = 't.reader'"), 3);
    assert_int_equal(ask_number(bench->store, /* in the order they were raised */
                         "SELECT group_concat(rule, '') = 't.primaryt.primaryt.readert.reader"
                         "t.primaryt.reader' FROM (SELECT rule FROM alert ORDER BY number)"),
        1);
    bench_free(bench);
}

static void or_when_nothing_more_comes(void **state) {
    (void)state;
    struct diag diag = {0};
    struct bench *bench = bench_new(primary, reader);
    commit_event(bench, "Hit", 1);
    bench_free(bench);
    for (int i = 0; i < 2; i++) {
        bench = bench_new(primary, reader);
        assert_good(pipeline_idle(&bench->pipeline, bench->clock.at_ms, &diag), diag);
        assert_int_equal(unread(bench), 0);
        assert_int_equal(
            ask_number(bench->store, "SELECT count(*) FROM alert WHERE rule = 't.reader'"), 1);
        bench_free(bench);
    }
}

static void a_commit_that_fails_leaves_them_waiting(void **state) {
    (void)state;
    struct diag diag = {0};
    struct bench *bench = bench_new(primary, reader);
    commit_event(bench, "Hit", 1);
    assert_true(store_begin(bench->store, &diag)); /* in the way of another */
    assert_false(pipeline_idle(&bench->pipeline, bench->clock.at_ms, &diag));
    store_rollback(bench->store);
    assert_int_equal(unread(bench), 1);
    diag_clear(&diag);
    assert_good(pipeline_idle(&bench->pipeline, bench->clock.at_ms, &diag), diag);
    assert_int_equal(unread(bench), 0);
    check_told(bench, "t.primary 00:00:01 x1\nt.reader 00:00:01 x1\n");
    bench_free(bench);
}

static void where_no_rule_reads_them_none_is_kept(void **state) {
    (void)state;
    struct bench *bench = bench_new(primary, "");
    commit_event(bench, "Hit", 1);
    assert_int_equal(unread(bench), 0);
    bench_free(bench);
    bench = bench_new(
        primary, "---\nenabled: false\n" RULE("t.off", "tocsin.alert") "when: {rule: a}\n");
    commit_event(bench, "Hit", 2);
    assert_int_equal(unread(bench), 0);
    bench_free(bench);
}

/* ---- what they are ---- */

static const char teller[] = "---\n" RULE(
    "t.teller", "tocsin.alert") "lua: |\n"
                                "  function rule(e) return e.rule == 't.pair' end\n"
                                "  function title(e) return json.encode(e) end\n";

static void an_alert_is_judged_as_it_is_told_at_its_raising(void **state) {
    (void)state;
    struct buf text = {0};
    struct bench *bench = bench_new(
        RULE("t.pair", "aws.cloudtrail") "when: {eventName: Hit}\n"
                                         "threshold: {count: 2, within: 1h}\n",
        teller);
    for (int i = 1; i < 5; i++) add_event(&text, "Hit", i); /* in one batch: two count later */
    flow(bench, buf_text(&text));
    buf_release(&text);
    assert_int_equal(ask_number(bench->store,
                         "SELECT title ->> 'schema' = 'tocsin.alert/1' AND title ->> 'count' = 2"
                         " AND title ->> 'revision' = 1 AND title ->> 'state' = 'open'"
                         " AND title -> 'event_ids' = '[\"Hit-1\",\"Hit-2\"]'"
                         " AND title ->> 'time' = '2024-05-01T00:00:01Z'"
                         " AND title ->> 'last_time' = '2024-05-01T00:00:02Z'"
                         " AND title ->> '$.event.eventName' = 'Hit'"
                         " AND title ->> 'id' = (SELECT id FROM alert WHERE rule = 't.pair')"
                         " FROM alert WHERE rule = 't.teller'"),
        1);
    assert_int_equal(ask_number(bench->store, "SELECT count FROM alert WHERE rule = 't.pair'"), 4);
    bench_free(bench);
}

static void a_file_of_alerts_is_an_input(void **state) {
    (void)state;
    struct bench *bench = bench_new(primary, reader);
    flow(bench, "{\"schema\":\"tocsin.alert/1\",\"id\":\"a\",\"rule\":\"t.other\","
                "\"time\":\"2024-05-01T00:00:09Z\"}\n");
    assert_int_equal(bench->pipeline.committer.tally.records, 1);
    assert_int_equal(bench->pipeline.committer.tally.events, 1);
    check_told(bench, "t.reader 00:00:09 x1\n");
    bench_free(bench);
}

static void one_that_is_too_long_is_told_and_kept(void **state) {
    (void)state;
    struct diag diag = {0};
    struct bench *bench = bench_new(primary, reader);
    bench->pipeline.committer.keeps_rejected = true;
    char *letters = malloc(RECORD_LIMIT);
    memset(letters, 'a', RECORD_LIMIT);
    struct alert alert = {
        .rule = STR("t.long"), .title = {letters, RECORD_LIMIT}, .body = STR("\"event\":null")};
    assert_good(feed_add(bench->store, &alert, &diag), diag);
    free(letters);
    assert_good(pipeline_idle(&bench->pipeline, bench->clock.at_ms, &diag), diag);
    assert_int_equal(unread(bench), 0);
    assert_int_equal(bench->pipeline.committer.tally.rejected, 1);
    assert_int_equal(ask_number(bench->store, "SELECT count(*) FROM rejected WHERE source ="
                                              " 'tocsin.alert' AND reason = 'longer than 4 MiB'"),
        1);
    bench_free(bench);
}

/* ---- no loops ---- */

static void what_the_engine_tells_is_read_but_not_what_it_tells_of_readers(void **state) {
    (void)state;
    struct bench *bench = bench_new(
        RULE("t.fails", "aws.cloudtrail") "lua: |\n  function rule(e) error('x') end\n",
        "---\n" RULE(
            "t.fails-too", "tocsin.alert") "lua: |\n  function rule(e) error('y') end\n"
                                           "---\n" RULE("t.reader",
                                               "tocsin.alert") "when: {rule: tocsin.rule.failing}\n"
                                                               "dedup: {period: 0}\n");
    flow_event(bench, "Hit", 1);
    check_told(bench, "t.reader 00:00:01 x1\n" /* of t.fails, and not of t.fails-too */
                      "tocsin.rule.failing 00:00:01 x1\ntocsin.rule.failing 00:00:01 x1\n");
    bench_free(bench);
}

/* ---- what is decided late ---- */

#define SEQUENCE(by, a, b)                                                                         \
    "sequence:\n  by: [" by "]\n  within: 1h\n  steps:\n"                                          \
    "    - {name: a, when: {" a "}}\n    - {name: b, when: {" b "}, absent: true}\n"

/* The alert of the end of the events comes an hour behind the first, and ends what waits for it. */
static const char wait_for_end[] = "---\n" RULE("t.end", "aws.cloudtrail") SEQUENCE(
    "eventSource", "eventName: Start", "eventName: No") "---\n" RULE("t.never", "tocsin.alert")
    SEQUENCE("schema", "rule: t.primary", "rule: t.end") "---\n" RULE("t.always", "tocsin.alert")
        SEQUENCE("schema", "rule: t.end", "rule: t.none");

static void alerts_of_the_end_are_judged_before_the_end_of_alerts(void **state) {
    (void)state;
    struct bench *bench = bench_new(primary, wait_for_end);
    flow_event(bench, "Hit", 1);
    flow_event(bench, "Start", 2);
    check_told(bench, "t.primary 00:00:01 x1\nt.end 00:00:02 x1\nt.always 00:00:02 x1\n");
    bench_free(bench);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_store_dir, remove_store_dir)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_alert_is_an_event_once),
        TEST(what_was_left_by_a_killed_process_is_judged_first),
        TEST(or_when_nothing_more_comes),
        TEST(a_commit_that_fails_leaves_them_waiting),
        TEST(where_no_rule_reads_them_none_is_kept),
        TEST(an_alert_is_judged_as_it_is_told_at_its_raising),
        TEST(a_file_of_alerts_is_an_input),
        TEST(one_that_is_too_long_is_told_and_kept),
        TEST(what_the_engine_tells_is_read_but_not_what_it_tells_of_readers),
        TEST(alerts_of_the_end_are_judged_before_the_end_of_alerts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
