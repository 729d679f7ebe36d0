#include "flow/route.h"

#include "base/log.h"

static bool is_more_frequent(int64_t updates_ms, int64_t than_ms) {
    return updates_ms && (!than_ms || updates_ms < than_ms);
}

static void add_target(
    struct route_targets *targets, struct arena *arena, struct str name, int64_t updates_ms) {
    for (size_t i = 0; i < targets->count; i++) {
        struct route_target *target = &targets->list[i];
        if (!str_eq(target->destination, name)) continue;
        if (is_more_frequent(updates_ms, target->updates_ms)) target->updates_ms = updates_ms;
        return;
    }
    targets->list = arena_grow(arena, targets->list, targets->count);
    targets->list[targets->count++] = (struct route_target){name, updates_ms};
}

static const struct json *alert_tree(const struct alert *alert, struct arena *arena) {
    struct buf text;
    buf_init(&text);
    alert_print(&text, alert);
    const struct json *tree = json_parse(arena, buf_str(&text), NULL, NULL);
    buf_release(&text);
    return tree;
}

static void add_named(struct route_targets *targets, const struct config *config,
    const struct json *tree, struct arena *arena) {
    const struct json *named = json_get_text(tree, "destinations");
    for (size_t i = 0; named && named->type == JSON_ARRAY && i < named->count; i++) {
        struct str name = json_string(&named->items[i]);
        if (config_destination(config, name))
            add_target(targets, arena, name, 0);
        else
            log_warn("rule '%.*s' names destination '%.*s', which is not configured",
                STR_ARG(json_string(json_get_text(tree, "rule"))), STR_ARG(name));
    }
}

static void add_routed(struct route_targets *targets, const struct config *config,
    const struct json *tree, struct arena *arena) {
    for (size_t i = 0; i < config->route_count; i++) {
        const struct route *route = &config->routes[i];
        if (route->when && !pattern_matches(route->when, tree, NULL)) continue;
        for (size_t j = 0; j < route->to.count; j++)
            add_target(targets, arena, route->to.list[j], route->updates_ms);
        if (!route->continues) return;
    }
}

static void add_all(
    struct route_targets *targets, const struct config *config, struct arena *arena) {
    for (size_t i = 0; i < config->destination_count; i++)
        add_target(targets, arena, config->destinations[i].name, 0);
}

struct route_targets route_alert(
    const struct config *config, const struct alert *alert, struct arena *arena) {
    struct route_targets targets = {0};
    const struct json *tree = alert_tree(alert, arena);
    add_named(&targets, config, tree, arena);
    if (targets.count == 0 && config->route_count == 0) add_all(&targets, config, arena);
    if (targets.count == 0) add_routed(&targets, config, tree, arena);
    return targets;
}
