#include "model/override.h"

#include "base/like.h"
#include "base/suggest.h"
#include "model/manifest.h"

/* ---- reading ---- */

/* What a value may be, the manifest knows that it is laid over. */
#define CHANGE(name, about)                                                                        \
    {                                                                                              \
        .key = (name), .type = SCHEMA_YAML, .offset = offsetof(struct reading, ignored),           \
        .help = (about)                                                                            \
    }

struct reading {
    struct schema_strings rules;
    const struct yaml *ignored;
};

static const struct schema_row rows[] = {
    {.key = "rules",
        .type = SCHEMA_STRINGS,
        .required = true,
        .offset = offsetof(struct reading, rules),
        .help = "ids of rules, or patterns of ids"},
    CHANGE("enabled", "whether they are asked at all"),
    CHANGE("severity", "how bad it is"),
    CHANGE("params", "values for the Lua, key by key"),
    CHANGE("dedup", "which matches are one alert, key by key"),
    CHANGE("threshold", "how many matches fire, key by key"),
    CHANGE("destinations", "where alerts go, past the routes"),
    CHANGE("exceptions", "patterns of matches that are fine, beside the rule's own"),
    {0},
};

static struct yaml without_rules(struct arena *arena, const struct yaml *map) {
    struct yaml changes = *map;
    changes.count = 0;
    changes.members = arena_list(arena, struct yaml_member, map->count);
    for (size_t i = 0; i < map->count; i++)
        if (!str_is(map->members[i].key, "rules"))
            changes.members[changes.count++] = map->members[i];
    return changes;
}

static bool read_override(
    struct schema_context *context, const struct yaml *map, struct override *override) {
    struct schema_context inner = {context->arena, context->diags, "an override"};
    struct reading reading = {0};
    if (!schema_read(&inner, rows, map, &reading)) return false;
    override->rules = reading.rules;
    override->changes = without_rules(context->arena, map);
    if (reading.rules.count) return true;
    return diags_reject(
        context->diags, "TC016", schema_place(map, "rules"), "an override names no rule");
}

bool overrides_read(struct schema_context *context, const struct yaml *value, void *into) {
    if (value->type != YAML_LIST)
        return diags_reject(context->diags, "TC013", value->place,
            "'overrides' must be a list, not %s", yaml_type_name(value->type));
    struct overrides read = {.tree = value, .count = value->count};
    bool good = true;
    read.list = arena_list(context->arena, struct override, value->count);
    for (size_t i = 0; i < value->count; i++)
        good = read_override(context, &value->items[i], &read.list[i]) && good;
    if (good) *(struct overrides *)into = read;
    return good;
}

/* ---- which rules ---- */

static bool names(const struct override *override, struct str id) {
    for (size_t i = 0; i < override->rules.count; i++)
        if (like_matches(id, override->rules.list[i])) return true;
    return false;
}

static bool check_name(
    const struct manifests *manifests, struct str name, struct place place, struct diags *diags) {
    struct suggest near = suggest_for(name);
    for (size_t i = 0; i < manifests->count; i++) {
        struct str id = manifests->list[i]->id;
        if (like_matches(id, name)) return true;
        if (id.len) suggest_offer(&near, id.at);
    }
    return diags_reject(diags, "TC019", place, "an override of no rule: '%.*s'%s", STR_ARG(name),
        suggest_text(suggest_best(&near)));
}

bool overrides_check(
    const struct overrides *overrides, const struct manifests *manifests, struct diags *diags) {
    bool good = true;
    for (size_t i = 0; i < overrides->count; i++) {
        const struct schema_strings *rules = &overrides->list[i].rules;
        for (size_t j = 0; j < rules->count; j++)
            good = check_name(manifests, rules->list[j], rules->places[j], diags) && good;
    }
    return good;
}

/* ---- what becomes of a rule ---- */

static struct yaml_member *find(const struct yaml *map, struct str key) {
    for (size_t i = 0; i < map->count; i++)
        if (str_eq(map->members[i].key, key)) return &map->members[i];
    return NULL;
}

static struct yaml join(struct arena *arena, const struct yaml *list, const struct yaml *more) {
    struct yaml joined = *list;
    joined.items = arena_list(arena, struct yaml, list->count + more->count);
    for (size_t i = 0; i < list->count; i++) joined.items[i] = list->items[i];
    for (size_t i = 0; i < more->count; i++) joined.items[joined.count++] = more->items[i];
    return joined;
}

static struct yaml room_for(struct arena *arena, const struct yaml *map, size_t more) {
    struct yaml copy = *map;
    copy.members = arena_list(arena, struct yaml_member, map->count + more);
    for (size_t i = 0; i < map->count; i++) copy.members[i] = map->members[i];
    return copy;
}

/* Replaces the member of that key, or adds it where there is room. */
static void put(struct yaml *map, const struct yaml_member *member) {
    struct yaml_member *old = find(map, member->key);
    if (!old) old = &map->members[map->count++];
    *old = *member;
}

/* The value of a key of the rule under that of the override. */
static struct yaml lay_over(
    struct arena *arena, const struct yaml *under, const struct yaml *over) {
    if (under->type == YAML_MAP && over->type == YAML_MAP) {
        struct yaml both = room_for(arena, under, over->count);
        for (size_t i = 0; i < over->count; i++) put(&both, &over->members[i]);
        both.place = over->place;
        both.bad = under->bad || over->bad;
        return both;
    }
    return *over;
}

static void change(struct arena *arena, struct yaml *document, struct yaml_member member) {
    const struct yaml_member *old = find(document, member.key);
    bool adds = str_is(member.key, "exceptions") && member.value.type == YAML_LIST;
    if (old && adds && old->value.type == YAML_LIST)
        member.value = join(arena, &old->value, &member.value);
    else if (old)
        member.value = lay_over(arena, &old->value, &member.value);
    put(document, &member);
}

static bool check_memory(struct schema_context *context, const struct override *override,
    const struct yaml *document, struct str id) {
    static const char *const others[] = {"first_seen", "sequence", "aggregate", NULL};
    const struct yaml_member *threshold = find(&override->changes, STR("threshold"));
    for (size_t i = 0; threshold && others[i]; i++)
        if (yaml_get(document, others[i]))
            return diags_reject(context->diags, "TC017", threshold->place,
                "rule '%.*s' has '%s' and takes no 'threshold'", STR_ARG(id), others[i]);
    return true;
}

static bool apply(const struct override *override, struct schema_context *context, struct str id,
    struct yaml *document) {
    const struct yaml *changes = &override->changes;
    if (!names(override, id)) return true;
    if (!check_memory(context, override, document, id)) return false;
    *document = room_for(context->arena, document, changes->count);
    for (size_t i = 0; i < changes->count; i++)
        change(context->arena, document, changes->members[i]);
    return true;
}

bool overrides_apply(const struct overrides *overrides, struct schema_context *context,
    const struct yaml *document, struct yaml *changed) {
    const struct yaml *id = document->type == YAML_MAP ? yaml_get(document, "id") : NULL;
    bool good = true;
    *changed = *document;
    if (!id || id->type != YAML_STRING) return true;
    for (size_t i = 0; i < overrides->count; i++)
        good = apply(&overrides->list[i], context, id->text, changed) && good;
    return good;
}
