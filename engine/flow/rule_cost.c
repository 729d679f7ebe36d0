#include "flow/rule_cost.h"

#include "base/mem.h"

#include <time.h>

struct cost_meter {
    struct arena arena;
    struct rule_cost *costs; /* of each rule, as are */
    struct rule_fields *fields;
    uint64_t *met;   /* of the fields, ever */
    uint32_t *noted; /* rules that have one */
    size_t count;
};

void rule_cost_add(struct rule_cost *to, const struct rule_cost *more) {
    to->asked += more->asked;
    to->selected += more->selected;
    to->pattern_ns += more->pattern_ns;
    to->answered += more->answered;
    to->lua_ns += more->lua_ns;
    to->matched += more->matched;
    to->failed += more->failed;
    if (more->memory > to->memory) to->memory = more->memory;
    to->fields |= more->fields;
}

struct cost_meter *cost_meter_new(const struct rules *rules) {
    struct cost_meter *meter = mem_alloc(sizeof *meter);
    struct arena *arena = &meter->arena;
    meter->costs = arena_list(arena, struct rule_cost, rules->count);
    meter->fields = arena_list(arena, struct rule_fields, rules->count);
    meter->met = arena_list(arena, uint64_t, rules->count);
    meter->noted = arena_list(arena, uint32_t, rules->count);
    for (size_t i = 0; i < rules->count; i++)
        meter->fields[i] = rule_fields_of(rules->list[i].manifest, arena);
    return meter;
}

void cost_meter_free(struct cost_meter *meter) {
    if (!meter) return;
    arena_release(&meter->arena);
    mem_free(meter);
}

uint64_t cost_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t cost_meter_fields(
    struct cost_meter *meter, uint32_t rule, enum field_stage stage, const struct json *event) {
    uint64_t met = rule_fields_met(&meter->fields[rule], meter->met[rule], stage, event);
    meter->met[rule] |= met;
    return met;
}

void cost_meter_note(struct cost_meter *meter, uint32_t rule, const struct rule_cost *cost) {
    struct rule_cost *sum = &meter->costs[rule];
    if (sum->asked == 0) meter->noted[meter->count++] = rule;
    rule_cost_add(sum, cost);
}

void cost_meter_take(struct cost_meter *meter, struct wire_out *out,
    void (*put)(struct wire_out *out, const struct cost_of_rule *cost)) {
    for (size_t i = 0; i < meter->count; i++) {
        uint32_t rule = meter->noted[i];
        put(out, &(struct cost_of_rule){rule, meter->costs[rule]});
        meter->costs[rule] = (struct rule_cost){0};
    }
    meter->count = 0;
}
