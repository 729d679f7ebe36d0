#include "cmd/output.h"
#include "cmd/setup.h"
#include "flow/testing.h"

#include "base/buf.h"

struct run {
    const struct options *options;
    struct evaluator *evaluator;
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

static void run_test(struct run *run, const struct rule *rule, const struct manifest_test *test) {
    struct arena arena = {0};
    struct diag why = {0};
    bool passed = testing_run(run->evaluator, rule, test, &arena, &why);
    *(passed ? &run->passed : &run->failed) += 1;
    if (run->options->format == FORMAT_JSON)
        print_json(rule, test, passed, &why);
    else
        print_text(run, rule, test, passed, &why);
    arena_release(&arena);
}

static int run_all(const struct options *options, struct rules *rules) {
    struct run run = {.options = options, .color = options_color(options, stdout)};
    run.evaluator = evaluator_new(rules);
    for (size_t i = 0; i < rules->count; i++)
        for (size_t j = 0; j < rules->list[i].manifest->test_count; j++)
            run_test(&run, &rules->list[i], &rules->list[i].manifest->tests[j]);
    evaluator_free(run.evaluator);
    if (options->format == FORMAT_TEXT)
        printf("%zu rule%s: %zu passed, %zu failed\n", rules->count, rules->count == 1 ? "" : "s",
            run.passed, run.failed);
    if (!output_close(stdout)) return EXIT_RUN;
    return run.failed ? EXIT_FINDINGS : EXIT_FINE;
}

int command_test(const struct options *options) {
    struct setup setup;
    setup_init(&setup);
    struct rules *rules = NULL;
    bool named = options->arg_count || options->rule_count;
    if (named || setup_config(&setup, options)) {
        setup_paths(&setup, options, options->args);
        rules = rules_load(&setup.paths, &setup.config.limits, false, &setup.diags);
    }
    setup_report(&setup, options);
    int code = rules ? run_all(options, rules) : EXIT_LOAD;
    rules_free(rules);
    setup_release(&setup);
    return code;
}
