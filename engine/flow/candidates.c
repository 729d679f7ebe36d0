#include "flow/candidates.h"

#include "base/mem.h"

/* An index for each log type, so that each chooses by the needs of its own rules. */
struct candidates {
    const struct log_types *types;
    struct pattern_index **indexes; /* of each type */
};

struct selection {
    const struct pattern **patterns;
    uint32_t *numbers; /* of their rules */
    size_t count;
};

static void add_rules(
    struct selection *selection, const struct rules *rules, const struct log_type *type) {
    for (uint32_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        if (!manifest->enabled || !str_eq(manifest->log, type->id)) continue;
        selection->patterns[selection->count] = rules->list[i].asked;
        selection->numbers[selection->count++] = i;
    }
}

static struct pattern_index *index_of(const struct rules *rules, const struct log_type *type) {
    struct arena arena;
    arena_init(&arena);
    struct selection selection = {
        .patterns = arena_list(&arena, const struct pattern *, rules->count),
        .numbers = arena_list(&arena, uint32_t, rules->count),
    };
    add_rules(&selection, rules, type);
    struct pattern_accesses accesses = pattern_accesses_choose(
        &arena, selection.patterns, selection.count);
    for (size_t i = 0; i < accesses.count; i++)
        accesses.list[i].rule = selection.numbers[accesses.list[i].rule];
    struct pattern_index *index = pattern_index_new(&accesses, (uint32_t)rules->count);
    arena_release(&arena);
    return index;
}

struct candidates *candidates_new(const struct rules *rules) {
    struct candidates *candidates = mem_alloc(sizeof *candidates);
    candidates->types = &rules->types;
    candidates->indexes = mem_alloc(rules->types.count * sizeof(struct pattern_index *));
    for (size_t i = 0; i < rules->types.count; i++)
        candidates->indexes[i] = index_of(rules, rules->types.list[i]);
    return candidates;
}

void candidates_free(struct candidates *candidates) {
    if (!candidates) return;
    for (size_t i = 0; i < candidates->types->count; i++)
        pattern_index_free(candidates->indexes[i]);
    mem_free(candidates->indexes);
    mem_free(candidates);
}

struct rule_numbers candidates_find(struct candidates *candidates, const struct event *event) {
    size_t type = 0;
    while (type < candidates->types->count && candidates->types->list[type] != event->log) type++;
    if (type == candidates->types->count) return (struct rule_numbers){0};
    return pattern_index_ask(candidates->indexes[type], event->root);
}
