#include "flow/rule_cost.h"

#include "base/mem.h"

#include <time.h>

struct cost_meter {
    struct rule_cost *costs; /* of each rule */
    uint32_t *noted;         /* rules that have one */
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
}

struct cost_meter *cost_meter_new(size_t rules) {
    struct cost_meter *meter = mem_alloc(sizeof *meter);
    meter->costs = mem_alloc(rules * sizeof *meter->costs);
    meter->noted = mem_alloc(rules * sizeof *meter->noted);
    return meter;
}

void cost_meter_free(struct cost_meter *meter) {
    if (!meter) return;
    mem_free(meter->costs);
    mem_free(meter->noted);
    mem_free(meter);
}

uint64_t cost_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
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
