#include "model/memory_rule.h"

size_t memory_rule_last(const struct memory_rule *rule) {
    size_t last = rule->step_count;
    while (last > 1 && rule->steps[last - 1].absent) last--;
    return last - 1;
}

bool memory_rule_waits(const struct memory_rule *rule) {
    if (rule->kind == MEMORY_FIRST_SEEN || rule->kind == MEMORY_AGGREGATE) return true;
    for (size_t i = 0; i < rule->step_count; i++)
        if (rule->steps[i].absent) return true;
    return false;
}
