#include "base/clock.h"
#include "model/manifest_parts.h"

#include <stdio.h>

#define ROW(name, kind, about)                                                                     \
    .key = #name, .type = (kind), .offset = offsetof(struct manifest_exception, name),             \
    .help = (about)

/* A day is over where it begins: `2027-01-31` is its midnight, UTC. */
int64_t manifest_until_ms(struct str text) {
    int64_t at_ms = clock_parse(text);
    char midnight[CLOCK_TEXT];
    if (at_ms != CLOCK_UNKNOWN) return at_ms;
    snprintf(midnight, sizeof midnight, "%.*sT00:00:00Z", STR_ARG(text));
    return clock_parse(str_of(midnight));
}

static void make_id(
    struct arena *arena, const struct yaml *map, struct manifest_exception *exception) {
    struct buf when = {0};
    struct hash *hash = hash_new();
    json_print(&when, yaml_to_json(arena, yaml_get(map, "when")));
    hash_part(hash, buf_str(&when));
    hash_part(hash, exception->reason);
    hash_hex(hash, exception->id);
    hash_free(hash);
    buf_release(&when);
}

static const struct schema_row rows[] = {
    {ROW(when, SCHEMA_CUSTOM, "pattern of the matches"), .required = true,
        .parse = manifest_when_read},
    {ROW(reason, SCHEMA_STRING, "why they are fine"), .required = true},
    {ROW(owner, SCHEMA_STRING, "who answers for it")},
    {ROW(until, SCHEMA_STRING, "from when on it no longer applies")},
    {0},
};

static bool read_exception(
    struct schema_context *context, const struct yaml *map, struct manifest_exception *exception) {
    struct schema_context inner = {context->arena, context->diags, "an exception"};
    exception->place = map->place;
    exception->until_ms = INT64_MAX;
    if (!schema_read(&inner, rows, map, exception)) return false;
    make_id(context->arena, map, exception);
    if (exception->until.len == 0) return true;
    exception->until_ms = manifest_until_ms(exception->until);
    if (exception->until_ms != CLOCK_UNKNOWN) return true;
    return diags_reject(context->diags, "TC015", schema_place(map, "until"),
        "'until' must be a date such as 2027-01-31 or a time such as 2027-01-31T12:00:00Z, "
        "not '%.*s'",
        STR_ARG(exception->until));
}

bool manifest_exceptions_list(struct schema_context *context, const struct yaml *value,
    struct manifest_exception **list, size_t *count) {
    if (value->type != YAML_LIST)
        return diags_reject(context->diags, "TC013", value->place,
            "'exceptions' must be a list, not %s", yaml_type_name(value->type));
    bool good = true;
    *count = value->count;
    *list = arena_list(context->arena, struct manifest_exception, value->count);
    for (size_t i = 0; i < value->count; i++)
        good = read_exception(context, &value->items[i], &(*list)[i]) && good;
    return good;
}

bool manifest_exceptions_read(
    struct schema_context *context, const struct yaml *value, void *into) {
    struct manifest *manifest = into;
    return manifest_exceptions_list(
        context, value, &manifest->exceptions, &manifest->exception_count);
}
