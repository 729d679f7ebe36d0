#include "flow/rules_findings.h"

#include "base/mem.h"
#include "model/pattern_cover.h"
#include "model/pattern_useless.h"

#include <limits.h>
#include <stdlib.h>

/* ---- rules that are alike ---- */

static int by_condition(const void *left, const void *right) {
    const struct manifest *a = *(const struct manifest *const *)left,
                          *b = *(const struct manifest *const *)right;
    int order = strcmp(a->condition, b->condition);
    if (!order) order = strcmp(a->place.file, b->place.file);
    return order ? order : (a->place.line > b->place.line) - (a->place.line < b->place.line);
}

static void report_alike(
    const struct manifest *first, const struct manifest *again, struct diags *diags) {
    diags_find(diags, "TC110", DIAG_WARNING, again->id_place,
        "rule '%.*s' matches what '%.*s' matches, and asks for nothing else: %s:%u:%u",
        STR_ARG(again->id), STR_ARG(first->id), first->id_place.file, first->id_place.line,
        first->id_place.column);
}

static bool is_asked(const struct manifest *manifest) {
    return manifest->enabled && !manifest->faulty;
}

/* Of an id that stands twice is told elsewhere. */
static bool are_alike(const struct manifest *a, const struct manifest *b) {
    return strcmp(a->condition, b->condition) == 0 && !str_eq(a->id, b->id);
}

static void find_alike(const struct rules *rules, struct diags *diags) {
    const struct manifest **sorted = mem_alloc((rules->count + 1) * sizeof *sorted);
    size_t count = 0;
    for (size_t i = 0; i < rules->count; i++)
        if (is_asked(rules->list[i].manifest)) sorted[count++] = rules->list[i].manifest;
    qsort(sorted, count, sizeof *sorted, by_condition);
    for (size_t i = 1; i < count; i++)
        if (are_alike(sorted[i], sorted[i - 1])) report_alike(sorted[i - 1], sorted[i], diags);
    mem_free(sorted);
}

/* ---- patterns ---- */

static void find_exception(const struct manifest *manifest,
    const struct manifest_exception *exception, const struct pattern *single, struct diags *diags) {
    if (!exception->when) return;
    pattern_find_useless(exception->when, diags);
    if (!manifest->when) return;
    if (pattern_covers(exception->when, manifest->when))
        diags_find(diags, "TC122", DIAG_WARNING, exception->place,
            "rule '%.*s' never fires: this exception holds for all that it matches",
            STR_ARG(manifest->id));
    else if (single && pattern_excludes(exception->when, manifest->when, single))
        diags_find(diags, "TC123", DIAG_WARNING, exception->place,
            "exception of nothing: rule '%.*s' matches no such event", STR_ARG(manifest->id));
}

static void find_in_steps(const struct memory_rule *memory, struct diags *diags) {
    for (size_t i = 0; i < memory->step_count; i++)
        if (memory->steps[i].when) pattern_find_useless(memory->steps[i].when, diags);
}

static void find_in_patterns(
    const struct rules *rules, const struct manifest *manifest, struct diags *diags) {
    const struct log_type *log = log_types_find(&rules->types, manifest->log);
    const struct pattern *single = log ? log->match : NULL;
    bool own = manifest->when && manifest->memory.kind != MEMORY_SEQUENCE;
    if (own) pattern_find_useless(manifest->when, diags);
    find_in_steps(&manifest->memory, diags);
    if (own && single && pattern_excludes(manifest->when, single, single))
        diags_find(diags, "TC121", DIAG_WARNING, manifest->when_place,
            "never matches: no event of '%.*s' is like that", STR_ARG(manifest->log));
    for (size_t i = 0; i < manifest->exception_count; i++)
        find_exception(manifest, &manifest->exceptions[i], single, diags);
}

/* ---- tests ---- */

static void find_untested(const struct manifest *manifest, struct diags *diags) {
    size_t nothing = 0;
    for (size_t i = 0; i < manifest->test_count; i++)
        nothing += manifest->tests[i].expect == EXPECT_NOTHING;
    const char *missing = manifest->test_count == 0         ? "has no tests"
                          : nothing == 0                    ? "has no test that expects nothing"
                          : nothing == manifest->test_count ? "has no test that expects an alert"
                                                            : NULL;
    if (missing && manifest->status != STATUS_DRAFT)
        diags_find(diags, "TC130", DIAG_NOTE, manifest->id_place, "rule '%.*s' %s",
            STR_ARG(manifest->id), missing);
}

/* ---- all ---- */

void rules_find(const struct rules *rules, struct diags *diags) {
    find_alike(rules, diags);
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        if (!is_asked(manifest)) continue;
        find_in_patterns(rules, manifest, diags);
        find_untested(manifest, diags);
    }
}

/* ---- what is ignored ---- */

/* The documents of a file stand next to each other, in their order. */
static struct extent extent_of(const struct rules *rules, size_t i) {
    const struct manifest *manifest = rules->list[i].manifest;
    struct place place = manifest->place, next = {0};
    if (i + 1 < rules->count) next = rules->list[i + 1].manifest->place;
    bool is_last = !next.file || strcmp(next.file, place.file) != 0;
    const char *lua = manifest->lua.code.len ? manifest->lua.file : place.file;
    return (struct extent){place.file, place.line, is_last ? UINT_MAX : next.line - 1,
        strcmp(lua, place.file) ? lua : NULL};
}

void rules_ignore(const struct rules *rules, struct diags *diags) {
    for (size_t i = 0; i < rules->count; i++) {
        struct extent extent = extent_of(rules, i);
        ignores_apply(&rules->list[i].manifest->ignores, diags, &extent);
    }
}

void rules_check_ignores(const struct rules *rules, struct diags *diags) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        bool has_all = rules->list[i].script || manifest->lua.code.len == 0;
        if (is_asked(manifest) && has_all) ignores_check(&manifest->ignores, diags);
    }
}
