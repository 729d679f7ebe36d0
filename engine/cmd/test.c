#include "cmd/output.h"
#include "cmd/setup.h"
#include "flow/judge.h"
#include "flow/testing.h"
#include "flow/testing_timeline.h"

#include "base/buf.h"
#include "base/log.h"

struct run {
    const struct options *options;
    const struct rules *rules;
    struct judge *judge;
    struct batch batch;
    struct play *play; /* the timeline that is under way, or NULL */
    bool color;
    size_t passed, failed;
};

static void print_json(const struct rule *rule, const struct manifest_test *test, bool passed,
    const struct diag *why) {
    struct buf line = {0};
    buf_add_text(&line, "{\"rule\":");
    json_print_string(&line, rule->manifest->id);
    buf_add_text(&line, ",\"test\":");
    json_print_string(&line, test->name);
    buf_add_text(&line, ",\"file\":");
    json_print_string(&line, str_of(test->place.file));
    buf_add_format(
        &line, ",\"line\":%u,\"passed\":%s", test->place.line, passed ? "true" : "false");
    if (!passed) buf_add_text(&line, ",\"why\":");
    if (!passed) json_print_string(&line, str_of(why->text));
    buf_add_text(&line, "}\n");
    fwrite(line.at, 1, line.len, stdout);
    buf_release(&line);
}

static void print_text(const struct run *run, const struct rule *rule,
    const struct manifest_test *test, bool passed, const struct diag *why) {
    if (passed && !run->options->verbose) return;
    const char *mark = !passed ? (run->color ? "\033[1;31mFAIL\033[0m" : "FAIL")
                               : (run->color ? "\033[32mok\033[0m  " : "ok  ");
    printf("%s %.*s: %.*s\n", mark, STR_ARG(rule->manifest->id), STR_ARG(test->name));
    if (!passed)
        printf("     %s:%u:%u: %s\n", test->place.file, test->place.line, test->place.column,
            why->text);
}

static void tell(struct run *run, const struct tested *tested, bool passed, struct diag *why) {
    const struct rule *rule = &run->rules->list[tested->rule];
    const struct manifest_test *test = &rule->manifest->tests[tested->test];
    *(passed ? &run->passed : &run->failed) += 1;
    if (run->options->format == FORMAT_JSON)
        print_json(rule, test, passed, why);
    else
        print_text(run, rule, test, passed, why);
}

static const struct manifest_test *test_of(const struct run *run, const struct tested *tested) {
    return &run->rules->list[tested->rule].manifest->tests[tested->test];
}

static void tell_alone(struct run *run, const struct batch_record *record) {
    struct arena arena = {0};
    struct diag why = {0};
    bool passed = testing_holds(test_of(run, &record->tested), &record->verdict, &arena, &why);
    tell(run, &record->tested, passed, &why);
    arena_release(&arena);
}

/* The first event of a timeline begins it, the last one ends it. */
static bool play(struct run *run, size_t record, struct diag *diag) {
    const struct tested *tested = &run->batch.list[record].tested;
    const struct manifest_test *test = test_of(run, tested);
    struct diag why = {0};
    if (tested->event == 0) run->play = play_new(run->rules, test, diag);
    if (!run->play || !play_take(run->play, &run->batch, record, diag)) return false;
    if (tested->event + 1 < test->timeline.count) return true;
    tell(run, tested, play_holds(run->play, &why), &why);
    play_free(run->play);
    run->play = NULL;
    return true;
}

static bool judge_batch(struct run *run, struct diag *diag) {
    struct batch *batch = &run->batch;
    if (!judge_submit(run->judge, batch, diag) || !judge_wait(run->judge, batch, diag))
        return false;
    for (size_t i = 0; i < batch->count; i++) {
        if (!test_of(run, &batch->list[i].tested)->timeline.count)
            tell_alone(run, &batch->list[i]);
        else if (!play(run, i, diag))
            return false;
    }
    batch_reset(batch);
    return true;
}

static bool add(struct run *run, const struct tested *tested, struct diag *diag) {
    batch_add_test(&run->batch, tested);
    return run->batch.count < BATCH_RECORDS || judge_batch(run, diag);
}

static bool add_test(struct run *run, uint32_t rule, uint32_t test, struct diag *diag) {
    struct tested tested = {rule, test, 0};
    size_t count = test_of(run, &tested)->timeline.count;
    do {
        if (!add(run, &tested, diag)) return false;
    } while (++tested.event < count);
    return true;
}

static bool run_tests(struct run *run, struct diag *diag) {
    for (uint32_t i = 0; i < run->rules->count; i++)
        for (uint32_t j = 0; j < run->rules->list[i].manifest->test_count; j++)
            if (!add_test(run, i, j, diag)) return false;
    return judge_batch(run, diag);
}

static int run_all(struct run *run) {
    struct diag diag = {0};
    batch_init(&run->batch);
    bool judged = run_tests(run, &diag);
    batch_release(&run->batch);
    play_free(run->play);
    if (!judged) log_error("%s", diag.text);
    if (run->options->format == FORMAT_TEXT)
        printf("%zu rule%s: %zu passed, %zu failed\n", run->rules->count,
            run->rules->count == 1 ? "" : "s", run->passed, run->failed);
    if (!output_close(stdout) || !judged) return EXIT_RUN;
    return run->failed ? EXIT_FINDINGS : EXIT_FINE;
}

static int test_rules(struct setup *setup, const struct options *options, struct rules *rules) {
    struct run run = {.options = options, .rules = rules, .color = options_color(options, stdout)};
    run.judge = setup_judge(setup, options, rules);
    int code = run_all(&run);
    judge_free(run.judge);
    return code;
}

int command_test(const struct options *options) {
    struct setup setup;
    setup_init(&setup);
    if (!setup_processes(&setup, options)) return EXIT_RUN;
    struct rules *rules = NULL;
    bool named = options->arg_count || options->rule_count;
    if (named || setup_config(&setup, options)) {
        setup_paths(&setup, options, options->args);
        rules = setup_rules(&setup, false);
    }
    setup_report(&setup, options);
    int code = rules ? test_rules(&setup, options, rules) : EXIT_LOAD;
    rules_free(rules);
    setup_release(&setup);
    return code;
}
