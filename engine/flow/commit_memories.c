#include "flow/commit_memories.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

/* ---- life ---- */

static void add_rules(struct memories *memories, const struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        if (manifest->memory.kind == MEMORY_NONE) continue;
        memories->list = mem_grow(memories->list, memories->count);
        memories->list[memories->count++] = (struct remembered){.manifest = manifest};
    }
}

/* A store that cannot be read now says so at the first commit. */
static void read_times(struct memories *memories) {
    for (size_t i = 0; i < memories->time_count; i++) {
        struct log_time *time = &memories->times[i];
        struct diag ignored = {0};
        time->newest_ms = CLOCK_UNKNOWN;
        memory_time_find(memories->store, time->type->id, &time->newest_ms, &ignored);
        time->draft_ms = time->newest_ms;
        time->due_ms = time->resolves_ms = INT64_MIN;
    }
}

struct memories *memories_new(struct store *store, const struct rules *rules) {
    struct memories *memories = mem_alloc(sizeof *memories);
    memories->store = store;
    memories->time_count = rules->types.count;
    memories->times = mem_alloc(memories->time_count * sizeof *memories->times);
    for (size_t i = 0; i < memories->time_count; i++)
        memories->times[i].type = rules->types.list[i];
    add_rules(memories, rules);
    read_times(memories);
    return memories;
}

void memories_free(struct memories *memories) {
    if (!memories) return;
    mem_free(memories->times);
    mem_free(memories->list);
    mem_free(memories);
}

/* ---- the times of logs ---- */

struct log_time *memories_time(struct memories *memories, struct str log) {
    for (size_t i = 0; memories && i < memories->time_count; i++)
        if (str_eq(memories->times[i].type->id, log)) return &memories->times[i];
    return NULL;
}

/* However long a match has waited, it is as late as it was when it came. */
static int64_t came_by_ms(const struct change *change, const struct log_time *time) {
    if (!change->waited_ms) return time->draft_ms;
    int64_t ms = clock_add_ms(change->at_ms, -change->waited_ms);
    return ms < time->draft_ms ? ms : time->draft_ms;
}

int64_t change_horizon_ms(const struct change *change, struct str log) {
    const struct log_time *time = memories_time(change->committer->memories, log);
    if (!time || time->draft_ms == CLOCK_UNKNOWN) return INT64_MIN;
    return clock_add_ms(came_by_ms(change, time), -time->type->lateness_ms);
}

int64_t change_wait_ms(const struct change *change, struct str log) {
    const struct log_time *time = memories_time(change->committer->memories, log);
    return clock_add_ms(change->waited_ms, time ? time->type->lateness_ms : 0);
}

void change_expect(struct change *change, struct str log, int64_t due_ms) {
    struct log_time *time = memories_time(change->committer->memories, log);
    if (time && due_ms < time->resolves_ms) time->resolves_ms = due_ms;
}

bool change_keep_times(struct change *change) {
    struct memories *memories = change->committer->memories;
    for (size_t i = 0; memories && i < memories->time_count; i++) {
        struct log_time *time = &memories->times[i];
        if (time->draft_ms == time->newest_ms) continue;
        if (!memory_time_save(memories->store, time->type->id, time->draft_ms, change->diag))
            return false;
    }
    return true;
}

void change_accept_times(struct committer *committer) {
    struct memories *memories = committer->memories;
    for (size_t i = 0; memories && i < memories->time_count; i++)
        memories->times[i].newest_ms = memories->times[i].draft_ms;
}

/* A memory that was made in the change is no more. */
void change_drop_times(struct committer *committer) {
    struct memories *memories = committer->memories;
    for (size_t i = 0; memories && i < memories->time_count; i++) {
        memories->times[i].draft_ms = memories->times[i].newest_ms;
        memories->times[i].due_ms = memories->times[i].resolves_ms = INT64_MIN;
    }
    for (size_t i = 0; memories && i < memories->count; i++) memories->list[i].open = false;
}

/* ---- memories of rules ---- */

bool memories_open(struct memories *memories, struct remembered *remembered, struct diag *diag) {
    const struct manifest *manifest = remembered->manifest;
    bool forgot = false;
    if (remembered->open) return true;
    remembered->memory = (struct memory){.store = memories->store,
        .rule = &manifest->memory,
        .log = manifest->log,
        .lateness_ms = memories_time(memories, manifest->log)->type->lateness_ms};
    if (!memory_open(
            &remembered->memory, manifest->id, str_of(manifest->definition), &forgot, diag))
        return false;
    if (forgot) log_info("rule '%.*s' was changed: its memory begins anew", STR_ARG(manifest->id));
    remembered->open = true;
    return true;
}

struct remembered *memories_of(struct memories *memories, const struct manifest *manifest) {
    for (size_t i = 0; i < memories->count; i++)
        if (memories->list[i].manifest == manifest) return &memories->list[i];
    return NULL;
}

bool memories_find(
    struct memories *memories, int64_t number, struct remembered **found, struct diag *diag) {
    *found = NULL;
    for (size_t i = 0; i < memories->count && !*found; i++) {
        if (!memories_open(memories, &memories->list[i], diag)) return false;
        if (memories->list[i].memory.number == number) *found = &memories->list[i];
    }
    return true;
}

const struct manifest *change_rule(const struct change *change, struct str id) {
    const struct rules *rules = change->committer->rules;
    for (size_t i = 0; rules && i < rules->count; i++)
        if (str_eq(rules->list[i].manifest->id, id)) return rules->list[i].manifest;
    return NULL;
}

/* ---- forgetting ---- */

static bool forget_of_rules(struct memories *memories, int64_t *removed, struct diag *diag) {
    for (size_t i = 0; i < memories->count; i++) {
        struct remembered *remembered = &memories->list[i];
        int64_t newest_ms = memories_time(memories, remembered->manifest->log)->newest_ms, slice;
        if (newest_ms == CLOCK_UNKNOWN) continue;
        if (!memories_open(memories, remembered, diag) ||
            !memory_expire(&remembered->memory, newest_ms, &slice, diag))
            return false;
        *removed += slice;
    }
    return true;
}

static bool has_rule(const struct memories *memories, struct str rule_id) {
    for (size_t i = 0; i < memories->count; i++)
        if (str_eq(memories->list[i].manifest->id, rule_id)) return true;
    return false;
}

static bool forget_of_none(
    struct memories *memories, int64_t before_ms, int64_t *removed, struct diag *diag) {
    struct arena arena = {0};
    struct str rule_id;
    int64_t number = 0, slice = 0;
    bool good = true;
    do {
        good = memory_next_unused(memories->store, before_ms, &arena, &number, &rule_id, diag);
        if (good && number && !has_rule(memories, rule_id))
            good = memory_drop(memories->store, number, &slice, diag);
        *removed += slice;
    } while (good && number && !slice);
    arena_release(&arena);
    return good;
}

bool committer_forget(
    struct committer *committer, int64_t before_ms, int64_t *removed, struct diag *diag) {
    struct memories *memories = committer->memories;
    int64_t times = 0;
    *removed = 0;
    if (!memories) return true;
    bool good = forget_of_rules(memories, removed, diag) &&
                forget_of_none(memories, before_ms, removed, diag) &&
                memory_period_expire(memories->store, before_ms, &times, diag);
    *removed += times;
    return good;
}
