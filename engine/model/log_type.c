#include "model/log_type.h"

#include "base/file.h"
#include "base/mem.h"

enum { LATENESS_MS = 60 * 60 * 1000 };

static bool read_match(struct schema_context *context, const struct yaml *value, void *into) {
    struct pattern **match = into;
    return (*match = pattern_compile(context->arena, value, context->diags)) != NULL;
}

static bool read_base(struct schema_context *context, const struct yaml *value, void *into) {
    const struct json **base = into;
    if (value->type != YAML_MAP)
        return diags_reject(context->diags, "TC013", value->place, "'base' must be a map, not %s",
            yaml_type_name(value->type));
    return (*base = yaml_to_json(context->arena, value)) != NULL;
}

struct names_file {
    struct log_names names;
    struct str file; /* as written */
};

static const struct schema_row names_rows[] = {
    {.key = "file",
        .type = SCHEMA_STRING,
        .required = true,
        .offset = offsetof(struct names_file, file),
        .help = "the list, beside this file: a line for each, `WORD: NAME NAME …`"},
    {.key = "of",
        .type = SCHEMA_STRING,
        .required = true,
        .offset = offsetof(struct names_file, names.of),
        .help = "path of the field that holds a NAME"},
    {.key = "by",
        .type = SCHEMA_STRING,
        .required = true,
        .offset = offsetof(struct names_file, names.by),
        .help = "path of the field that holds the WORD"},
    {.key = "suffix",
        .type = SCHEMA_STRING,
        .offset = offsetof(struct names_file, names.suffix),
        .help = "what follows the WORD there"},
    {0},
};

static bool read_names(struct schema_context *context, const struct yaml *value, void *into) {
    struct schema_context inner = {context->arena, context->diags, "'names'"};
    struct names_file read = {0};
    if (!schema_read(&inner, names_rows, value, &read)) return false;
    const char *dir = path_directory(context->arena, value->place.file);
    read.names.file = path_join(context->arena, dir, read.file.at);
    *(struct log_names *)into = read.names;
    return true;
}

static const struct schema_row rows[] = {
    {.key = "id",
        .type = SCHEMA_NAME,
        .required = true,
        .offset = offsetof(struct log_type, id),
        .help = "what rules call the log"},
    {.key = "title",
        .type = SCHEMA_STRING,
        .offset = offsetof(struct log_type, title),
        .help = "what people call it"},
    {.key = "time",
        .type = SCHEMA_STRING,
        .required = true,
        .offset = offsetof(struct log_type, time_path),
        .help = "path of the event's time"},
    {.key = "identity",
        .type = SCHEMA_STRING,
        .offset = offsetof(struct log_type, identity_path),
        .help = "path of what tells two events apart; a hash of the record where absent"},
    {.key = "address",
        .type = SCHEMA_STRING,
        .offset = offsetof(struct log_type, address_path),
        .help = "path of where it came from, which updates of an alert count"},
    {.key = "actor",
        .type = SCHEMA_STRINGS,
        .offset = offsetof(struct log_type, actor),
        .help = "paths of who did it, for reports; the first that holds a text counts"},
    {.key = "region",
        .type = SCHEMA_STRINGS,
        .offset = offsetof(struct log_type, region),
        .help = "paths of where it was done, for reports"},
    {.key = "envelopes",
        .type = SCHEMA_STRINGS,
        .offset = offsetof(struct log_type, envelopes),
        .help = "keys of wrapping objects under which events are found"},
    {.key = "omitted",
        .type = SCHEMA_STRING,
        .offset = offsetof(struct log_type, omitted),
        .help = "key that is true in an object whose content the sender left out"},
    {.key = "lateness",
        .type = SCHEMA_DURATION,
        .offset = offsetof(struct log_type, lateness_ms),
        .help = "how much later than the newest an event may come; 1h where absent"},
    {.key = "match",
        .type = SCHEMA_CUSTOM,
        .required = true,
        .offset = offsetof(struct log_type, match),
        .parse = read_match,
        .help = "pattern of a record of this log"},
    {.key = "fields",
        .type = SCHEMA_STRINGS,
        .offset = offsetof(struct log_type, fields),
        .help = "paths that its records may have, for `check`; `.*` at the end: anything below"},
    {.key = "booleans",
        .type = SCHEMA_STRINGS,
        .offset = offsetof(struct log_type, booleans),
        .help =
            "which of the fields hold true or false; the others that are not open hold strings"},
    {.key = "names",
        .type = SCHEMA_CUSTOM,
        .offset = offsetof(struct log_type, names),
        .parse = read_names,
        .help = "what a field may say, for `check`"},
    {.key = "base",
        .type = SCHEMA_CUSTOM,
        .offset = offsetof(struct log_type, base),
        .parse = read_base,
        .help = "what an event of a test has that the test does not say"},
    {0},
};

static void add(struct log_types *types, struct log_type *type) {
    types->list = mem_grow(types->list, types->count);
    types->list[types->count++] = type;
}

/* `fill`: one that is known already is left out. */
static bool read_type(struct log_types *types, struct schema_context *context,
    const struct yaml *document, bool fill) {
    struct log_type *type = arena_new(context->arena, struct log_type);
    type->lateness_ms = LATENESS_MS;
    bool good = schema_read(context, rows, document, type);
    bool known = type->id.len && log_types_find(types, type->id);
    if (known && fill) {
        pattern_release(type->match);
        return good;
    }
    add(types, type);
    if (!known) return good;
    return diags_reject(context->diags, "TC018", schema_place(document, "id"),
        "duplicate log type '%.*s'", STR_ARG(type->id));
}

static bool load_file(struct log_types *types, struct arena *arena, const char *path, bool fill,
    struct diags *diags) {
    struct schema_context context = {arena, diags, "a log type"};
    struct yaml_documents documents;
    bool good = yaml_parse_file(&documents, arena, path, diags);
    for (size_t i = 0; i < documents.count; i++)
        if (documents.list[i].type != YAML_NULL)
            good = read_type(types, &context, &documents.list[i], fill) && good;
    return good;
}

static bool is_wrapper(const struct log_types *types, size_t count, struct str name) {
    for (size_t i = 0; i < count; i++)
        if (str_is(name, types->wrappers[i])) return true;
    return false;
}

static void collect_wrappers(struct log_types *types) {
    size_t count = 0, most = 1;
    for (size_t i = 0; i < types->count; i++) most += types->list[i]->envelopes.count;
    mem_free(types->wrappers);
    types->wrappers = mem_alloc(most * sizeof *types->wrappers);
    for (size_t i = 0; i < types->count; i++) {
        const struct schema_strings *envelopes = &types->list[i]->envelopes;
        for (size_t j = 0; j < envelopes->count; j++)
            if (!is_wrapper(types, count, envelopes->list[j]))
                types->wrappers[count++] = envelopes->list[j].at;
    }
}

static bool load_directory(
    struct log_types *types, struct arena *arena, const char *dir, bool fill, struct diags *diags) {
    static const char *const suffixes[] = {".yaml", ".yml", NULL};
    struct paths paths = {0};
    struct diag diag = {0};
    bool good = paths_walk(&paths, arena, dir, suffixes, &diag);
    if (!good) diags_reject(diags, "TC005", (struct place){dir, 0, 0}, "%s", diag.text);
    for (size_t i = 0; i < paths.count; i++)
        good = load_file(types, arena, paths.list[i], fill, diags) && good;
    paths_release(&paths);
    collect_wrappers(types);
    return good;
}

bool log_types_load(
    struct log_types *types, struct arena *arena, const char *dir, struct diags *diags) {
    return load_directory(types, arena, dir, false, diags);
}

bool log_types_fill(
    struct log_types *types, struct arena *arena, const char *dir, struct diags *diags) {
    return load_directory(types, arena, dir, true, diags);
}

void log_types_release(struct log_types *types) {
    for (size_t i = 0; i < types->count; i++)
        if (types->list[i]->match) pattern_release(types->list[i]->match);
    mem_free(types->list);
    mem_free(types->wrappers);
    *types = (struct log_types){0};
}

const struct log_type *log_types_find(const struct log_types *types, struct str id) {
    for (size_t i = 0; i < types->count; i++)
        if (str_eq(types->list[i]->id, id)) return types->list[i];
    return NULL;
}

const struct log_type *log_types_recognise(
    const struct log_types *types, const struct json *object) {
    for (size_t i = 0; i < types->count; i++)
        if (types->list[i]->match && pattern_matches(types->list[i]->match, object, NULL))
            return types->list[i];
    return NULL;
}
