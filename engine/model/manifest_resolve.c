/* When an alert is over; what the key means is in rules/MEMORY.md. */
#include "model/manifest_parts.h"

#define ROW(name, kind, field, about)                                                              \
    .key = (name), .type = (kind), .offset = offsetof(struct manifest_resolve, field),             \
    .help = (about)

bool manifest_resolve_read(struct schema_context *context, const struct yaml *value, void *into) {
    static const struct schema_row rows[] = {
        {ROW("after", SCHEMA_DURATION, after_ms, "so long without a further match"), .low = 1},
        {ROW("when", SCHEMA_CUSTOM, when, "pattern of events of the log that say so"),
            .parse = manifest_when_read},
        {0},
    };
    struct schema_context inner = {context->arena, context->diags, "'resolve'"};
    struct manifest_resolve *resolve = into;
    resolve->place = value->place;
    if (!schema_read(&inner, rows, value, resolve)) return false;
    if (yaml_get(value, "after") || yaml_get(value, "when")) return true;
    return diags_reject(context->diags, "TC011", value->place, "'resolve' needs 'after' or 'when'");
}

/* Whether the Lua has such a function is known when it is loaded. */
bool manifest_resolve_check(struct schema_context *context, const struct manifest *manifest) {
    const struct manifest_resolve *resolve = &manifest->resolve;
    if (!resolve->when || manifest->dedup.by_given || manifest->lua.code.len) return true;
    return diags_reject(context->diags, "TC017", resolve->place,
        "'resolve: {when: …}' needs 'dedup: {by: …}', or Lua with a function 'dedup': nothing else "
        "says which alerts an event resolves");
}
