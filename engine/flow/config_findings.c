#include "flow/config_findings.h"

#include "base/suggest.h"
#include "model/pattern_cover.h"

/* ---- what rules name ---- */

static void check_destination(const struct config *config, const struct manifest *manifest,
    struct str name, struct diags *diags) {
    struct suggest near = suggest_for(name);
    if (config_destination(config, name)) return;
    for (size_t i = 0; i < config->destination_count; i++)
        suggest_offer(&near, config->destinations[i].name.at);
    diags_reject(diags, "TC019", manifest->destinations_place, "unknown destination '%.*s'%s",
        STR_ARG(name), suggest_text(suggest_best(&near)));
}

static void check_named(
    const struct config *config, const struct rules *rules, struct diags *diags) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        for (size_t j = 0; j < manifest->destinations.count; j++)
            check_destination(config, manifest, manifest->destinations.list[j], diags);
    }
}

/* ---- routes ---- */

/* Lua is not loaded where this is asked: that it has a function may only be guessed from its name. */
static bool lua_mentions(const struct manifest *manifest, struct str word) {
    struct str code = manifest->lua.code;
    return code.len && memmem(code.at, code.len, word.at, word.len);
}

static bool grows(const struct manifest *manifest) {
    return manifest->dedup.period_ms > 0 || lua_mentions(manifest, STR("dedup_period"));
}

static bool names(const struct route *route, struct str id) {
    struct json_member member = {STR("rule"), {.type = JSON_STRING, .string = id}};
    struct json alert = {.type = JSON_OBJECT, .members = &member, .count = 1};
    return pattern_matches(route->when, &alert, NULL);
}

/* The rules whose alerts are the engine's own. */
static size_t own_named(const struct route *route) {
    static const char *const own[] = {"tocsin.rule.failing", "tocsin.rule.suspended",
        "tocsin.memory.full", "tocsin.store.failing", NULL};
    size_t named = 0;
    for (size_t i = 0; own[i]; i++) named += names(route, str_of(own[i]));
    return named;
}

/* Where each match of all of its rules is an alert of its own, there is never more of one. */
static void check_by_rule(
    const struct route *route, const struct rules *rules, struct diags *diags) {
    size_t named = own_named(route), growing = named;
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        bool is_named = names(route, manifest->id);
        named += is_named;
        growing += is_named && grows(manifest);
    }
    if (!named)
        diags_find(
            diags, "TC113", DIAG_WARNING, route->place, "this route is for no rule there is");
    else if (route->updates_ms && !growing)
        diags_find(diags, "TC103", DIAG_WARNING, route->updates_place,
            "'updates' of alerts that do not grow: their rules have 'dedup: {period: 0}'");
}

static bool takes_all(const struct route *first, const struct route *later) {
    if (first->continues) return false;
    if (!first->when || !later->when) return !first->when;
    return pattern_covers(first->when, later->when);
}

static void check_reached(const struct config *config, size_t at, struct diags *diags) {
    const struct route *route = &config->routes[at];
    for (size_t i = 0; i < at; i++)
        if (takes_all(&config->routes[i], route)) {
            diags_find(diags, "TC111", DIAG_WARNING, route->place,
                "no alert comes here: the route in line %u takes all of them",
                config->routes[i].place.line);
            return;
        }
}

static void check_routes(
    const struct config *config, const struct rules *rules, struct diags *diags) {
    for (size_t i = 0; i < config->route_count; i++) {
        const struct route *route = &config->routes[i];
        check_reached(config, i, diags);
        if (rules && route->by_rule && route->when) check_by_rule(route, rules, diags);
    }
}

/* ---- destinations ---- */

static bool holds(const struct schema_strings *strings, struct str name) {
    for (size_t i = 0; i < strings->count; i++)
        if (str_eq(strings->list[i], name)) return true;
    return false;
}

static bool is_used(const struct config *config, const struct rules *rules, struct str name) {
    for (size_t i = 0; i < config->route_count; i++)
        if (holds(&config->routes[i].to, name)) return true;
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        if (holds(&manifest->destinations, name)) return true;
        if (lua_mentions(manifest, STR("destinations"))) return true;
    }
    return false;
}

/* Without routes each destination has all alerts. */
static void check_used(
    const struct config *config, const struct rules *rules, struct diags *diags) {
    for (size_t i = 0; config->route_count && i < config->destination_count; i++) {
        const struct destination *destination = &config->destinations[i];
        if (!is_used(config, rules, destination->name))
            diags_find(diags, "TC112", DIAG_WARNING, destination->place,
                "destination '%.*s' is used by no route and no rule", STR_ARG(destination->name));
    }
}

void config_find(const struct config *config, const struct rules *rules, struct diags *diags) {
    check_routes(config, rules, diags);
    if (!config->path || !rules) return;
    check_named(config, rules, diags);
    check_used(config, rules, diags);
}
