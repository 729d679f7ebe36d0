/* Which rules an event meets: those of its log type, enabled ones, in their order; and where judging
 * goes on within an event, it goes on with the same. */
#include "check.h"

#include "flow/batch.h"
#include "flow/candidates.h"
#include "flow/evaluate.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char own_log[] = "id: own\ntitle: Ours\ntime: at\nmatch: {kind: own}\n";

/* By their ids, which is their order. */
static const char rule_set[] =
    "id: r0\ntitle: A\nseverity: low\nlog: aws.cloudtrail\nwhen: {eventName: [Bad, Worse]}\n---\n"
    "id: r1\ntitle: A\nseverity: low\nlog: own\nwhen: {eventName: Bad}\n---\n"
    "id: r2\ntitle: A\nseverity: low\nlog: aws.cloudtrail\nenabled: false\nwhen: {eventName: Bad}\n"
    "---\n"
    "id: r3\ntitle: A\nseverity: low\nlog: aws.cloudtrail\nlua: function rule(e) return e.yes end\n"
    "---\n"
    "id: r4\ntitle: A\nseverity: low\nlog: aws.cloudtrail\nwhen: {eventName: {not: Bad}}\n---\n"
    "id: r5\ntitle: A\nseverity: low\nlog: own\nwhen: {kind: {suffix: wn}}\n---\n"
    "id: r6\ntitle: A\nseverity: low\nlog: aws.cloudtrail\nwhen: {eventName: Bad, yes: true}\n";

static void write_file(const char *dir, const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void remove_file(const char *dir, const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(remove(path), 0);
}

static struct rules *load(void) {
    struct diags diags = {0};
    char dir[] = "/tmp/tocsin-rules-XXXXXX", logs[64];
    assert_non_null(mkdtemp(dir));
    snprintf(logs, sizeof logs, "%s/logs", dir);
    assert_int_equal(mkdir(logs, 0700), 0);
    write_file(logs, "own.yaml", own_log);
    write_file(dir, "rules.yaml", rule_set);
    struct str list[] = {str_of(dir)};
    struct rules *rules = rules_load(
        &(struct rules_options){.paths = &(struct schema_strings){.list = list, .count = 1}},
        &diags);
    if (!rules) diags_print(&diags, stderr, false);
    assert_non_null(rules);
    remove_file(logs, "own.yaml");
    remove_file(dir, "logs");
    remove_file(dir, "rules.yaml");
    assert_int_equal(rmdir(dir), 0);
    diags_release(&diags);
    return rules;
}

#define TRAIL "\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventName\":"

static void rules_of_the_log_type(void **state) {
    static const char *const rows[][2] = {
        {"{" TRAIL "\"Bad\"}", "r0 r3 r4 r6 "}, /* r4 has only `not` */
        {"{" TRAIL "\"Worse\",\"kind\":\"-\"}", "r0 r3 r4 "},
        {"{" TRAIL "\"Good\"}", "r3 r4 "},
        {"{\"kind\":\"own\",\"eventName\":\"Bad\"}", "r1 r5 "},
        {"{\"kind\":\"own\"}", "r5 "},
    };
    struct rules *rules = load();
    struct candidates *candidates = candidates_new(rules);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct events events;
        struct buf named = {0};
        assert_true(events_parse(&events, &arena, &rules->types, str_of(rows[i][0]), NULL));
        assert_int_equal(events.count, 1);
        struct rule_numbers numbers = candidates_find(candidates, events.list);
        for (size_t n = 0; n < numbers.count; n++)
            buf_add_format(&named, "%s ", rules->list[numbers.list[n]].manifest->id.at);
        assert_string_equal(buf_text(&named), rows[i][1]);
        buf_release(&named);
        arena_release(&arena);
    }
    candidates_free(candidates);
    rules_free(rules);
}

/* ---- going on ---- */

static char request_room[1 << 16], answer_room[1 << 16];

static void judge(struct batch *batch, struct rules *rules, const struct request_head *head) {
    struct wire_out request = {.at = request_room, .room = sizeof request_room};
    struct wire_out answer = {.at = answer_room, .room = sizeof answer_room};
    struct pulse pulse = {0};
    struct cursor next;
    struct evaluator *evaluator = evaluator_new(rules);
    batch_put(batch, head, &request);
    evaluator_judge(evaluator, wire_written(&request), &answer, &pulse);
    assert_true(batch_read(batch, wire_written(&answer), rules, &next));
    assert_int_equal(next.record, CURSOR_NONE);
    evaluator_free(evaluator);
}

static const char two_events[] = "{\"Records\":[{" TRAIL
                                 "\"Bad\",\"yes\":true,\"eventID\":\"0\"},{" TRAIL
                                 "\"Worse\",\"yes\":true,\"eventID\":\"1\"}]}";

/* "0r0 " for the match of the first event and r0. */
static void add_matches(struct buf *to, const struct batch *batch) {
    const struct verdict *verdict = &batch->list[0].verdict;
    for (size_t i = 0; i < verdict->match_count; i++) {
        const struct match *match = &verdict->matches[i];
        buf_add_format(to, "%.*s%.*s ", STR_ARG(match->event_id), STR_ARG(match->rule));
    }
    for (size_t i = 0; i < verdict->failure_count; i++)
        buf_add_format(to, "! %.*s", STR_ARG(verdict->failures[i].rule));
}

static void check_from(struct rules *rules, const struct request_head *head, const char *expected) {
    struct batch batch;
    struct buf found = {0};
    batch_init(&batch);
    batch_add(&batch, &(struct record){.bytes = str_of(two_events)}, "test", false);
    judge(&batch, rules, head);
    add_matches(&found, &batch);
    if (!str_is(buf_str(&found), expected))
        fail_msg("from %u:%u: %s", head->from.event, head->from.rule, buf_text(&found));
    buf_release(&found);
    batch_release(&batch);
}

static void judging_goes_on(void **state) {
    static const struct {
        struct cursor from;
        const char *matches;
    } rows[] = {
        {{0, 0, CURSOR_NONE}, "0r0 0r3 0r6 1r0 1r3 1r4 "},
        {{0, 0, 0}, "0r0 0r3 0r6 1r0 1r3 1r4 "},
        {{0, 0, 1}, "0r3 0r6 1r0 1r3 1r4 "},
        {{0, 0, 3}, "0r3 0r6 1r0 1r3 1r4 "},
        {{0, 0, 5}, "0r6 1r0 1r3 1r4 "},
        {{0, 1, CURSOR_NONE}, "1r0 1r3 1r4 "},
        {{0, 1, 4}, "1r4 "},
        {{0, 1, 5}, ""},
    };
    struct rules *rules = load();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_from(rules, &(struct request_head){.from = rows[i].from}, rows[i].matches);
    struct request_head dead = {{0, 0, 3}, FAILURE_CRASH, STR("died")};
    check_from(rules, &dead, "0r6 1r0 1r3 1r4 ! r3");
    rules_free(rules);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_of_the_log_type),
        cmocka_unit_test(judging_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
