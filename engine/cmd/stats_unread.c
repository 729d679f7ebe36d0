#include "cmd/stats_unread.h"

#include "base/words.h"
#include "cmd/stats.h"

static uint64_t came_to(const struct rule_cost *cost, enum field_stage stage) {
    const uint64_t came[] = {[FIELD_ASKED] = cost->asked,
        [FIELD_SELECTED] = cost->selected,
        [FIELD_MATCHED] = cost->matched};
    return came[stage];
}

static bool is_met(const struct rule_cost *cost, size_t field) {
    return cost->fields >> field & 1;
}

static void add_met(
    struct words *met, const struct stats_rule *rule, const struct rule_fields *fields) {
    for (size_t i = 0; i < fields->count; i++)
        if (is_met(&rule->cost, i)) words_add(met, fields->list[i].path);
}

static void add_unread(struct arena *arena, struct stats_rule *rule,
    const struct rule_fields *fields, const struct words *met) {
    for (size_t i = 0; i < fields->count; i++) {
        const struct rule_field *field = &fields->list[i];
        uint64_t events = came_to(&rule->cost, field->stage);
        if (is_met(&rule->cost, i) || !events) continue;
        rule->unread = arena_grow(arena, rule->unread, rule->unread_count);
        rule->unread[rule->unread_count++] = (struct stats_unread){
            *field, events, words_has(met, field->path)};
    }
}

void stats_find_unread(struct stats *stats) {
    struct arena *arena = &stats->arena;
    struct rule_fields *fields = arena_list(arena, struct rule_fields, stats->known);
    struct words met = {0};
    for (size_t i = 0; i < stats->known; i++)
        fields[i] = rule_fields_of(stats->list[i].manifest, arena);
    for (size_t i = 0; i < stats->known; i++) add_met(&met, &stats->list[i], &fields[i]);
    for (size_t i = 0; i < stats->known; i++) add_unread(arena, &stats->list[i], &fields[i], &met);
    words_release(&met);
}
