#include "base/file.h"
#include "model/config_parts.h"

static const int64_t DAY_MS = 86400000, KEEP_BYTES = 1000000000;

/* ---- values ---- */

/* A path as it is used: filled in and relative to the directory of the file. */
static bool expand_path(
    struct schema_context *context, struct str text, struct place place, struct str *path) {
    struct template template = {text, place};
    if (!template_expand(context, &template, path)) return false;
    char *dir = path_directory(context->arena, place.file);
    *path = str_of(path_join(context->arena, dir, path->at));
    return true;
}

static bool read_path(struct schema_context *context, const struct yaml *value, void *into) {
    if (value->type != YAML_STRING || value->text.len == 0)
        return diags_reject(context->diags, "TC013", value->place, "expected a path, not %s",
            value->type == YAML_STRING ? "nothing" : yaml_type_name(value->type));
    return expand_path(context, value->text, value->place, into);
}

static bool expand_paths(struct schema_context *context, struct schema_strings *paths) {
    bool good = true;
    for (size_t i = 0; i < paths->count; i++)
        good = expand_path(context, paths->list[i], paths->places[i], &paths->list[i]) && good;
    return good;
}

static bool read_input(
    struct schema_context *context, const struct yaml *map, struct input_config *input) {
    static const struct schema_row rows[] = {
        {.key = "file",
            .type = SCHEMA_CUSTOM,
            .required = true,
            .offset = offsetof(struct input_config, file),
            .parse = read_path,
            .help = "file or directory that is followed"},
        {0},
    };
    struct schema_context inner = {context->arena, context->diags, "an input"};
    input->place = schema_place(map, "file");
    return schema_read(&inner, rows, map, input);
}

static bool read_inputs(struct schema_context *context, const struct yaml *value, void *into) {
    struct config *config = into;
    bool good = true;
    if (value->type != YAML_LIST)
        return diags_reject(context->diags, "TC013", value->place,
            "'inputs' must be a list, not %s", yaml_type_name(value->type));
    config->input_count = value->count;
    config->inputs = arena_list(context->arena, struct input_config, value->count);
    for (size_t i = 0; i < value->count; i++)
        good = read_input(context, &value->items[i], &config->inputs[i]) && good;
    return good;
}

static bool read_keep(struct schema_context *context, const struct yaml *value, void *into) {
    static const struct schema_row rows[] = {
        {.key = "age",
            .type = SCHEMA_DURATION,
            .offset = offsetof(struct config, keep_ms),
            .low = 1,
            .help = "after which delivered alerts and rejected records go"},
        {.key = "size",
            .type = SCHEMA_SIZE,
            .offset = offsetof(struct config, keep_bytes),
            .low = 1,
            .help = "of the store, at which the oldest of them go"},
        {0},
    };
    struct schema_context inner = {context->arena, context->diags, "'keep'"};
    return schema_read(&inner, rows, value, into);
}

/* ---- the file ---- */

static const struct schema_row rows[] = {
    {.key = "rules",
        .type = SCHEMA_STRINGS,
        .offset = offsetof(struct config, rules),
        .help = "files and directories with rules"},
    {.key = "limits",
        .type = SCHEMA_CUSTOM,
        .offset = offsetof(struct config, limits),
        .parse = limits_read,
        .help = "what one call of a rule may cost"},
    {.key = "overrides",
        .type = SCHEMA_CUSTOM,
        .offset = offsetof(struct config, overrides),
        .parse = overrides_read,
        .help = "what is changed in rules that are named by their ids"},
    {.key = "inputs", .type = SCHEMA_CUSTOM, .parse = read_inputs, .help = "what is followed"},
    {.key = "destinations",
        .type = SCHEMA_CUSTOM,
        .parse = config_destinations_read,
        .help = "where alerts can go, by name"},
    {.key = "routes",
        .type = SCHEMA_CUSTOM,
        .parse = config_routes_read,
        .help = "which alerts go where; the first that matches"},
    {.key = "store",
        .type = SCHEMA_CUSTOM,
        .offset = offsetof(struct config, store),
        .parse = read_path,
        .help = "the SQLite file for everything that must last"},
    {.key = "shutdown",
        .type = SCHEMA_DURATION,
        .offset = offsetof(struct config, shutdown_ms),
        .help = "how long SIGTERM lets deliveries go on"},
    {.key = "keep", .type = SCHEMA_CUSTOM, .parse = read_keep, .help = "when old alerts go"},
    {.key = "ignore_findings",
        .type = SCHEMA_CUSTOM,
        .offset = offsetof(struct config, ignores),
        .parse = ignores_read,
        .help = "findings of check that are fine everywhere"},
    {0},
};

static void set_defaults(struct config *config, struct arena *arena, const char *path) {
    const char *dir = path ? path_directory(arena, path) : ".";
    *config = (struct config){
        .path = path ? arena_text(arena, path) : NULL,
        .dir = dir,
        .limits = LIMITS_DEFAULT,
        .store = str_of(path_join(arena, dir, "tocsin.db")),
        .shutdown_ms = 10000,
        .keep_ms = 90 * DAY_MS,
        .keep_bytes = KEEP_BYTES,
    };
}

static bool read_document(
    struct schema_context *context, const struct yaml *document, struct config *config) {
    bool good = schema_read(context, rows, document, config);
    good = expand_paths(context, &config->rules) && good;
    return config_check_routes(context, config) && good;
}

bool config_load(
    struct config *config, struct arena *arena, const char *path, struct diags *diags) {
    set_defaults(config, arena, path);
    if (!path) return true;
    struct schema_context context = {arena, diags, "the configuration"};
    struct yaml_documents documents;
    bool good = yaml_parse_file(&documents, arena, config->path, diags);
    for (size_t i = 0; i < documents.count; i++) {
        const struct yaml *document = &documents.list[i];
        if (i > 0)
            good = diags_reject(
                diags, "TC017", document->place, "the configuration is one document");
        else if (document->type != YAML_NULL)
            good = read_document(&context, document, config) && good;
    }
    return good;
}

void config_release(struct config *config) {
    for (size_t i = 0; i < config->route_count; i++)
        if (config->routes[i].when) pattern_release(config->routes[i].when);
    *config = (struct config){0};
}
