#include "cmd/setup.h"

#include "base/suggest.h"

static void check_destination(
    struct setup *setup, const struct manifest *manifest, struct str name) {
    const struct config *config = &setup->config;
    struct suggest near = suggest_for(name);
    if (config_destination(config, name)) return;
    for (size_t i = 0; i < config->destination_count; i++)
        suggest_offer(&near, config->destinations[i].name.at);
    diags_reject(&setup->diags, "TC019", manifest->destinations_place,
        "unknown destination '%.*s'%s", STR_ARG(name), suggest_text(suggest_best(&near)));
}

/* What a rule names itself must be configured. */
static void check_named(struct setup *setup, const struct rules *rules) {
    for (size_t i = 0; rules && i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        for (size_t j = 0; j < manifest->destinations.count; j++)
            check_destination(setup, manifest, manifest->destinations.list[j]);
    }
}

static bool grows(const struct rule *rule) {
    return rule->manifest->dedup.period_ms > 0 ||
           (rule->script && rule_script_has(rule->script, RULE_DEDUP_PERIOD));
}

static bool names(const struct route *route, struct str id) {
    struct json_member member = {STR("rule"), {.type = JSON_STRING, .string = id}};
    struct json alert = {.type = JSON_OBJECT, .members = &member, .count = 1};
    return pattern_matches(route->when, &alert, NULL);
}

/* Where each match of all of its rules is an alert of its own, there is never more of one. */
static void check_updates(
    struct diags *diags, const struct route *route, const struct rules *rules) {
    size_t named = 0, growing = 0;
    if (!route->updates_ms || !route->by_rule || !route->when) return;
    for (size_t i = 0; i < rules->count; i++) {
        bool is_named = names(route, rules->list[i].manifest->id);
        named += is_named;
        growing += is_named && grows(&rules->list[i]);
    }
    if (named && !growing)
        diags_find(diags, "TC103", DIAG_WARNING, route->updates_place,
            "'updates' of alerts that do not grow: their rules have 'dedup: {period: 0}'");
}

static void check_routes(struct setup *setup, const struct rules *rules) {
    for (size_t i = 0; rules && i < setup->config.route_count; i++)
        check_updates(&setup->diags, &setup->config.routes[i], rules);
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
    if (!setup_processes(&setup, options)) return EXIT_RUN;
    bool named = options->arg_count || options->rule_count;
    if (options->config || !named) setup.destinations = setup_config(&setup, options);
    setup_paths(&setup, options, options->args);
    struct rules *rules = setup_rules(&setup, true);
    if (setup.destinations) messenger_free(setup_messenger(&setup));
    if (setup.config.path) check_named(&setup, rules);
    check_routes(&setup, rules);
    setup_report(&setup, options);
    print_summary(&setup, rules);
    int code = setup.diags.errors ? EXIT_FINDINGS : EXIT_FINE;
    rules_free(rules);
    setup_release(&setup);
    return code;
}
