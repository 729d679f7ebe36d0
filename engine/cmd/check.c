#include "cmd/setup.h"

#include "base/file.h"
#include "base/suggest.h"
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

static void check_destination(
    struct setup *setup, const struct manifest *manifest, struct str name) {
    const struct config *config = &setup->config;
    struct suggest near = suggest_for(name);
    if (config_destination(config, name)) return;
    for (size_t i = 0; i < config->destination_count; i++)
        suggest_offer(&near, config->destinations[i].name.at);
    diags_error(&setup->diags, manifest->destinations_place, "unknown destination '%.*s'%s",
        STR_ARG(name), suggest_text(suggest_best(&near)));
}

/* What a rule names itself must be configured. */
static void check_named(struct setup *setup, const struct rules *rules) {
    for (size_t i = 0; rules && i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        for (size_t j = 0; j < manifest->destinations.count; j++)
            check_destination(setup, manifest, manifest->destinations.list[j]);
    }
}

static void print_summary(const struct setup *setup, const struct rules *rules) {
    if (setup->diags.errors)
        fprintf(stderr, "%zu error%s\n", setup->diags.errors, setup->diags.errors == 1 ? "" : "s");
    else
        printf("%zu rule%s: no error\n", rules->count, rules->count == 1 ? "" : "s");
}

int command_check(const struct options *options) {
    struct setup setup;
    setup_init(&setup);
    bool named = options->arg_count || options->rule_count;
    if (options->config || !named)
        if (setup_config(&setup, options)) check_destinations(&setup);
    setup_paths(&setup, options, options->args);
    struct rules *rules = rules_load(&setup.paths, &setup.config.limits, true, &setup.diags);
    if (setup.config.path) check_named(&setup, rules);
    setup_report(&setup, options);
    print_summary(&setup, rules);
    int code = setup.diags.errors ? EXIT_FINDINGS : EXIT_FINE;
    rules_free(rules);
    setup_release(&setup);
    return code;
}
