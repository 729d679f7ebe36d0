#include "model/memory_rule.h"

size_t memory_rule_last(const struct memory_rule *rule) {
    size_t last = rule->step_count;
    while (last > 0 && rule->steps[last - 1].absent) last--;
    return last > 0 ? last - 1 : 0;
}

static bool has_absent(const struct memory_rule *rule) {
    for (size_t i = 0; i < rule->step_count; i++)
        if (rule->steps[i].absent) return true;
    return false;
}

bool memory_rule_waits(const struct memory_rule *rule) {
    switch (rule->kind) {
    case MEMORY_FIRST_SEEN:
    case MEMORY_AGGREGATE: return true;
    case MEMORY_SEQUENCE: return has_absent(rule);
    default: return false;
    }
}
