#include "flow/route.h"

#include "base/log.h"

static void add_name(struct schema_strings *names, struct arena *arena, struct str name) {
    for (size_t i = 0; i < names->count; i++)
        if (str_eq(names->list[i], name)) return;
    names->list = arena_grow(arena, names->list, names->count);
    names->list[names->count++] = name;
}

static const struct json *alert_tree(const struct alert *alert, struct arena *arena) {
    struct buf text;
    buf_init(&text);
    alert_print(&text, alert);
    const struct json *tree = json_parse(arena, buf_str(&text), NULL, NULL);
    buf_release(&text);
    return tree;
}

static void add_named(struct schema_strings *names, const struct config *config,
    const struct json *tree, struct arena *arena) {
    const struct json *named = json_get_text(tree, "destinations");
    for (size_t i = 0; named && named->type == JSON_ARRAY && i < named->count; i++) {
        struct str name = json_string(&named->items[i]);
        if (config_destination(config, name))
            add_name(names, arena, name);
        else
            log_warn("rule '%.*s' names destination '%.*s', which is not configured",
                STR_ARG(json_string(json_get_text(tree, "rule"))), STR_ARG(name));
    }
}

static void add_routed(struct schema_strings *names, const struct config *config,
    const struct json *tree, struct arena *arena) {
    for (size_t i = 0; i < config->route_count; i++) {
        const struct route *route = &config->routes[i];
        if (route->when && !pattern_matches(route->when, tree, NULL)) continue;
        for (size_t j = 0; j < route->to.count; j++) add_name(names, arena, route->to.list[j]);
        if (!route->continues) return;
    }
}

static void add_all(
    struct schema_strings *names, const struct config *config, struct arena *arena) {
    for (size_t i = 0; i < config->destination_count; i++)
        add_name(names, arena, config->destinations[i].name);
}

struct schema_strings route_alert(
    const struct config *config, const struct alert *alert, struct arena *arena) {
    struct schema_strings names = {0};
    const struct json *tree = alert_tree(alert, arena);
    add_named(&names, config, tree, arena);
    if (names.count == 0 && config->route_count == 0) add_all(&names, config, arena);
    if (names.count == 0) add_routed(&names, config, tree, arena);
    return names;
}
