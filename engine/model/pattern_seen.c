#include "model/pattern_seen.h"

#include "model/pattern_internal.h"

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
    seen->list[seen->count++] = (struct pattern_seen_clause){
        .field = field, .path = field->dotted, .place = field->place, .wanted = field->yaml};
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
    for (size_t i = 0; i < pattern->count; i++)
        for (size_t j = 0; j < pattern->branches[i].count; j++)
            add_field(seen, pattern->branches[i].entries[j].field, arena);
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

void pattern_seen_note(struct pattern_seen *seen, const struct json *object) {
    for (size_t i = 0; i < seen->count; i++) {
        struct pattern_seen_clause *clause = &seen->list[i];
        bool holds = field_matches(clause->field, object, NULL) ||
                     is_in_whole(seen, clause, object);
        *(holds ? &clause->held : &clause->failed) += 1;
    }
}
