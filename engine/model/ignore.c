#include "model/ignore.h"

#include "base/suggest.h"

#define ROW(name, kind, about)                                                                     \
    .key = #name, .type = (kind), .required = true, .offset = offsetof(struct ignore, name),       \
    .help = (about)

static const struct schema_row rows[] = {
    {ROW(code, SCHEMA_STRING, "of the finding, such as TC130")},
    {ROW(reason, SCHEMA_STRING, "why it is fine")},
    {0},
};

static bool unknown_code(
    struct schema_context *context, const struct ignore *ignore, struct place place) {
    struct suggest meant = suggest_for(ignore->code);
    const struct finding *row;
    for (size_t i = 0; (row = finding_at(i)); i++) suggest_offer(&meant, row->code);
    return diags_reject(context->diags, "TC060", place, "unknown code '%.*s'%s",
        STR_ARG(ignore->code), suggest_text(suggest_best(&meant)));
}

static bool check_code(
    struct schema_context *context, struct ignore *ignore, const struct yaml *map) {
    struct place place = schema_place(map, "code");
    ignore->finding = finding_find(ignore->code);
    if (!ignore->finding) return unknown_code(context, ignore, place);
    return finding_may_be_ignored(ignore->finding) ||
           diags_reject(context->diags, "TC060", place,
               "%s cannot be ignored: %s, and nothing loads", ignore->finding->code,
               ignore->finding->title);
}

static bool read_ignore(
    struct schema_context *context, const struct yaml *map, struct ignore *ignore) {
    struct schema_context inner = {context->arena, context->diags, "an ignored finding"};
    ignore->place = map->place;
    return schema_read(&inner, rows, map, ignore) && check_code(context, ignore, map);
}

bool ignores_read(struct schema_context *context, const struct yaml *value, void *into) {
    struct ignores *ignores = into;
    bool good = true;
    if (value->type != YAML_LIST)
        return diags_reject(context->diags, "TC013", value->place,
            "'ignore_findings' must be a list, not %s", yaml_type_name(value->type));
    ignores->count = value->count;
    ignores->list = arena_list(context->arena, struct ignore, value->count);
    for (size_t i = 0; i < value->count; i++)
        good = read_ignore(context, &value->items[i], &ignores->list[i]) && good;
    return good;
}

/* ---- taking away ---- */

struct ignoring {
    struct ignores *ignores;
    const struct extent *extent;
};

static bool is_within(const struct extent *extent, const struct place *place) {
    if (!extent) return true;
    if (!place->file) return false;
    if (extent->lua_file && strcmp(place->file, extent->lua_file) == 0) return true;
    return strcmp(place->file, extent->file) == 0 && place->line >= extent->first &&
           place->line <= extent->last;
}

static bool is_wanted(const struct diag_entry *entry, void *context) {
    const struct ignoring *ignoring = context;
    bool wanted = true;
    if (!entry->code || !is_within(ignoring->extent, &entry->place)) return true;
    for (size_t i = 0; i < ignoring->ignores->count; i++) {
        struct ignore *ignore = &ignoring->ignores->list[i];
        if (!ignore->finding || strcmp(ignore->finding->code, entry->code) != 0) continue;
        ignore->was_needed = true;
        wanted = false;
    }
    return wanted;
}

void ignores_apply(struct ignores *ignores, struct diags *diags, const struct extent *extent) {
    struct ignoring ignoring = {ignores, extent};
    if (ignores->count) diags_keep(diags, is_wanted, &ignoring);
}

void ignores_check(const struct ignores *ignores, struct diags *diags) {
    for (size_t i = 0; i < ignores->count; i++)
        if (!ignores->list[i].was_needed)
            diags_find(diags, "TC107", DIAG_WARNING, ignores->list[i].place,
                "%.*s is not found here, and ignored all the same", STR_ARG(ignores->list[i].code));
}
