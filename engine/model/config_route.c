#include "base/suggest.h"
#include "model/alert_rows.h"
#include "model/config_parts.h"

/* The name before the first dot of a key of the pattern. */
static struct str first_name(struct str path) {
    const char *dot = memchr(path.at, '.', path.len);
    return (struct str){path.at, dot ? (size_t)(dot - path.at) : path.len};
}

static bool is_alert_key(struct str name) {
    for (const struct schema_row *row = alert_rows; row->key; row++)
        if (str_is(name, row->key)) return true;
    return str_is(name, "$or");
}

static const char *suggest_key(struct str name) {
    struct suggest near = suggest_for(name);
    for (const struct schema_row *row = alert_rows; row->key; row++) suggest_offer(&near, row->key);
    return suggest_text(suggest_best(&near));
}

static bool check_keys(struct schema_context *context, const struct yaml *when);

static bool check_key(struct schema_context *context, const struct yaml_member *member) {
    struct str name = first_name(member->key);
    bool good = true;
    if (!is_alert_key(name))
        return diags_reject(context->diags, "TC010", member->place, "an alert has no '%.*s'%s",
            STR_ARG(name), suggest_key(name));
    if (str_is(name, "$or"))
        for (size_t i = 0; i < member->value.count && member->value.type == YAML_LIST; i++)
            good = check_keys(context, &member->value.items[i]) && good;
    return good;
}

static bool check_keys(struct schema_context *context, const struct yaml *when) {
    bool good = true;
    for (size_t i = 0; when->type == YAML_MAP && i < when->count; i++)
        good = check_key(context, &when->members[i]) && good;
    return good;
}

static bool read_when(struct schema_context *context, const struct yaml *value, void *into) {
    struct pattern **when = into;
    bool good = check_keys(context, value);
    *when = pattern_compile(context->arena, value, context->diags);
    return *when && good;
}

const struct schema_row config_route_rows[] = {
    {.key = "when",
        .type = SCHEMA_CUSTOM,
        .offset = offsetof(struct route, when),
        .parse = read_when,
        .shape = PATTERN_SHAPE,
        .help = "pattern of the alerts that go here; any where absent"},
    {.key = "to",
        .type = SCHEMA_STRINGS,
        .required = true,
        .offset = offsetof(struct route, to),
        .help = "names of destinations"},
    {.key = "continue",
        .type = SCHEMA_BOOL,
        .offset = offsetof(struct route, continues),
        .help = "whether later routes are asked too"},
    {.key = "updates",
        .type = SCHEMA_DURATION,
        .offset = offsetof(struct route, updates_ms),
        .low = 1,
        .help = "how often they hear of further matches, at most; never where absent"},
    {0},
};

static bool asks_for_rule(const struct yaml *when) {
    return when && when->type == YAML_MAP && when->count == 1 &&
           str_is(when->members[0].key, "rule");
}

static bool read_route(
    struct schema_context *context, const struct yaml *map, struct route *route) {
    const struct yaml *to = yaml_get(map, "to");
    route->place = map->place;
    route->updates_place = schema_place(map, "updates");
    route->by_rule = asks_for_rule(yaml_get(map, "when"));
    bool good = schema_read(context, config_route_rows, map, route);
    if (!to || to->type != YAML_LIST || to->count) return good;
    return diags_reject(context->diags, "TC016", map->place, "a route needs a destination in 'to'");
}

bool config_routes_read(struct schema_context *context, const struct yaml *value, void *into) {
    struct config *config = into;
    struct schema_context inner = {context->arena, context->diags, "a route"};
    bool good = true;
    if (value->type != YAML_LIST)
        return diags_reject(context->diags, "TC013", value->place,
            "'routes' must be a list, not %s", yaml_type_name(value->type));
    config->route_count = value->count;
    config->routes = arena_list(context->arena, struct route, value->count);
    for (size_t i = 0; i < value->count; i++)
        good = read_route(&inner, &value->items[i], &config->routes[i]) && good;
    return good;
}

static bool check_destination(struct schema_context *context, const struct config *config,
    struct str name, struct place place) {
    if (config_destination(config, name)) return true;
    struct suggest suggest = suggest_for(name);
    for (size_t i = 0; i < config->destination_count; i++)
        suggest_offer(&suggest, config->destinations[i].name.at);
    return diags_reject(context->diags, "TC019", place, "unknown destination '%.*s'%s",
        STR_ARG(name), suggest_text(suggest_best(&suggest)));
}

bool config_check_routes(struct schema_context *context, const struct config *config) {
    bool good = true;
    for (size_t i = 0; i < config->route_count; i++) {
        const struct schema_strings *to = &config->routes[i].to;
        for (size_t j = 0; j < to->count; j++)
            good = check_destination(context, config, to->list[j], to->places[j]) && good;
    }
    return good;
}

bool config_has_updates(const struct config *config) {
    for (size_t i = 0; i < config->route_count; i++)
        if (config->routes[i].updates_ms) return true;
    return false;
}
