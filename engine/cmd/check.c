#include "cmd/setup.h"

#include "base/file.h"
#include "script/destination_script.h"

/* Every destination's Lua must be there and load; no secret is read for it. */
static void check_destinations(struct setup *setup) {
    const struct config *config = &setup->config;
    const char *dirs[3];
    setup_lua_dirs(setup, dirs);
    for (size_t i = 0; i < config->destination_count; i++)
        destination_script_free(
            destination_script_new(&config->destinations[i], dirs, &setup->diags));
}

static void print_summary(const struct setup *setup, const struct rules *rules) {
    if (setup->diags.errors)
        fprintf(stderr, "%zu error%s\n", setup->diags.errors, setup->diags.errors == 1 ? "" : "s");
    else
        printf("%zu rules: no error\n", rules->count);
}

int command_check(const struct options *options) {
    struct setup setup;
    setup_init(&setup);
    bool named = options->arg_count || options->rule_count;
    if (options->config || !named)
        if (setup_config(&setup, options)) check_destinations(&setup);
    setup_paths(&setup, options, options->args);
    struct rules *rules = rules_load(&setup.paths, true, &setup.diags);
    setup_report(&setup, options);
    print_summary(&setup, rules);
    int code = setup.diags.errors ? EXIT_FINDINGS : EXIT_FINE;
    rules_free(rules);
    setup_release(&setup);
    return code;
}
