#include "model/manifest_parts.h"

static bool read_exceptions(struct schema_context *context, const struct yaml *value, void *into) {
    struct manifest_given *given = into;
    given->excepts = true;
    return manifest_exceptions_list(context, value, &given->exceptions, &given->exception_count);
}

bool manifest_given_read(struct schema_context *context, const struct yaml *value, void *into) {
    static const struct schema_row rows[] = {
        {.key = "params",
            .type = SCHEMA_CUSTOM,
            .offset = offsetof(struct manifest_given, params),
            .parse = manifest_params_read,
            .help = "values for the Lua, laid over the rule's own key by key"},
        {.key = "exceptions",
            .type = SCHEMA_CUSTOM,
            .parse = read_exceptions,
            .help = "in place of the rule's own"},
        {0},
    };
    struct schema_context inner = {context->arena, context->diags, "'given'"};
    return schema_read(&inner, rows, value, into);
}

/* Key by key, as an override does it. */
static const struct json *lay_params(
    struct arena *arena, const struct json *under, const struct json *over) {
    struct json *both = arena_new(arena, struct json);
    size_t most = (under ? under->count : 0) + over->count;
    *both = (struct json){
        .type = JSON_OBJECT, .members = arena_list(arena, struct json_member, most)};
    for (size_t i = 0; under && i < under->count; i++)
        if (!json_get(over, under->members[i].key))
            both->members[both->count++] = under->members[i];
    for (size_t i = 0; i < over->count; i++) both->members[both->count++] = over->members[i];
    return both;
}

static const struct manifest *with(
    struct arena *arena, const struct manifest *manifest, const struct manifest_given *given) {
    struct manifest *changed = arena_new(arena, struct manifest);
    *changed = *manifest;
    if (given->params) changed->params = lay_params(arena, manifest->params, given->params);
    if (!given->excepts) return changed;
    changed->exceptions = given->exceptions;
    changed->exception_count = given->exception_count;
    return changed;
}

void manifest_given_apply(struct arena *arena, const struct manifest *manifest) {
    for (size_t i = 0; i < manifest->test_count; i++) {
        struct manifest_test *test = &manifest->tests[i];
        if (test->given.params || test->given.excepts)
            test->rule = with(arena, manifest, &test->given);
    }
}

void manifest_given_release(struct manifest_given *given) {
    for (size_t i = 0; i < given->exception_count; i++) pattern_release(given->exceptions[i].when);
}
