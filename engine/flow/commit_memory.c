#include "flow/commit_memories.h"

#include "base/clock.h"
#include "flow/kept.h"
#include "flow/own_alert.h"

/* ---- what fires ---- */

/* What is told of matches that were forgotten for lack of room. */
static bool tell_full(struct change *change, struct memory *memory, const struct match *match) {
    int64_t dropped = memory->dropped;
    memory->dropped = 0;
    if (!dropped) return true;
    struct match own = own_alert_full(match, dropped, change->at_ms, &change->arena);
    own.rules_version = change->rules_version;
    change->tally.forgotten += dropped;
    return change_fire(change, &own, NULL);
}

static bool take_role(struct change *change, struct remembered *remembered,
    const struct match *match, const struct memory_role *role) {
    const struct log_time *time = memories_time(change->committer->memories, match->log);
    struct memory_fires fires = {0};
    struct memory_match taken = {
        .event_id = match->event_id,
        .time_ms = match->time_ms,
        .newest_ms = time->draft_ms,
        .step = role->step,
        .key = role->key,
        .value = match->value,
    };
    if (memory_rule_waits(remembered->memory.rule)) taken.kept = kept_write(match, &change->arena);
    return memory_take(&remembered->memory, &taken, &change->arena, &fires, change->diag) &&
           change_fire_all(change, match, &fires);
}

static bool remember(struct change *change, const struct match *match) {
    struct memories *memories = change->committer->memories;
    struct remembered *remembered = memories_of(memories, match->manifest);
    if (match->role_count == 0) return true;
    if (!memories_open(memories, remembered, change->diag)) return false;
    if (memory_rule_waits(&match->manifest->memory))
        memories_time(memories, match->log)->due_ms = INT64_MIN;
    for (size_t i = 0; i < match->role_count; i++)
        if (!take_role(change, remembered, match, &match->roles[i])) return false;
    return tell_full(change, &remembered->memory, match);
}

/* ---- a match ---- */

static struct match mark_late(struct change *change, const struct match *match) {
    struct match marked = *match;
    struct str notes = match->body.notes;
    const char *before = notes.len ? "," : "[";
    if (notes.len) notes.len--;
    marked.body.notes = str_of(arena_format(
        &change->arena, "%.*s%s{\"note\":\"late\",\"path\":\"\"}]", STR_ARG(notes), before));
    return marked;
}

/* What was due by then is decided first. */
static bool pass_time(struct change *change, struct log_time *time, int64_t time_ms) {
    int64_t at_ms = change->at_ms;
    if (time->draft_ms == CLOCK_UNKNOWN || time_ms > time->draft_ms) time->draft_ms = time_ms;
    bool good = change_decide_log(change, time, time->draft_ms);
    change->at_ms = at_ms;
    return good;
}

bool change_pass_time(struct change *change, struct str log, int64_t time_ms) {
    struct log_time *time = memories_time(change->committer->memories, log);
    return !time || time_ms == CLOCK_UNKNOWN || pass_time(change, time, time_ms);
}

bool change_take(struct change *change, const struct match *match) {
    struct log_time *time = memories_time(change->committer->memories, match->log);
    struct match marked = *match;
    bool dated = match->time_ms != CLOCK_UNKNOWN;
    if (!change_pass_time(change, match->log, match->time_ms)) return false;
    if (dated && match->time_ms < change_horizon_ms(change, match->log))
        marked = mark_late(change, match);
    if (!time || !match->manifest || match->manifest->memory.kind == MEMORY_NONE || match->unjudged)
        return change_fire(change, &marked, NULL);
    return !dated || remember(change, &marked);
}
