#include "model/pattern_explain.h"

#include "base/suggest.h"
#include "model/pattern_internal.h"

#include <stdlib.h>

/* ---- what was found ---- */

static void add_found(struct pattern_clause *clause, const struct json *value) {
    if (clause->found_count < PATTERN_FOUND) clause->found[clause->found_count] = value;
    clause->found_count++;
}

static void find(struct pattern_clause *clause, const struct field *field, size_t depth,
    const struct json *value) {
    if (!value) return;
    if (depth == field->key_count) {
        add_found(clause, value);
    } else if (value->type == JSON_ARRAY) {
        for (size_t i = 0; i < value->count; i++) find(clause, field, depth, &value->items[i]);
    } else {
        find(clause, field, depth + 1, json_get(value, field->keys[depth]));
    }
}

static const char *nearest_key(const struct json *object, struct str key) {
    struct suggest near = suggest_for(key);
    for (size_t i = 0; object->type == JSON_OBJECT && i < object->count; i++)
        suggest_offer(&near, object->members[i].key.at);
    return suggest_best(&near);
}

/* Where the way along the path ends. */
static void find_end(
    struct pattern_clause *clause, const struct field *field, const struct json *root) {
    const struct json *value = root, *next = root;
    size_t depth = 0, length = 0;
    while (depth < field->key_count && (next = json_get(value, field->keys[depth]))) {
        length += (depth > 0) + field->keys[depth].len;
        value = next;
        depth++;
    }
    clause->there = (struct str){field->dotted.at, length};
    clause->there_value = value;
    if (depth < field->key_count) clause->near = nearest_key(value, field->keys[depth]);
}

/* ---- clauses ---- */

/* Where the whole holds each does: one that asks what no element has may fail alone, and hold in the
 * element that another one chose. */
static void account_field(
    struct pattern_clause *clause, const struct field *field, const struct json *root, bool whole) {
    clause->path = field->dotted;
    clause->place = field->place;
    clause->wanted = field->yaml;
    clause->holds = field_matches(field, root, &clause->limited) || whole;
    find(clause, field, 0, root);
    if (!clause->found_count) find_end(clause, field, root);
}

static int order_place(const void *left, const void *right) {
    const struct place *a = &((const struct pattern_clause *)left)->place;
    const struct place *b = &((const struct pattern_clause *)right)->place;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

static void account_branch(struct pattern_account *account, const struct branch *branch,
    const struct json *root, struct arena *arena) {
    account->clauses = arena_list(arena, struct pattern_clause, branch->count);
    account->count = branch->count;
    account->failed = 0;
    account->matches = branch_matches(branch, root, NULL);
    for (size_t i = 0; i < branch->count; i++) {
        account_field(&account->clauses[i], branch->entries[i].field, root, account->matches);
        account->failed += !account->clauses[i].holds;
    }
    account->apart = !account->matches && !account->failed;
    qsort(account->clauses, account->count, sizeof *account->clauses, order_place);
}

/* ---- the nearest branch ---- */

static size_t count_failed(const struct branch *branch, const struct json *root) {
    size_t failed = 0;
    for (size_t i = 0; i < branch->count; i++)
        failed += !field_matches(branch->entries[i].field, root, NULL);
    return failed;
}

static const struct branch *nearest(const struct pattern *pattern, const struct json *root) {
    const struct branch *best = &pattern->branches[0];
    size_t least = (size_t)-1;
    for (size_t i = 0; i < pattern->count; i++) {
        const struct branch *branch = &pattern->branches[i];
        if (branch_matches(branch, root, NULL)) return branch;
        size_t failed = count_failed(branch, root);
        if (failed < least) best = branch;
        if (failed < least) least = failed;
    }
    return best;
}

void pattern_explain(const struct pattern *pattern, const struct json *value, struct arena *arena,
    struct pattern_account *account) {
    *account = (struct pattern_account){.alternatives = pattern->count};
    account_branch(account, nearest(pattern, value), value, arena);
}
