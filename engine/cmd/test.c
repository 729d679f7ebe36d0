#include "base/clock.h"
#include "cmd/setup.h"
#include "cmd/test_narrow.h"
#include "cmd/test_run.h"
#include "cmd/test_watch.h"
#include "flow/testing_message.h"

/* One way through: with the manifests that can be meant, or with all. */
struct attempt {
    struct setup setup;
    struct config messages;
    struct failed_tests failed;
    struct selection selection;
    struct schema_strings only;
    bool narrowed;
};

/* No exit code: all manifests have to be read. */
enum { READ_ALL = -1 };

static int64_t mutate_ms(const struct options *options) {
    return options->time ? clock_parse_duration(str_of(options->time)) : INT64_MAX;
}

/* Mutants are tried side by side, though each is judged where it is tried. */
static size_t jobs(const struct options *options) {
    struct options own = *options;
    own.in_process &= !own.mutate;
    return setup_jobs(&own);
}

static int test_rules(struct attempt *attempt, struct rules *rules) {
    struct setup *setup = &attempt->setup;
    const struct options *options = attempt->selection.options;
    const struct config *config = setup->config.path ? &setup->config : NULL;
    struct messenger *messenger = setup_messenger(setup);
    struct coverage coverage = {0};
    if (options->coverage) coverage_init(&coverage, rules);
    bool *fails = arena_list(&setup->arena, bool, rules->count + 1);
    struct test_run run = {.options = options,
        .selection = attempt->selection,
        .failed = &attempt->failed,
        .testing = {rules, config, setup->messages, messenger},
        .judge = setup_judge(setup, options, rules),
        .coverage = options->coverage ? &coverage : NULL,
        .fails = fails,
        .mutate_ms = mutate_ms(options),
        .jobs = jobs(options),
        .report = {.format = (enum test_format)options->format,
            .color = options_color(options, stdout),
            .quiet = options->quiet,
            .verbose = options->verbose}};
    int code = test_run(&run);
    if (options->coverage) coverage_release(&coverage);
    messenger_free(messenger);
    return code;
}

/* Where paths name the rules, these are as they were written, and the configuration is read only
 * where it is asked for: by its routes. */
static bool find_rules(struct attempt *attempt, const struct options *options) {
    struct setup *setup = &attempt->setup;
    bool named = options->arg_count || options->rules.count;
    if ((!named || options->config) && !setup_config(setup, options)) return false;
    if (named) setup->config.overrides = (struct overrides){0};
    setup_paths(setup, options, options->args);
    if (!attempt->narrowed) return true;
    attempt->only = test_narrow(&attempt->selection, &setup->paths, &setup->arena);
    setup->only = &attempt->only;
    return true;
}

static struct rules *load_rules(struct attempt *attempt) {
    struct setup *setup = &attempt->setup;
    const char *dirs[3];
    if (!find_rules(attempt, attempt->selection.options)) return NULL;
    setup_lua_dirs(setup, dirs);
    attempt->messages = testing_destinations(&setup->config, dirs, &setup->arena);
    setup->messages = &attempt->messages;
    return setup_rules(setup, false);
}

static int run_loaded(struct attempt *attempt) {
    struct rules *rules = load_rules(attempt);
    bool any = rules && selection_has_any(&attempt->selection, rules);
    int code = READ_ALL;
    if (!attempt->narrowed || any) {
        setup_report(&attempt->setup, attempt->selection.options);
        code = rules ? test_rules(attempt, rules) : EXIT_LOAD;
    }
    rules_free(rules);
    return code;
}

static int try_once(
    const struct options *options, const struct schema_strings *touched, bool narrowed) {
    struct attempt attempt = {.selection = {options, &attempt.failed, touched}};
    int code = EXIT_RUN;
    setup_init(&attempt.setup);
    failed_tests_load(&attempt.failed);
    attempt.narrowed = narrowed && test_narrows(&attempt.selection);
    if (setup_processes(&attempt.setup, options)) code = run_loaded(&attempt);
    failed_tests_release(&attempt.failed);
    setup_release(&attempt.setup);
    return code;
}

static int run_once(const struct options *options, const struct schema_strings *touched) {
    int code = try_once(options, touched, true);
    return code == READ_ALL ? try_once(options, touched, false) : code;
}

static const char *wrong_use(const struct options *options) {
    if (options->minimum > 100) return "--min is a percentage, at most 100";
    if (!options->time) return NULL;
    if (!options->mutate) return "--time belongs to --mutate";
    return mutate_ms(options) > 0 ? NULL : "--time is how long, such as 60s or 5m";
}

/* Lines are counted, and mutants are made, where rules run: in this process. */
int command_test(const struct options *options) {
    struct options own = *options;
    const char *wrong = wrong_use(options);
    bool is_of_coverage = own.format == TEST_LCOV || own.format == TEST_COBERTURA;
    own.coverage |= (own.minimum > 0 && !own.mutate) || is_of_coverage || own.html;
    own.in_process |= own.coverage || own.mutate;
    if (wrong) {
        fprintf(stderr, "tocsin test: %s\n", wrong);
        return EXIT_USAGE;
    }
    return own.watch ? test_watch(&own, run_once) : run_once(&own, NULL);
}
