#include "cmd/explain.h"

#include <inttypes.h>

void explain_print_duration(struct buf *to, int64_t ms) {
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
    size_t i = 0;
    while (ms % units[i].ms) i++;
    buf_add_format(to, "%" PRId64 "%s", ms / units[i].ms, ms ? units[i].unit : "s");
}

static void print_paths(struct buf *to, const struct schema_strings *paths) {
    for (size_t i = 0; i < paths->count; i++)
        buf_add_format(to, "%s%.*s", i ? ", " : "", STR_ARG(paths->list[i]));
}

static void print_within(struct buf *to, const struct memory_rule *memory) {
    buf_add_text(to, " within ");
    explain_print_duration(to, memory->within_ms);
}

static void print_threshold(struct buf *to, const struct memory_rule *memory) {
    buf_add_format(to, "%" PRId64 " matches of one dedup key", memory->count);
    if (memory->is_unique && memory->unique_asked) buf_add_text(to, ", each with another unique()");
    if (memory->is_unique && !memory->unique_asked)
        buf_add_format(to, ", each with another %.*s", STR_ARG(memory->unique));
    print_within(to, memory);
}

static void print_first_seen(struct buf *to, const struct memory_rule *memory) {
    buf_add_text(to, "values that were never seen");
    print_within(to, memory);
    if (memory->by.count) buf_add_text(to, ", at ");
    print_paths(to, &memory->by);
    if (!memory->learn_ms) return;
    buf_add_text(to, ", once it has learnt for ");
    explain_print_duration(to, memory->learn_ms);
}

static void print_sequence(struct buf *to, const struct memory_rule *memory) {
    for (size_t i = 0; i < memory->step_count; i++) {
        const struct memory_step *step = &memory->steps[i];
        buf_add_text(to, i == 0 ? "" : memory->ordered ? ", then " : ", and in any order ");
        if (step->absent) buf_add_text(to, "no ");
        if (step->count > 1) buf_add_format(to, "%" PRId64 " times ", step->count);
        buf_add_str(to, step->name);
    }
    print_within(to, memory);
    if (memory->by.count) buf_add_text(to, ", of the same ");
    print_paths(to, &memory->by);
}

static void print_aggregate(struct buf *to, const struct memory_rule *memory) {
    static const char *const names[] = {[AGGREGATE_SUM] = "sum",
        [AGGREGATE_AVG] = "average",
        [AGGREGATE_PERCENTILE] = "percentile"};
    buf_add_text(to, "a ");
    buf_add_text(to, names[memory->aggregate]);
    if (memory->aggregate == AGGREGATE_PERCENTILE) buf_add_format(to, " %g", memory->rank);
    buf_add_format(to, " of %.*s over %.15g", STR_ARG(memory->of), memory->over);
    print_within(to, memory);
}

void explain_print_memory(struct buf *to, const struct memory_rule *memory) {
    switch (memory->kind) {
    case MEMORY_NONE: break;
    case MEMORY_THRESHOLD: print_threshold(to, memory); break;
    case MEMORY_FIRST_SEEN: print_first_seen(to, memory); break;
    case MEMORY_SEQUENCE: print_sequence(to, memory); break;
    case MEMORY_AGGREGATE: print_aggregate(to, memory); break;
    }
}

bool explain_shows(const struct explain_view *view, const struct explained_rule *rule) {
    return !view->only || str_is(rule->rule->manifest->id, view->only);
}
