#include "flow/explain_private.h"

#include "base/clock.h"

static bool look(const struct explain_plan *plan, const struct explained_rule *rule, size_t role,
    uint32_t step, struct memory_sight *sight, struct diag *diag) {
    const struct manifest *manifest = rule->rule->manifest;
    const struct memory_match match = {
        .event_id = rule->match->event_id,
        .time_ms = rule->match->time_ms,
        .step = step,
        .key = rule->match->roles[role].key,
        .value = rule->match->value,
    };
    return memory_look(plan->store, &manifest->memory, manifest->id, str_of(manifest->definition),
        &match, sight, diag);
}

/* The role of the match in the step, else the first: all of a sequence have the same values. */
static size_t role_of(const struct match *match, uint32_t step) {
    for (size_t i = 0; i < match->role_count; i++)
        if (match->roles[i].step == step) return i;
    return 0;
}

void explain_memory(
    struct explanation *explanation, const struct explain_plan *plan, struct explained_rule *rule) {
    const struct memory_rule *memory = &rule->rule->manifest->memory;
    struct diag diag = {0};
    bool takes_part = rule->match && rule->match->role_count && !rule->unjudged;
    if (!plan->store || !takes_part || rule->match->time_ms == CLOCK_UNKNOWN) return;
    size_t count = memory->kind == MEMORY_SEQUENCE ? memory->step_count : 1;
    rule->sights = arena_list(&explanation->arena, struct memory_sight, count);
    for (size_t i = 0; i < count; i++) {
        size_t role = role_of(rule->match, (uint32_t)i);
        if (look(plan, rule, role, (uint32_t)i, &rule->sights[i], &diag)) continue;
        rule->sights = NULL;
        explanation->store_fault = arena_copy(&explanation->arena, str_of(diag.text));
        return;
    }
    rule->sight_count = count;
}
