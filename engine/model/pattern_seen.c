#include "model/pattern_seen.h"

#include "model/pattern_seen_parts.h"

#include <stdlib.h>

static struct pattern_seen_clause *find(
    const struct pattern_seen *seen, const struct yaml *wanted) {
    for (size_t i = 0; i < seen->count; i++)
        if (seen->list[i].wanted == wanted) return &seen->list[i];
    return NULL;
}

static void add_field(struct pattern_seen *seen, const struct field *field, struct arena *arena) {
    if (find(seen, field->yaml)) return;
    seen->list = arena_grow(arena, seen->list, seen->count);
    struct pattern_seen_clause *clause = &seen->list[seen->count++];
    *clause = (struct pattern_seen_clause){
        .field = field, .path = field->dotted, .place = field->place, .wanted = field->yaml};
    clause_add_alternatives(clause, arena);
}

static int order_place(const void *left, const void *right) {
    const struct place *a = &((const struct pattern_seen_clause *)left)->place;
    const struct place *b = &((const struct pattern_seen_clause *)right)->place;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

void pattern_seen_init(
    struct pattern_seen *seen, const struct pattern *pattern, struct arena *arena) {
    *seen = (struct pattern_seen){.pattern = pattern};
    if (!pattern->yaml) return;
    for (size_t i = 0; i < pattern->count; i++)
        for (size_t j = 0; j < pattern->branches[i].count; j++)
            add_field(seen, pattern->branches[i].entries[j].field, arena);
    seen_add_ors(seen, pattern->yaml, arena);
    if (seen->count) qsort(seen->list, seen->count, sizeof *seen->list, order_place);
}

static bool is_in_whole(const struct pattern_seen *seen, const struct pattern_seen_clause *clause,
    const struct json *object) {
    for (size_t i = 0; i < seen->pattern->count; i++) {
        const struct branch *branch = &seen->pattern->branches[i];
        bool has = false;
        for (size_t j = 0; j < branch->count && !has; j++)
            has = branch->entries[j].field->yaml == clause->wanted;
        if (has && branch_matches(branch, object, NULL)) return true;
    }
    return false;
}

static void note_outcome(const struct pattern_seen *seen, struct pattern_seen_clause *clause,
    const struct json *object) {
    bool holds = field_matches(clause->field, object, NULL) || is_in_whole(seen, clause, object);
    *(holds ? &clause->held : &clause->failed) += 1;
}

static bool matches_by(const struct pattern *pattern,
    const struct pattern_seen_alternative *alternative, const struct json *object) {
    for (size_t i = 0; i < pattern->count; i++)
        if (alternative->branches[i] && branch_matches(&pattern->branches[i], object, NULL))
            return true;
    return false;
}

static void note_alternatives(const struct pattern_seen *seen, struct pattern_seen_clause *clause,
    const struct json *object) {
    for (size_t i = 0; i < clause->alternative_count; i++) {
        struct pattern_seen_alternative *alternative = &clause->alternatives[i];
        alternative->held += clause->field ? alternative_holds(alternative, object)
                                           : matches_by(seen->pattern, alternative, object);
    }
}

void pattern_seen_note(struct pattern_seen *seen, const struct json *object) {
    for (size_t i = 0; i < seen->count; i++) {
        if (seen->list[i].field) note_outcome(seen, &seen->list[i], object);
        note_alternatives(seen, &seen->list[i], object);
    }
}

size_t pattern_seen_asked(const struct pattern_seen *seen) {
    size_t asked = 0;
    for (size_t i = 0; i < seen->count && !asked; i++)
        asked = seen->list[i].held + seen->list[i].failed;
    return asked;
}
