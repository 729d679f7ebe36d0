#include "cmd/output.h"
#include "cmd/setup.h"
#include "flow/judge.h"
#include "flow/testing.h"

#include "base/buf.h"
#include "base/log.h"

struct run {
    const struct options *options;
    const struct rules *rules;
    struct judge *judge;
    struct batch batch;
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

static void tell(struct run *run, const struct batch_record *record) {
    const struct rule *rule = &run->rules->list[record->rule];
    const struct manifest_test *test = &rule->manifest->tests[record->test];
    struct arena arena = {0};
    struct diag why = {0};
    bool passed = testing_holds(test, &record->verdict, &arena, &why);
    *(passed ? &run->passed : &run->failed) += 1;
    if (run->options->format == FORMAT_JSON)
        print_json(rule, test, passed, &why);
    else
        print_text(run, rule, test, passed, &why);
    arena_release(&arena);
}

static bool judge_batch(struct run *run, struct diag *diag) {
    struct batch *batch = &run->batch;
    if (!judge_submit(run->judge, batch, diag) || !judge_wait(run->judge, batch, diag))
        return false;
    for (size_t i = 0; i < batch->count; i++) tell(run, &batch->list[i]);
    batch_reset(batch);
    return true;
}

static bool run_tests(struct run *run, struct diag *diag) {
    for (size_t i = 0; i < run->rules->count; i++)
        for (size_t j = 0; j < run->rules->list[i].manifest->test_count; j++) {
            batch_add_test(&run->batch, i, j);
            if (run->batch.count == BATCH_RECORDS && !judge_batch(run, diag)) return false;
        }
    return judge_batch(run, diag);
}

static int run_all(struct run *run) {
    struct diag diag = {0};
    batch_init(&run->batch);
    bool judged = run_tests(run, &diag);
    batch_release(&run->batch);
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
