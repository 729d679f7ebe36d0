/* From a manifest's map to branches of fields. A `$or` multiplies the branches: each of them so far
 * goes on once with each alternative. */
#include "model/pattern_internal.h"

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
    for (size_t i = field->key_count; step; step = step->up) {
        field->keys[--i] = step->key;
        end -= step->key.len;
        memcpy(end, step->key.at, step->key.len);
        if (i > 0) *--end = '.';
    }
    field->dotted.at = end;
}

static bool add_to_drafts(
    struct compiler *compiler, struct drafts *drafts, const struct field *field) {
    for (size_t i = 0; i < drafts->count; i++) {
        for (const struct draft *at = drafts->list[i]; at; at = at->rest)
            if (field_path_order(at->field, field) == 0)
                return diags_reject(compiler->diags, "TC025", field->place,
                    "'%.*s' is asked twice, first in line %u", STR_ARG(field->dotted),
                    at->field->place.line);
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
    field->yaml = &member->value;
    set_path(compiler->arena, field, path);
    bool fine = tests_compile(compiler, &field->tests, &member->value);
    note_scopes(field);
    return add_to_drafts(compiler, drafts, field) && fine;
}

static bool check_or(struct compiler *compiler, const struct yaml_member *member) {
    const struct yaml *list = &member->value;
    if (list->type != YAML_LIST || list->count < 2)
        return diags_reject(
            compiler->diags, "TC021", list->place, "'$or' takes a list of at least two maps");
    bool fine = true;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].type != YAML_MAP)
            fine = argument_refused(compiler, &list->items[i], "$or", "maps");
    return fine;
}

static struct drafts drafts_copy(struct arena *arena, const struct drafts *drafts) {
    const struct draft **list = arena_list(arena, const struct draft *, drafts->count);
    memcpy(list, drafts->list, drafts->count * sizeof *list);
    return (struct drafts){list, drafts->count};
}

static void drafts_append(struct arena *arena, struct drafts *to, const struct drafts *more) {
    const struct draft **list = arena_list(arena, const struct draft *, to->count + more->count);
    if (to->count) memcpy(list, to->list, to->count * sizeof *list);
    memcpy(list + to->count, more->list, more->count * sizeof *list);
    *to = (struct drafts){list, to->count + more->count};
}

static bool compile_or(struct compiler *compiler, struct drafts *drafts, const struct step *up,
    const struct yaml_member *member) {
    struct drafts all = {0};
    if (!check_or(compiler, member)) return false;
    bool fine = true;
    for (size_t i = 0; i < member->value.count; i++) {
        struct drafts some = drafts_copy(compiler->arena, drafts);
        fine &= compile_map(compiler, &some, up, &member->value.items[i], true);
        if (all.count + some.count > PATTERN_BRANCHES)
            return diags_reject(compiler->diags, "TC024", member->place,
                "more than %d combinations of '$or'", PATTERN_BRANCHES);
        drafts_append(compiler->arena, &all, &some);
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
    bool is_operator = member->value.type == YAML_MAP && pattern_is_operator(&member->value);
    struct step step = step_below(up, key);
    if (in_or && operator_find(member->key))
        return diags_reject(compiler->diags, "TC020", member->place,
            "'%.*s' is an operator, and no name of a field inside '$or'", STR_ARG(key));
    if (member->value.type == YAML_MAP && !is_operator)
        return compile_map(compiler, drafts, &step, &member->value, in_or);
    return compile_field(compiler, drafts, &step, member);
}

/* Where the first name of a dotted path ends; an escaped dot is part of the name. */
static size_t name_end(struct str path) {
    size_t i = 0;
    while (i < path.len && path.at[i] != '.')
        i += path.at[i] == '\\' && i + 1 < path.len && path.at[i + 1] == '.' ? 2 : 1;
    return i;
}

static struct str unescape(struct arena *arena, struct str name) {
    char *to = arena_alloc(arena, name.len + 1);
    size_t length = 0;
    for (size_t i = 0; i < name.len; i++) {
        i += name.at[i] == '\\' && i + 1 < name.len && name.at[i + 1] == '.';
        to[length++] = name.at[i];
    }
    return (struct str){to, length};
}

static bool compile_member(struct compiler *compiler, struct drafts *drafts, const struct step *up,
    struct str path, const struct yaml_member *member, bool in_or) {
    size_t end = name_end(path);
    if (end == 0 && member->key.len > 0)
        return diags_reject(compiler->diags, "TC015", member->place,
            "empty name in the path '%.*s': a dot inside a key is written '\\.'",
            STR_ARG(member->key));
    if (up && up->depth >= JSON_DEPTH)
        return diags_reject(compiler->diags, "TC024", member->place,
            "path of more than %d names: no event is so deep", JSON_DEPTH);
    struct str key = unescape(compiler->arena, (struct str){path.at, end});
    if (end == path.len) return compile_last(compiler, drafts, up, key, member, in_or);
    struct step step = step_below(up, key);
    struct str rest = {path.at + end + 1, path.len - end - 1};
    return compile_member(compiler, drafts, &step, rest, member, in_or);
}

static bool compile_map(struct compiler *compiler, struct drafts *drafts, const struct step *up,
    const struct yaml *map, bool in_or) {
    if (map->type != YAML_MAP)
        return diags_reject(compiler->diags, "TC013", map->place,
            "a pattern is a map of fields, not %s", yaml_type_name(map->type));
    if (map->count == 0)
        return diags_reject(
            compiler->diags, "TC022", map->place, "empty map: a pattern names some field");
    if (map->count > PATTERN_FIELDS)
        return diags_reject(compiler->diags, "TC024", map->place,
            "more than %d fields in a pattern", PATTERN_FIELDS);
    bool fine = true;
    for (size_t i = 0; i < map->count; i++)
        fine &= compile_member(compiler, drafts, up, map->members[i].key, &map->members[i], in_or);
    return fine;
}

static void set_branch(struct arena *arena, struct branch *branch, const struct draft *draft) {
    for (const struct draft *at = draft; at; at = at->rest) branch->count++;
    branch->entries = arena_list(arena, struct entry, branch->count);
    for (struct entry *entry = branch->entries; draft; draft = draft->rest)
        entry++->field = draft->field;
    branch_arrange(branch, arena);
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
    pattern->yaml = yaml;
    pattern->branches = arena_list(arena, struct branch, drafts.count);
    pattern->count = drafts.count;
    pattern->regexes = compiler.regexes;
    for (size_t i = 0; i < drafts.count; i++)
        set_branch(arena, &pattern->branches[i], drafts.list[i]);
    return pattern;
}

void pattern_release(struct pattern *pattern) {
    if (!pattern) return;
    release_regexes(pattern->regexes);
    pattern->regexes = NULL;
}

struct pattern *pattern_any(
    struct arena *arena, const struct pattern *const *patterns, size_t count) {
    struct pattern *any = arena_new(arena, struct pattern);
    size_t branches = 0;
    for (size_t i = 0; i < count; i++) branches += patterns[i]->count;
    any->branches = arena_list(arena, struct branch, branches);
    for (size_t i = 0; i < count; i++) {
        const struct pattern *one = patterns[i];
        memcpy(any->branches + any->count, one->branches, one->count * sizeof *one->branches);
        any->count += one->count;
    }
    return any;
}
