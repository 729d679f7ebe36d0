#include "flow/commit_memories.h"

#include "base/clock.h"
#include "flow/feed.h"
#include "model/growth.h"

/* With an absent step at its end a sequence waits for `within`, too. */
static int64_t longest_wait_ms(const struct memory_rule *rule) {
    return clock_add_ms(rule->lateness_ms, rule->kind == MEMORY_SEQUENCE ? rule->within_ms : 0);
}

static bool decide_one(struct change *change, const struct memory_due *due, struct str log) {
    struct memories *memories = change->committer->memories;
    struct remembered *remembered;
    struct memory_fires fires = {0};
    if (!memories_find(memories, due->memory, &remembered, change->diag)) return false;
    if (!remembered) return memory_drop_due(memories->store, log, due, change->diag);
    change->at_ms = due->due_ms;
    change->waited_ms = longest_wait_ms(remembered->memory.rule);
    bool good = memory_decide(&remembered->memory, due, &change->arena, &fires, change->diag) &&
                change_fire_all(change, &(struct match){.manifest = remembered->manifest}, &fires);
    change->waited_ms = 0;
    return good;
}

static bool settle_log(struct change *change, struct log_time *time, int64_t until_ms) {
    if (time->resolves_ms > until_ms) return true;
    return change_settle(change, time->type->id, until_ms) &&
           growth_when_due(
               change->committer->store, time->type->id, &time->resolves_ms, change->diag);
}

/* In the order in which it was due. */
static bool decide_next(
    struct change *change, struct log_time *time, int64_t until_ms, bool *found) {
    struct str log = time->type->id;
    struct memory_due due;
    if (!memory_next_due(
            change->committer->store, log, until_ms, &change->arena, &due, found, change->diag))
        return false;
    if (!*found) return true;
    change->decisions--;
    return settle_log(change, time, due.due_ms) && decide_one(change, &due, log);
}

/* Any number may be due at once: of none that was decided anything stays in memory. */
static bool decide_all(struct change *change, struct log_time *time, int64_t until_ms) {
    struct arena of_change = change->arena;
    bool good = true, found = true;
    if (time->due_ms > until_ms) return true;
    arena_init(&change->arena);
    while (good && found && change->decisions > 0) {
        arena_reset(&change->arena);
        good = decide_next(change, time, until_ms, &found);
    }
    arena_release(&change->arena);
    change->arena = of_change;
    return good &&
           memory_when_due(change->committer->store, time->type->id, &time->due_ms, change->diag);
}

bool change_decide_log(struct change *change, struct log_time *time, int64_t until_ms) {
    if (change->committer->memories->count && !decide_all(change, time, until_ms)) return false;
    if (change->decisions <= 0) return true;
    return settle_log(change, time, until_ms);
}

static bool is_of_alerts(const struct log_time *time) {
    return str_is(time->type->id, LOG_OF_ALERTS);
}

bool change_decide(struct change *change, int64_t until_ms) {
    struct memories *memories = change->committer->memories;
    if (!memories) return true;
    for (size_t i = 0; i < memories->time_count; i++)
        if (!is_of_alerts(&memories->times[i]) &&
            !change_decide_log(change, &memories->times[i], until_ms))
            return false;
    struct log_time *alerts = memories_time(memories, STR(LOG_OF_ALERTS));
    bool waits = !alerts || change->fed || change->committer->unread || !change->decisions;
    return waits || change_decide_log(change, alerts, until_ms);
}

bool change_settle_all(struct change *change, int64_t until_ms) {
    struct memories *memories = change->committer->memories;
    for (size_t i = 0; memories && i < memories->time_count; i++)
        if (!settle_log(change, &memories->times[i], until_ms)) return false;
    return true;
}

static bool is_due(const struct memories *memories, const struct log_time *time, int64_t until_ms) {
    return (memories->count && time->due_ms <= until_ms) || time->resolves_ms <= until_ms;
}

bool change_is_due(const struct committer *committer, int64_t until_ms) {
    const struct memories *memories = committer->memories;
    for (size_t i = 0; memories && i < memories->time_count; i++)
        if (is_due(memories, &memories->times[i], until_ms)) return true;
    return false;
}
