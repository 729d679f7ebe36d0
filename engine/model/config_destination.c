#include "base/log.h"
#include "base/suggest.h"
#include "model/config_parts.h"

enum { MAX_IN_FLIGHT = 4, MOST_IN_FLIGHT = 100 };

static const int64_t SECOND_MS = 1000, DAY_MS = 86400000;

static bool read_template(struct schema_context *context, const struct yaml *value, void *into) {
    struct template *template = into;
    if (value->type == YAML_LIST || value->type == YAML_MAP || value->type == YAML_NULL)
        return diags_reject(context->diags, "TC013", value->place, "expected a string, not %s",
            yaml_type_name(value->type));
    *template = (struct template){value->text, value->place};
    return template_check(context, template);
}

/* One that is written out is the user's choice; no message shows it all the same. */
static bool read_secret(struct schema_context *context, const struct yaml *value, void *into) {
    const struct template *secret = into;
    if (!read_template(context, value, into)) return false;
    if (!memmem(secret->text.at, secret->text.len, "${", 2)) log_hide(secret->text.at);
    return true;
}

#define ROW(name, kind, field, about)                                                              \
    .key = (name), .type = (kind), .offset = offsetof(struct destination, field), .help = (about)

static const struct schema_row rows[] = {
    {ROW("type", SCHEMA_NAME, type, "which Lua file makes the message"), .required = true},
    {ROW("url", SCHEMA_CUSTOM, url, "where to send"), .parse = read_template},
    {ROW("secret", SCHEMA_CUSTOM, secret, "signs requests"), .parse = read_secret},
    {ROW("proxy", SCHEMA_CUSTOM, proxy, "HTTP proxy"), .parse = read_template},
    {ROW("max_in_flight", SCHEMA_INTEGER, max_in_flight, "requests at once"), .low = 1,
        .high = MOST_IN_FLIGHT},
    {ROW("timeout", SCHEMA_DURATION, timeout_ms, "of one request"), .low = 1, .high = 600 * 1000},
    {ROW("max_age", SCHEMA_DURATION, max_age_ms, "after which a delivery is given up"), .low = 1},
    {ROW("allow_loopback", SCHEMA_BOOL, allow_loopback, "may go to this machine")},
    {ROW("allow_http", SCHEMA_BOOL, allow_http, "may go without TLS")},
    {0},
};

static bool is_known(struct str key) {
    for (const struct schema_row *row = rows; row->key; row++)
        if (str_is(key, row->key)) return true;
    return false;
}

/* Any other key is a setting for the Lua file, so a misspelt one can only be wondered at. */
static void warn_misspelt(
    struct schema_context *context, const struct yaml *map, const struct yaml_member *member) {
    struct suggest suggest = suggest_for(member->key);
    for (const struct schema_row *row = rows; row->key; row++)
        if (!yaml_get(map, row->key)) suggest_offer(&suggest, row->key);
    const char *near = suggest_best(&suggest);
    if (near)
        diags_find(context->diags, "TC106", DIAG_WARNING, member->place,
            "'%.*s' goes to the Lua of %s%s", STR_ARG(member->key), context->subject,
            suggest_text(near));
}

static bool read_setting(struct schema_context *context, const struct yaml *map,
    const struct yaml_member *member, struct destination *destination) {
    struct destination_setting *setting = &destination->settings[destination->setting_count++];
    setting->key = member->key;
    if (member->value.bad) return false;
    warn_misspelt(context, map, member);
    return read_template(context, &member->value, &setting->value);
}

/* The keys of the rows go through the schema, all others are settings. */
static bool read_destination(
    struct schema_context *context, const struct yaml *map, struct destination *destination) {
    if (map->type != YAML_MAP) return schema_read(context, rows, map, destination);
    struct yaml known = *map;
    bool good = true;
    known.count = 0;
    known.members = arena_list(context->arena, struct yaml_member, map->count);
    destination->settings = arena_list(context->arena, struct destination_setting, map->count);
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_member *member = &map->members[i];
        if (is_known(member->key))
            known.members[known.count++] = *member;
        else
            good = read_setting(context, map, member, destination) && good;
    }
    return schema_read(context, rows, &known, destination) && good;
}

static bool read_named(struct schema_context *context, const struct yaml_member *member,
    struct destination *destination) {
    *destination = (struct destination){
        .name = member->key,
        .place = member->place,
        .max_in_flight = MAX_IN_FLIGHT,
        .timeout_ms = 10 * SECOND_MS,
        .max_age_ms = DAY_MS,
    };
    struct schema_context inner = {context->arena, context->diags,
        arena_format(context->arena, "destination '%.*s'", STR_ARG(member->key))};
    bool good = schema_check_name(context, "destination", member->key, member->place);
    return read_destination(&inner, &member->value, destination) && good;
}

bool config_destinations_read(
    struct schema_context *context, const struct yaml *value, void *into) {
    struct config *config = into;
    bool good = true;
    if (value->type != YAML_MAP)
        return diags_reject(context->diags, "TC013", value->place,
            "'destinations' must be a map of names, not %s", yaml_type_name(value->type));
    config->destination_count = value->count;
    config->destinations = arena_list(context->arena, struct destination, value->count);
    for (size_t i = 0; i < value->count; i++)
        good = read_named(context, &value->members[i], &config->destinations[i]) && good;
    return good;
}

const struct destination *config_destination(const struct config *config, struct str name) {
    for (size_t i = 0; i < config->destination_count; i++)
        if (str_eq(config->destinations[i].name, name)) return &config->destinations[i];
    return NULL;
}
