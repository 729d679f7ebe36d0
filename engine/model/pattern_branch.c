/* A branch's fields put in the order in which they are asked, and in a tree of their paths. */
#include "model/pattern_internal.h"

#include <stdlib.h>

/* The order in which fields are asked: `not` after all others, each by the bytes of its path. */
static int order_asked(const void *left, const void *right) {
    const struct field *a = ((const struct entry *)left)->field;
    const struct field *b = ((const struct entry *)right)->field;
    if (a->has_none != b->has_none) return a->has_none ? 1 : -1;
    return str_cmp(a->dotted, b->dotted);
}

int field_path_order(const struct field *a, const struct field *b) {
    for (size_t i = 0; i < a->key_count && i < b->key_count; i++) {
        int order = str_cmp(a->keys[i], b->keys[i]);
        if (order) return order;
    }
    return (a->key_count > b->key_count) - (a->key_count < b->key_count);
}

static int order_path(const void *left, const void *right) {
    return field_path_order(
        (*(struct entry *const *)left)->field, (*(struct entry *const *)right)->field);
}

/* Where the run of entries that share the key at `depth` with the first of them ends. */
static size_t run_end(struct entry **by_path, size_t first, size_t end, size_t depth) {
    size_t at = first + 1;
    while (at < end && str_eq(by_path[at]->field->keys[depth], by_path[first]->field->keys[depth]))
        at++;
    return at;
}

/* `entries` is the branch's list, of which `by_path` is another order. */
static void build_node(
    struct arena *arena, struct node *node, struct entry **by_path, const struct entry *entries) {
    size_t at = node->first;
    node->own = NO_FIELD;
    for (size_t i = node->first; i < node->end; i++) {
        size_t asked = (size_t)(by_path[i] - entries);
        if (asked > node->last) node->last = asked;
    }
    if (by_path[at]->field->key_count == node->depth) node->own = (size_t)(by_path[at++] - entries);
    node->children = arena_list(arena, struct node, node->end - at);
    while (at < node->end) {
        struct node *child = &node->children[node->child_count++];
        child->key = by_path[at]->field->keys[node->depth];
        child->depth = node->depth + 1;
        child->first = at;
        child->end = at = run_end(by_path, at, node->end, node->depth);
        build_node(arena, child, by_path, entries);
    }
}

void branch_arrange(struct branch *branch, struct arena *arena) {
    struct entry **by_path = arena_list(arena, struct entry *, branch->count);
    qsort(branch->entries, branch->count, sizeof *branch->entries, order_asked);
    for (size_t i = 0; i < branch->count; i++) by_path[i] = &branch->entries[i];
    qsort(by_path, branch->count, sizeof(struct entry *), order_path);
    for (size_t i = 0; i < branch->count; i++) by_path[i]->position = i;
    branch->root.end = branch->count;
    build_node(arena, &branch->root, by_path, branch->entries);
}
