#include "model/pattern_access.h"

#include "base/mem.h"
#include "model/pattern_internal.h"

#include <stdlib.h>

/* ---- every text of the rule set ---- */

struct mention {
    const struct field *field;
    const struct test *test;
};

struct mentions {
    struct mention *list;
    size_t count;
};

static void mention_field(struct mentions *mentions, const struct field *field) {
    if (!field_is_text(field)) return;
    for (size_t i = 0; i < field->tests.count; i++) {
        mentions->list = mem_grow(mentions->list, mentions->count);
        mentions->list[mentions->count++] = (struct mention){field, &field->tests.list[i]};
    }
}

static void mention_pattern(struct mentions *mentions, const struct pattern *pattern) {
    for (size_t i = 0; i < pattern->count; i++)
        for (size_t k = 0; k < pattern->branches[i].count; k++)
            mention_field(mentions, pattern->branches[i].entries[k].field);
}

static int order_mentions(const void *left, const void *right) {
    const struct mention *a = left, *b = right;
    int order = field_path_order(a->field, b->field);
    if (order) return order;
    if (a->test->kind != b->test->kind) return a->test->kind < b->test->kind ? -1 : 1;
    return str_cmp(test_text(a->test), test_text(b->test));
}

/* ---- paths ---- */

struct path {
    const struct field *field; /* one that has it */
    size_t texts;
};

struct paths {
    struct path *list; /* by their keys */
    size_t count;
};

static struct paths count_texts(const struct mentions *mentions) {
    struct paths paths = {0};
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *mention = &mentions->list[i];
        bool same_path = i > 0 && field_path_order(mention[-1].field, mention->field) == 0;
        if (!same_path) {
            paths.list = mem_grow(paths.list, paths.count);
            paths.list[paths.count++] = (struct path){mention->field, 0};
        }
        bool same_text = i > 0 && order_mentions(&mention[-1], mention) == 0;
        paths.list[paths.count - 1].texts += !same_text;
    }
    return paths;
}

static struct paths paths_of(const struct pattern *const *patterns, size_t count) {
    struct mentions mentions = {0};
    for (size_t i = 0; i < count; i++)
        if (patterns[i]) mention_pattern(&mentions, patterns[i]);
    if (mentions.count) qsort(mentions.list, mentions.count, sizeof *mentions.list, order_mentions);
    struct paths paths = count_texts(&mentions);
    mem_free(mentions.list);
    return paths;
}

static int order_keys(const void *left, const void *right) {
    const struct path *a = left, *b = right;
    return field_path_order(a->field, b->field);
}

static const struct path *path_of(const struct paths *paths, const struct field *field) {
    struct path wanted = {field, 0};
    return bsearch(&wanted, paths->list, paths->count, sizeof *paths->list, order_keys);
}

static bool is_better(const struct path *path, const struct path *than) {
    if (!than) return true;
    if (path->texts != than->texts) return path->texts > than->texts;
    return str_cmp(path->field->dotted, than->field->dotted) < 0;
}

/* ---- choosing ---- */

static const struct field *choose_text(const struct paths *paths, const struct branch *branch) {
    const struct field *chosen = NULL;
    const struct path *best = NULL;
    if (!paths->list) return NULL;
    for (size_t i = 0; i < branch->count; i++) {
        const struct field *field = branch->entries[i].field;
        if (!field_is_text(field)) continue;
        const struct path *path = path_of(paths, field);
        if (!is_better(path, best)) continue;
        best = path;
        chosen = field;
    }
    return chosen;
}

static const struct field *leaf_field(const struct branch *branch) {
    for (size_t i = 0; i < branch->count; i++)
        if (field_is_leaf(branch->entries[i].field)) return branch->entries[i].field;
    return NULL;
}

static const struct field *choose(const struct paths *paths, const struct branch *branch) {
    const struct field *chosen = choose_text(paths, branch);
    return chosen ? chosen : leaf_field(branch);
}

struct str pattern_access_path(const struct pattern_access *access) {
    return access->field ? access->field->dotted : STR("");
}

const char *pattern_access_fault(const struct pattern *pattern, struct place *place) {
    *place = (struct place){0};
    if (!pattern) return "it has no 'when'";
    for (size_t i = 0; i < pattern->count; i++) {
        if (leaf_field(&pattern->branches[i])) continue;
        *place = pattern->branches[i].entries[0].field->place;
        return pattern->count == 1
                   ? "its 'when' can hold where nothing is there: 'not' or 'exists: false' is among "
                     "the tests of each field"
                   : "an alternative of its '$or' can hold where nothing is there: 'not' or "
                     "'exists: false' is among the tests of each field";
    }
    return NULL;
}

static size_t count_branches(const struct pattern *const *patterns, size_t count) {
    size_t branches = 0;
    for (size_t i = 0; i < count; i++) branches += patterns[i] ? patterns[i]->count : 1;
    return branches;
}

struct pattern_accesses pattern_accesses_choose(
    struct arena *arena, const struct pattern *const *patterns, size_t count) {
    struct paths paths = paths_of(patterns, count);
    struct pattern_accesses accesses = {0};
    accesses.list = arena_list(arena, struct pattern_access, count_branches(patterns, count));
    for (uint32_t rule = 0; rule < count; rule++) {
        const struct pattern *pattern = patterns[rule];
        if (!pattern) accesses.list[accesses.count++] = (struct pattern_access){rule, NULL};
        for (size_t i = 0; pattern && i < pattern->count; i++)
            accesses.list[accesses.count++] = (struct pattern_access){
                rule, choose(&paths, &pattern->branches[i])};
    }
    mem_free(paths.list);
    return accesses;
}
