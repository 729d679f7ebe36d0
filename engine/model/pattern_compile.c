/* From a manifest's map to branches of fields. A `$or` multiplies the branches: each of them so far
 * goes on once with each alternative. */
#include "model/pattern_internal.h"

#include <stdlib.h>

/* A key on the way to a field, seen from below. */
struct step {
    struct str key;
    const struct step *up;
    size_t depth;
};

/* A branch being built: the newest field first, shared with the branches it was multiplied into. */
struct draft {
    const struct field *field;
    const struct draft *rest;
};

struct drafts {
    const struct draft **list;
    size_t count;
};

static bool compile_map(
    struct compiler *, struct drafts *, const struct step *up, const struct yaml *, bool in_or);

static void note_scopes(struct field *field) {
    for (size_t i = 0; i < field->tests.count; i++) {
        enum scope scope = field->tests.list[i].scope;
        field->has_leaf |= scope == SCOPE_LEAF;
        field->has_absent |= scope == SCOPE_ABSENT;
        field->has_none |= scope == SCOPE_NONE;
    }
}

static void set_path(struct arena *arena, struct field *field, const struct step *step) {
    size_t length = 0;
    for (const struct step *at = step; at; at = at->up) {
        field->key_count++;
        length += at->key.len + 1;
    }
    field->keys = arena_list(arena, struct str, field->key_count);
    char *end = (char *)arena_alloc(arena, length) + length - 1;
    field->dotted.len = length - 1;
    for (size_t i = field->key_count; i-- > 0; step = step->up) {
        field->keys[i] = step->key;
        end -= step->key.len;
        memcpy(end, step->key.at, step->key.len);
        if (i > 0) *--end = '.';
    }
    field->dotted.at = end;
}

static bool same_path(const struct field *a, const struct field *b) {
    if (a->key_count != b->key_count) return false;
    for (size_t i = 0; i < a->key_count; i++)
        if (!str_eq(a->keys[i], b->keys[i])) return false;
    return true;
}

static bool add_to_drafts(
    struct compiler *compiler, struct drafts *drafts, const struct field *field) {
    for (size_t i = 0; i < drafts->count; i++) {
        for (const struct draft *at = drafts->list[i]; at; at = at->rest)
            if (same_path(at->field, field))
                return diags_error(compiler->diags, field->place,
                    "'%.*s' is asked twice, first in line %u: one list can hold both",
                    STR_ARG(field->dotted), at->field->place.line);
        struct draft *draft = arena_new(compiler->arena, struct draft);
        *draft = (struct draft){field, drafts->list[i]};
        drafts->list[i] = draft;
    }
    return true;
}

static bool compile_field(struct compiler *compiler, struct drafts *drafts, const struct step *path,
    const struct yaml_member *member) {
    struct field *field = arena_new(compiler->arena, struct field);
    field->place = member->place;
    set_path(compiler->arena, field, path);
    bool fine = tests_compile(compiler, &field->tests, &member->value);
    note_scopes(field);
    return add_to_drafts(compiler, drafts, field) && fine;
}

static bool check_or(struct compiler *compiler, const struct yaml_member *member) {
    const struct yaml *list = &member->value;
    if (list->type != YAML_LIST || list->count < 2)
        return diags_error(compiler->diags, list->place, "'$or' takes a list of at least two maps");
    bool fine = true;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].type != YAML_MAP)
            fine = argument_refused(compiler, &list->items[i], "$or", "maps");
    return fine;
}

static bool compile_or(struct compiler *compiler, struct drafts *drafts, const struct step *up,
    const struct yaml_member *member) {
    const struct yaml *list = &member->value;
    struct drafts all = {0};
    if (!check_or(compiler, member)) return false;
    bool fine = true;
    for (size_t i = 0; i < list->count; i++) {
        struct drafts some = {
            arena_list(compiler->arena, const struct draft *, drafts->count), drafts->count};
        memcpy(some.list, drafts->list, drafts->count * sizeof *some.list);
        fine &= compile_map(compiler, &some, up, &list->items[i], true);
        if (all.count + some.count > PATTERN_BRANCHES)
            return diags_error(compiler->diags, member->place, "more than %d combinations of '$or'",
                PATTERN_BRANCHES);
        const struct draft **joined = arena_list(
            compiler->arena, const struct draft *, all.count + some.count);
        if (all.count) memcpy(joined, all.list, all.count * sizeof *joined);
        memcpy(joined + all.count, some.list, some.count * sizeof *joined);
        all = (struct drafts){joined, all.count + some.count};
    }
    *drafts = all;
    return fine;
}

static struct step step_below(const struct step *up, struct str key) {
    return (struct step){key, up, up ? up->depth + 1 : 1};
}

static bool compile_last(struct compiler *compiler, struct drafts *drafts, const struct step *up,
    struct str key, const struct yaml_member *member, bool in_or) {
    if (str_is(key, "$or")) return compile_or(compiler, drafts, up, member);
    bool is_operator = member->value.type == YAML_MAP && operator_is_map(&member->value);
    struct step step = step_below(up, key);
    if (in_or && operator_find(key))
        return diags_error(compiler->diags, member->place,
            "'%.*s' is an operator, and no name of a field inside '$or'", STR_ARG(key));
    if (member->value.type == YAML_MAP && !is_operator)
        return compile_map(compiler, drafts, &step, &member->value, in_or);
    return compile_field(compiler, drafts, &step, member);
}

/* Cuts the first key off a dotted path; an escaped dot is part of the key. */
static struct str cut_key(struct arena *arena, struct str *path, bool *is_last) {
    char *to = arena_alloc(arena, path->len + 1);
    struct str key = {to, 0};
    size_t i = 0;
    for (; i < path->len && path->at[i] != '.'; i++) {
        bool is_escape = path->at[i] == '\\' && i + 1 < path->len && path->at[i + 1] == '.';
        i += is_escape;
        to[key.len++] = path->at[i];
    }
    *is_last = i == path->len;
    i += !*is_last;
    *path = (struct str){path->at + i, path->len - i};
    return key;
}

static bool compile_member(struct compiler *compiler, struct drafts *drafts, const struct step *up,
    struct str path, const struct yaml_member *member, bool in_or) {
    bool is_last;
    struct str key = cut_key(compiler->arena, &path, &is_last);
    if (key.len == 0 && member->key.len > 0)
        return diags_error(compiler->diags, member->place,
            "empty name in the path '%.*s': a dot inside a key is written '\\.'",
            STR_ARG(member->key));
    if (up && up->depth >= JSON_DEPTH)
        return diags_error(compiler->diags, member->place,
            "path of more than %d names: no event is so deep", JSON_DEPTH);
    if (is_last) return compile_last(compiler, drafts, up, key, member, in_or);
    struct step step = step_below(up, key);
    return compile_member(compiler, drafts, &step, path, member, in_or);
}

static bool compile_map(struct compiler *compiler, struct drafts *drafts, const struct step *up,
    const struct yaml *map, bool in_or) {
    if (map->type != YAML_MAP)
        return diags_error(compiler->diags, map->place, "a pattern is a map of fields, not %s",
            yaml_type_name(map->type));
    if (map->count == 0)
        return diags_error(compiler->diags, map->place, "empty map: a pattern names some field");
    bool fine = true;
    for (size_t i = 0; i < map->count; i++)
        fine &= compile_member(compiler, drafts, up, map->members[i].key, &map->members[i], in_or);
    return fine;
}

/* The order in which fields are asked: `not` after all others, each by the bytes of its path. */
static int order_asked(const void *left, const void *right) {
    const struct field *a = ((const struct entry *)left)->field;
    const struct field *b = ((const struct entry *)right)->field;
    if (a->has_none != b->has_none) return a->has_none ? 1 : -1;
    return str_cmp(a->dotted, b->dotted);
}

static int order_path(const void *left, const void *right) {
    const struct field *a = (*(struct entry *const *)left)->field;
    const struct field *b = (*(struct entry *const *)right)->field;
    for (size_t i = 0; i < a->key_count && i < b->key_count; i++) {
        int order = str_cmp(a->keys[i], b->keys[i]);
        if (order) return order;
    }
    return (a->key_count > b->key_count) - (a->key_count < b->key_count);
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

static void build_branch(struct arena *arena, struct branch *branch, const struct draft *draft) {
    for (const struct draft *at = draft; at; at = at->rest) branch->count++;
    branch->entries = arena_list(arena, struct entry, branch->count);
    struct entry **by_path = arena_list(arena, struct entry *, branch->count);
    size_t count = 0;
    for (const struct draft *at = draft; at; at = at->rest)
        branch->entries[count++].field = at->field;
    qsort(branch->entries, count, sizeof *branch->entries, order_asked);
    for (size_t i = 0; i < count; i++) by_path[i] = &branch->entries[i];
    qsort(by_path, count, sizeof(struct entry *), order_path);
    for (size_t i = 0; i < count; i++) by_path[i]->position = i;
    branch->root.end = count;
    build_node(arena, &branch->root, by_path, branch->entries);
}

static void release_regexes(const struct owned_regex *owned) {
    for (; owned; owned = owned->next) regex_free(owned->regex);
}

struct pattern *pattern_compile(struct arena *arena, const struct yaml *yaml, struct diags *diags) {
    struct compiler compiler = {arena, diags, NULL};
    const struct draft *none = NULL;
    struct drafts drafts = {&none, 1};
    if (!compile_map(&compiler, &drafts, NULL, yaml, false)) {
        release_regexes(compiler.regexes);
        return NULL;
    }
    struct pattern *pattern = arena_new(arena, struct pattern);
    pattern->branches = arena_list(arena, struct branch, drafts.count);
    pattern->count = drafts.count;
    pattern->regexes = compiler.regexes;
    for (size_t i = 0; i < drafts.count; i++)
        build_branch(arena, &pattern->branches[i], drafts.list[i]);
    return pattern;
}

void pattern_release(struct pattern *pattern) {
    if (!pattern) return;
    release_regexes(pattern->regexes);
    pattern->regexes = NULL;
}
