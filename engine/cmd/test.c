#include "cmd/setup.h"
#include "cmd/test_run.h"
#include "cmd/test_watch.h"
#include "flow/testing_message.h"

static int test_rules(struct setup *setup, const struct options *options, struct rules *rules,
    const struct schema_strings *touched) {
    struct failed_tests failed;
    struct messenger *messenger = setup_messenger(setup);
    failed_tests_load(&failed);
    struct test_run run = {.options = options,
        .selection = {options, &failed, touched},
        .failed = &failed,
        .testing = {rules, setup->config.path ? &setup->config : NULL, setup->messages, messenger},
        .judge = setup_judge(setup, options, rules),
        .jobs = setup_jobs(options),
        .report = {.format = (enum test_format)options->format,
            .color = options_color(options, stdout),
            .quiet = options->quiet,
            .verbose = options->verbose}};
    int code = test_run(&run);
    failed_tests_release(&failed);
    messenger_free(messenger);
    return code;
}

/* Where paths name the rules, these are as they were written, and the configuration is read only
 * where it is asked for: by its routes. */
static struct rules *load_rules(
    struct setup *setup, const struct options *options, struct config *messages) {
    const char *dirs[3];
    bool named = options->arg_count || options->rule_count;
    if ((!named || options->config) && !setup_config(setup, options)) return NULL;
    if (named) setup->config.overrides = (struct overrides){0};
    setup_paths(setup, options, options->args);
    setup_lua_dirs(setup, dirs);
    *messages = testing_destinations(&setup->config, dirs, &setup->arena);
    setup->messages = messages;
    return setup_rules(setup, false);
}

static int run_once(const struct options *options, const struct schema_strings *touched) {
    struct setup setup;
    struct config messages = {0};
    setup_init(&setup);
    if (!setup_processes(&setup, options)) return EXIT_RUN;
    struct rules *rules = load_rules(&setup, options, &messages);
    setup_report(&setup, options);
    int code = rules ? test_rules(&setup, options, rules, touched) : EXIT_LOAD;
    rules_free(rules);
    setup_release(&setup);
    return code;
}

int command_test(const struct options *options) {
    return options->watch ? test_watch(options, run_once) : run_once(options, NULL);
}
