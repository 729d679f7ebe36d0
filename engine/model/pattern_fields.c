#include "model/pattern_fields.h"

#include "model/pattern_internal.h"

size_t pattern_branch_count(const struct pattern *pattern) {
    return pattern ? pattern->count : 0;
}

struct pattern_fields pattern_branch(
    const struct pattern *pattern, size_t branch, struct arena *arena) {
    const struct branch *from = &pattern->branches[branch];
    struct pattern_field *list = arena_list(arena, struct pattern_field, from->count);
    for (size_t i = 0; i < from->count; i++) {
        const struct field *field = from->entries[i].field;
        list[i] = (struct pattern_field){field->dotted, field->place, field->yaml};
    }
    return (struct pattern_fields){list, from->count};
}
