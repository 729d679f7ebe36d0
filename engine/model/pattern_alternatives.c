/* What of a pattern are alternatives: the lists in its clauses, and its `$or`s. */
#include "model/pattern_seen_parts.h"

/* ---- of a clause ---- */

static void add_test(struct pattern_seen_clause *clause, const struct test *test,
    const struct yaml *wanted, struct arena *arena) {
    clause->alternatives = arena_grow(arena, clause->alternatives, clause->alternative_count);
    clause->alternatives[clause->alternative_count++] = (struct pattern_seen_alternative){
        .field = clause->field, .test = test, .wanted = wanted};
}

/* Where the test is a `not` or an `anything-but`, what its own tests were made of, in their order: a
 * list, or one of them; else NULL. `anything-but` has them behind the name of another operator, too. */
static const struct yaml *inner_of(const struct yaml *yaml) {
    if (yaml->type != YAML_MAP) return NULL;
    const struct yaml_member *member = &yaml->members[0];
    if (str_is(member->key, "not")) return &member->value;
    if (!str_is(member->key, "anything-but")) return NULL;
    return member->value.type == YAML_MAP ? &member->value.members[0].value : &member->value;
}

static void add_tests(struct pattern_seen_clause *clause, const struct tests *tests,
    const struct yaml *yaml, struct arena *arena) {
    bool is_list = yaml->type == YAML_LIST;
    for (size_t i = 0; i < tests->count; i++) {
        const struct test *test = &tests->list[i];
        const struct yaml *wanted = is_list ? &yaml->items[i] : yaml;
        if (tests->count > 1) add_test(clause, test, wanted, arena);
        const struct yaml *inner = inner_of(wanted);
        if (inner) add_tests(clause, &test->tests, inner, arena);
    }
}

void clause_add_alternatives(struct pattern_seen_clause *clause, struct arena *arena) {
    const struct field *field = clause->field;
    add_tests(clause, &field->tests, field->yaml, arena);
}

bool alternative_holds(
    const struct pattern_seen_alternative *alternative, const struct json *object) {
    const struct test *test = alternative->test;
    struct field alone = *(const struct field *)alternative->field;
    alone.tests = (struct tests){(struct test *)test, 1};
    alone.has_leaf = test->scope == SCOPE_LEAF;
    alone.has_absent = test->scope == SCOPE_ABSENT;
    alone.has_none = test->scope == SCOPE_NONE;
    return field_matches(&alone, object, NULL);
}

/* ---- of an $or ---- */

static bool stands_in(const struct yaml *inner, const struct yaml *outer) {
    if (inner == outer) return true;
    for (size_t i = 0; outer->type == YAML_MAP && i < outer->count; i++)
        if (stands_in(inner, &outer->members[i].value)) return true;
    for (size_t i = 0; outer->type == YAML_LIST && i < outer->count; i++)
        if (stands_in(inner, &outer->items[i])) return true;
    return false;
}

static const bool *branches_with(
    const struct pattern *pattern, const struct yaml *map, struct arena *arena) {
    bool *list = arena_list(arena, bool, pattern->count);
    for (size_t i = 0; i < pattern->count; i++)
        for (size_t j = 0; j < pattern->branches[i].count && !list[i]; j++)
            list[i] = stands_in(pattern->branches[i].entries[j].field->yaml, map);
    return list;
}

static void add_or(
    struct pattern_seen *seen, const struct yaml_member *member, struct arena *arena) {
    size_t count = member->value.count;
    seen->list = arena_grow(arena, seen->list, seen->count);
    struct pattern_seen_clause *clause = &seen->list[seen->count++];
    *clause = (struct pattern_seen_clause){.path = member->key,
        .place = member->place,
        .wanted = &member->value,
        .alternatives = arena_list(arena, struct pattern_seen_alternative, count),
        .alternative_count = count};
    for (size_t i = 0; i < count; i++) {
        const struct yaml *map = &member->value.items[i];
        clause->alternatives[i].wanted = map;
        clause->alternatives[i].branches = branches_with(seen->pattern, map, arena);
    }
}

static bool is_or(const struct yaml_member *member) {
    return member->value.type == YAML_LIST &&
           (str_is(member->key, "$or") || str_ends(member->key, STR(".$or")));
}

void seen_add_ors(struct pattern_seen *seen, const struct yaml *map, struct arena *arena) {
    for (size_t i = 0; map && i < map->count; i++) {
        const struct yaml_member *member = &map->members[i];
        if (is_or(member)) add_or(seen, member, arena);
        for (size_t j = 0; is_or(member) && j < member->value.count; j++)
            seen_add_ors(seen, &member->value.items[j], arena);
        bool is_fields = member->value.type == YAML_MAP && !pattern_is_operator(&member->value);
        if (is_fields) seen_add_ors(seen, &member->value, arena);
    }
}
