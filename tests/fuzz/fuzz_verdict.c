/* What a worker answers, which may be no worker of ours any more: whatever the bytes say, what is
 * read is within bounds, and written and read again it is the same. */
#include "fuzz.h"

#include "flow/verdict.h"

enum { RECORDS = 4, RULES = 3 };

static struct manifest manifests[RULES] = {
    {.id = {"first", 5}, .log = {"log", 3}, .memory = {.step_count = 2}, .exception_count = 1},
    {.id = {"second", 6}, .log = {"log", 3}},
    {.id = {"third", 5}, .log = {"log", 3}},
};
static struct rule list[RULES] = {
    {.manifest = &manifests[0]}, {.manifest = &manifests[1]}, {.manifest = &manifests[2]}};
static struct rules rules = {.list = list, .count = RULES, .version = "version"};

static bool read_verdicts(struct str bytes, struct arena *arena, struct verdict *verdicts) {
    struct verdict *places[RECORDS];
    struct standings standings = {0};
    struct cursor next = {0};
    memset(verdicts, 0, RECORDS * sizeof *verdicts);
    for (size_t i = 0; i < RECORDS; i++) places[i] = &verdicts[i];
    struct costs costs = {0};
    struct days days = {0};
    struct verdicts all = {places, RECORDS, &standings, &costs, &days};
    return verdicts_read(bytes, &rules, arena, &all, &next);
}

static uint32_t rule_of(struct str id) {
    for (uint32_t i = 0; i < RULES; i++)
        if (id.at == manifests[i].id.at) return i;
    demand(false, "a rule that is none of ours");
    return 0;
}

/* Matches and failures, each with its event before it. */
static void write_found(struct wire_out *out, const struct verdict *verdict) {
    struct json root = {.type = JSON_NULL};
    for (size_t i = 0; i < verdict->match_count; i++) {
        const struct match *match = &verdict->matches[i];
        struct event event = {.root = &root, .id = match->event_id, .time_ms = match->time_ms};
        verdict_put_event(out, &event);
        verdict_put_match(out, rule_of(match->rule), match);
    }
    for (size_t i = 0; i < verdict->resolution_count; i++) {
        const struct resolution *resolution = &verdict->resolutions[i];
        struct event event = {.root = &root, .time_ms = resolution->time_ms};
        verdict_put_event(out, &event);
        verdict_put_resolution(out, rule_of(resolution->manifest->id), resolution->dedup);
    }
    for (size_t i = 0; i < verdict->suppressed_count; i++) {
        demand(verdict->suppressed[i].rule == 0, "an exception that its rule has not");
        verdict_put_suppressed(out, &verdict->suppressed[i]);
    }
    for (size_t i = 0; i < verdict->failure_count; i++) {
        const struct failure *failure = &verdict->failures[i];
        struct event event = {.root = &root, .id = failure->event_id};
        demand(failure->kind < FAILURE_KINDS, "kind %d", failure->kind);
        verdict_put_event(out, &event);
        verdict_put_failure(out, rule_of(failure->rule), failure->kind, failure->reason);
    }
}

static void check_same_roles(const struct match *a, const struct match *b) {
    demand(a->role_count == b->role_count, "roles");
    for (size_t i = 0; i < a->role_count; i++) {
        demand(a->roles[i].step == b->roles[i].step && a->roles[i].step < 2, "step %zu", i);
        demand(str_eq(a->roles[i].key, b->roles[i].key), "key %zu", i);
    }
    demand(str_eq(a->value, b->value), "value");
    demand(a->period_ms == b->period_ms && a->unjudged == b->unjudged, "period");
}

static void check_same(const struct verdict *a, const struct verdict *b) {
    demand(a->match_count == b->match_count, "matches");
    demand(a->failure_count == b->failure_count, "failures");
    demand(a->suppressed_count == b->suppressed_count, "suppressed");
    demand(a->resolution_count == b->resolution_count, "resolutions");
    for (size_t i = 0; i < a->suppressed_count; i++)
        demand(a->suppressed[i].exception == b->suppressed[i].exception &&
                   a->suppressed[i].time_ms == b->suppressed[i].time_ms,
            "an exception");
    demand(str_eq(a->rejected, b->rejected), "rejected");
    for (size_t i = 0; i < a->match_count; i++) {
        demand(str_eq(a->matches[i].title, b->matches[i].title), "title %zu", i);
        demand(str_eq(a->matches[i].body.errors, b->matches[i].body.errors), "errors %zu", i);
        demand(str_eq(a->matches[i].address, b->matches[i].address), "address %zu", i);
        check_same_roles(&a->matches[i], &b->matches[i]);
        demand(a->matches[i].title.at[a->matches[i].title.len] == '\0', "no end");
    }
    for (size_t i = 0; i < a->resolution_count; i++)
        demand(str_eq(a->resolutions[i].dedup, b->resolutions[i].dedup), "key %zu", i);
    for (size_t i = 0; i < a->failure_count; i++)
        demand(str_eq(a->failures[i].reason, b->failures[i].reason), "reason %zu", i);
}

static void read_again(const struct verdict *verdicts, size_t size) {
    struct verdict again[RECORDS];
    struct arena arena = {0};
    struct wire_out out = {.at = malloc(64 * size + 4096), .room = 64 * size + 4096};
    for (uint32_t i = 0; i < RECORDS; i++) {
        verdict_put_record(&out, i, &verdicts[i]);
        write_found(&out, &verdicts[i]);
    }
    demand(!out.full, "%zu bytes became more than %zu", size, out.room);
    demand(read_verdicts(wire_written(&out), &arena, again), "what was written is not read");
    for (size_t i = 0; i < RECORDS; i++) check_same(&verdicts[i], &again[i]);
    free(out.at);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct verdict verdicts[RECORDS];
    struct arena arena = {0};
    if (read_verdicts(fuzz_input(bytes, size), &arena, verdicts)) read_again(verdicts, size);
    arena_release(&arena);
    return 0;
}
