#include "base/file.h"
#include "base/mem.h"
#include "model/manifest_parts.h"
#include "model/override.h"

#include <stdlib.h>

static bool load_document(
    struct manifests *manifests, struct schema_context *context, const struct yaml *document) {
    struct manifest *manifest = arena_new(context->arena, struct manifest);
    struct yaml *changed = arena_new(context->arena, struct yaml);
    bool fits = !manifests->overrides ||
                overrides_apply(manifests->overrides, context, document, changed);
    if (manifests->overrides) document = changed;
    manifest->document = document;
    manifest->faulty = !manifest_read(context, document, manifest) || !fits;
    manifests->list = mem_grow(manifests->list, manifests->count);
    manifests->list[manifests->count++] = manifest;
    return !manifest->faulty;
}

static bool load_file(
    struct manifests *manifests, struct arena *arena, const char *path, struct diags *diags) {
    struct schema_context context = {arena, diags, "a rule"};
    struct yaml_documents documents;
    bool good = yaml_parse_file(&documents, arena, path, diags);
    for (size_t i = 0; i < documents.count; i++)
        if (documents.list[i].type != YAML_NULL)
            good = load_document(manifests, &context, &documents.list[i]) && good;
    return good;
}

/* ---- duplicate ids ---- */

/* Where a manifest stands in the list, beside it, so that sorting keeps the order of equal ids. */
struct entry {
    const struct manifest *manifest;
    size_t index;
};

static int by_id(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    int order = str_cmp(x->manifest->id, y->manifest->id);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static bool report_duplicate(
    const struct manifest *first, const struct manifest *again, struct diags *diags) {
    return diags_reject(diags, "TC018", again->id_place, "duplicate id '%.*s', first at %s:%u:%u",
        STR_ARG(again->id), first->id_place.file, first->id_place.line, first->id_place.column);
}

/* Of the manifests from `fresh` on, none may have the id of one before it. */
static bool check_ids(const struct manifests *manifests, size_t fresh, struct diags *diags) {
    struct entry *sorted = mem_alloc(manifests->count * sizeof *sorted);
    bool good = true;
    for (size_t i = 0; i < manifests->count; i++) sorted[i] = (struct entry){manifests->list[i], i};
    qsort(sorted, manifests->count, sizeof *sorted, by_id);
    for (size_t first = 0, i = 1; i < manifests->count; i++) {
        struct str id = sorted[i].manifest->id;
        if (!str_eq(id, sorted[first].manifest->id))
            first = i;
        else if (id.len && sorted[i].index >= fresh)
            good = report_duplicate(sorted[first].manifest, sorted[i].manifest, diags);
    }
    mem_free(sorted);
    return good;
}

/* ---- directories ---- */

static bool is_log_type(const char *file, const char *root) {
    struct str rest = str_of(file), dir = str_of(root);
    if (str_starts(rest, dir)) rest = (struct str){rest.at + dir.len, rest.len - dir.len};
    while (str_starts(rest, STR("/"))) rest = (struct str){rest.at + 1, rest.len - 1};
    return str_starts(rest, STR("logs/"));
}

/* A pack's own directory may be named, and its configuration is no rule. */
static bool is_configuration(const char *file) {
    const char *slash = strrchr(file, '/');
    return strcmp(slash ? slash + 1 : file, "tocsin.yaml") == 0;
}

/* Among the first `count`: a file named twice, or by itself and by its directory, is read once. */
static bool was_read(const struct manifests *manifests, size_t count, const char *file) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(manifests->list[i]->place.file, file) == 0) return true;
    return false;
}

static bool is_meant(const struct manifests *manifests, const char *file) {
    const struct schema_strings *only = manifests->only;
    for (size_t i = 0; only && i < only->count; i++)
        if (str_is(only->list[i], file)) return true;
    return !only;
}

static bool load_files(struct manifests *manifests, struct arena *arena, const char *root,
    const struct paths *paths, struct diags *diags) {
    size_t before = manifests->count;
    bool good = true, is_directory = path_is_directory(root);
    for (size_t i = 0; i < paths->count; i++) {
        const char *file = paths->list[i];
        if (is_directory && (is_log_type(file, root) || is_configuration(file))) continue;
        if (is_meant(manifests, file) && !was_read(manifests, before, file))
            good = load_file(manifests, arena, file, diags) && good;
    }
    return good;
}

bool manifests_load(
    struct manifests *manifests, struct arena *arena, const char *path, struct diags *diags) {
    static const char *const suffixes[] = {".yaml", ".yml", NULL};
    struct paths paths = {0};
    struct diag diag = {0};
    size_t fresh = manifests->count;
    bool good = paths_walk(&paths, arena, path, suffixes, &diag);
    if (!good) diags_reject(diags, "TC005", (struct place){path, 0, 0}, "%s", diag.text);
    good = load_files(manifests, arena, path, &paths, diags) && good;
    paths_release(&paths);
    return check_ids(manifests, fresh, diags) && good;
}

void manifest_release(struct manifest *manifest) {
    const struct memory_rule *memory = &manifest->memory;
    pattern_release(manifest->when);
    pattern_release(manifest->resolve.when);
    for (size_t i = 0; i < memory->step_count; i++) pattern_release(memory->steps[i].when);
    for (size_t i = 0; i < manifest->exception_count; i++)
        pattern_release(manifest->exceptions[i].when);
    for (size_t i = 0; i < manifest->test_count; i++)
        manifest_given_release(&manifest->tests[i].given);
}

void manifests_release(struct manifests *manifests) {
    for (size_t i = 0; i < manifests->count; i++) manifest_release(manifests->list[i]);
    mem_free(manifests->list);
    *manifests = (struct manifests){0};
}

struct manifest *manifest_of(
    struct arena *arena, const struct yaml *document, struct str code, struct diags *diags) {
    struct schema_context context = {arena, diags, "a rule"};
    struct manifest *manifest = arena_new(arena, struct manifest);
    manifest->document = document;
    if (!manifest_read(&context, document, manifest)) {
        manifest_release(manifest);
        return NULL;
    }
    if (code.at) manifest->lua.code = code;
    if (code.at) manifest_given_apply(arena, manifest); /* with the same code */
    return manifest;
}
