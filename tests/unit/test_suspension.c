#include "check.h"

#include "flow/batch.h"
#include "flow/suspension.h"

#include <stdio.h>
#include <stdlib.h>

static struct rules *load(void) {
    struct diags diags = {0};
    char path[] = "/tmp/tocsin-rule-XXXXXX.yaml";
    FILE *file = fdopen(mkstemps(path, 5), "w");
    fputs(
        "id: t.lua\ntitle: A\nseverity: low\nlog: aws.cloudtrail\nlimits: {steps: 100000}\nlua: |\n"
        "  function rule(e) while e.loop do end end\n"
        "---\nid: t.plain\ntitle: B\nseverity: low\nlog: aws.cloudtrail\nwhen: {a: b}\n",
        file);
    fclose(file);
    struct str list[] = {str_of(path)};
    struct rules *rules = rules_load(
        &(struct rules_options){.paths = &(struct schema_strings){.list = list, .count = 1}},
        &diags);
    assert_non_null(rules);
    remove(path);
    return rules;
}

static void kills_doubling_to_an_hour(void **state) {
    (void)state;
    struct rules *rules = load();
    struct suspensions s;
    suspensions_init(&s, rules);
    suspensions_begin(&s);
    int64_t now = -5000; /* before 1970 is a time, too */
    assert_false(suspensions_note(&s, 0, FAILURE_CPU, now));
    assert_false(suspensions_note(&s, 0, FAILURE_CRASH, now));
    assert_true(suspensions_note(&s, 0, FAILURE_MEMORY, now));
    for (int64_t length = 60000; length < 8 * 3600000; length *= 2) {
        int64_t until = now + (length < 3600000 ? length : 3600000);
        assert_int_equal(s.draft[0].until_ms, until);
        assert_false(suspensions_note(&s, 0, FAILURE_DEADLINE, until - 1));
        assert_false(suspensions_note(&s, 0, FAILURE_SUSPENDED, until));
        assert_true(suspensions_note(&s, 0, FAILURE_DEADLINE, until));
        now = until;
    }
    assert_false(suspensions_note(&s, 0, FAILURE_NONE, now));
    assert_int_equal(s.draft[0].length_ms, 0);
    for (int i = 0; i < 5; i++) assert_false(suspensions_note(&s, 1, FAILURE_CPU, now));
    suspensions_release(&s);
    rules_free(rules);
}

static void only_what_is_accepted_stands(void **state) {
    (void)state;
    struct arena arena = {0};
    struct rules *rules = load();
    struct suspensions s;
    suspensions_init(&s, rules);
    suspensions_begin(&s);
    for (int i = 0; i < 2; i++) suspensions_note(&s, 0, FAILURE_CPU, 0);
    assert_int_equal(suspensions_standings(&s, 0, &arena).count, 0);
    suspensions_begin(&s);
    assert_false(suspensions_note(&s, 0, FAILURE_CPU, 0));
    suspensions_accept(&s);
    struct standings one = suspensions_standings(&s, 0, &arena);
    assert_true(one.count == 1 && one.list[0].rule == 0 && one.list[0].left == 2);
    for (int i = 0; i < 2; i++) suspensions_note(&s, 0, FAILURE_CPU, 0);
    suspensions_accept(&s);
    assert_int_equal(suspensions_standings(&s, 59999, &arena).list[0].left, 0);
    assert_int_equal(suspensions_standings(&s, 60000, &arena).list[0].left, 1);
    suspensions_begin(&s);
    suspensions_note(&s, 0, FAILURE_NONE, 60000);
    assert_int_equal(suspensions_standings(&s, 60000, &arena).count, 1);
    suspensions_begin(&s);
    assert_int_equal(s.draft[0].kills, 3);
    for (int i = 0; i < 2; i++) suspensions_note(&s, 0, FAILURE_NONE, 60000);
    suspensions_note(&s, 0, FAILURE_CPU, 60000);
    suspensions_accept(&s);
    one = suspensions_standings(&s, 60000, &arena);
    assert_true(one.count == 1 && one.list[0].left == 2);
    suspensions_begin(&s);
    suspensions_note(&s, 0, FAILURE_NONE, 60000);
    suspensions_accept(&s);
    assert_int_equal(suspensions_standings(&s, 60000, &arena).count, 0);
    suspensions_release(&s);
    rules_free(rules);
    arena_release(&arena);
}

/* ---- a batch that is gone on with ---- */

static char request_room[1 << 16], answer_room[1 << 16];

/* Judges what is left from `head` on, as a new worker would. */
static void go_on(struct batch *batch, struct rules *rules, const struct request_head *head) {
    struct wire_out request = {.at = request_room, .room = sizeof request_room};
    struct wire_out answer = {.at = answer_room, .room = sizeof answer_room};
    struct pulse pulse = {0};
    struct cursor next;
    struct evaluator *evaluator = evaluator_new(rules);
    batch_put(batch, head, &request);
    evaluator_judge(evaluator, wire_written(&request), &answer, &pulse);
    assert_true(batch_read(batch, wire_written(&answer), rules, &next));
    evaluator_free(evaluator);
}

static void fill(struct batch *batch, const char *kinds) {
    batch_init(batch);
    for (; *kinds; kinds++) {
        char text[128];
        snprintf(text, sizeof text,
            "{\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventName\":\"n\"%s}",
            *kinds == 'L' ? ",\"loop\":1" : "");
        struct record record = {.bytes = str_of(text)};
        batch_add(batch, &record, "test", false);
    }
}

/* One letter a record: what became of it. */
static void check_verdicts(const struct batch *batch, const char *expected) {
    char got[BATCH_RECORDS + 1] = "";
    for (size_t i = 0; i < batch->count; i++) {
        const struct verdict *verdict = &batch->list[i].verdict;
        got[i] = verdict->failure_count ? failure_names[verdict->failures[0].kind][1] : '-';
    }
    assert_string_equal(got, expected); /* p: cpu, r: crash, u: suspended */
}

static const struct request_head beginning = {.from = {0, 0, CURSOR_NONE}};

static struct request_head after_a_crash(uint32_t record) {
    return (struct request_head){
        .from = {record, 0, 0}, .failed = FAILURE_CRASH, .reason = STR("died")};
}

static void kills_count_on_where_a_worker_died(void **state) {
    (void)state;
    struct rules *rules = load();
    struct batch batch;
    fill(&batch, "LL");
    go_on(&batch, rules, &beginning);
    batch_add(&batch, &(struct record){.bytes = batch.list[0].bytes}, "test", false);
    batch_add(&batch, &(struct record){.bytes = batch.list[0].bytes}, "test", false);
    struct request_head head = after_a_crash(2);
    go_on(&batch, rules, &head);
    check_verdicts(&batch, "ppru");
    assert_int_equal(batch.standings.list[0].left, 0);
    batch_release(&batch);
    rules_free(rules);
}

static void one_try_a_batch(void **state) {
    (void)state;
    struct rules *rules = load();
    struct batch batch;
    struct standing tried = {0, 1};
    fill(&batch, "L");
    batch.standings = (struct standings){&tried, 1};
    struct request_head head = after_a_crash(0);
    go_on(&batch, rules, &head);
    batch_add(&batch, &(struct record){.bytes = batch.list[0].bytes}, "test", false);
    struct request_head rest = {.from = {1, 0, CURSOR_NONE}};
    go_on(&batch, rules, &rest);
    check_verdicts(&batch, "ru");
    batch_release(&batch);
    rules_free(rules);
}

static void an_answer_ends_it_within_the_batch(void **state) {
    (void)state;
    struct rules *rules = load();
    struct batch batch;
    struct standing tried = {0, 1};
    fill(&batch, "-LL-LLLL");
    batch.standings = (struct standings){&tried, 1};
    go_on(&batch, rules, &beginning);
    check_verdicts(&batch, "-pp-pppu");
    batch_release(&batch);
    rules_free(rules);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kills_doubling_to_an_hour),
        cmocka_unit_test(only_what_is_accepted_stands),
        cmocka_unit_test(kills_count_on_where_a_worker_died),
        cmocka_unit_test(one_try_a_batch),
        cmocka_unit_test(an_answer_ends_it_within_the_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
