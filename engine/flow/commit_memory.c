#include "flow/commit_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/feed.h"
#include "flow/kept.h"
#include "flow/own_alert.h"
#include "model/growth.h"

/* What is known of a log. */
struct log_time {
    const struct log_type *type;
    int64_t newest_ms, draft_ms; /* of all that matched; draft_ms with those of this change */
    int64_t due_ms;              /* nothing is due before */
    int64_t resolves_ms;         /* no alert is resolved by time before */
};

/* The memory of a rule, once it was used. */
struct remembered {
    const struct manifest *manifest;
    bool open;
    struct memory memory;
};

struct memories {
    struct store *store;
    struct log_time *times;
    size_t time_count;
    struct remembered *list; /* of rules that have one */
    size_t count;
};

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

static struct log_time *time_of(struct memories *memories, struct str log) {
    for (size_t i = 0; memories && i < memories->time_count; i++)
        if (str_eq(memories->times[i].type->id, log)) return &memories->times[i];
    return NULL;
}

/* `span_ms` is not negative. */
static int64_t before_ms(int64_t time_ms, int64_t span_ms) {
    return time_ms < INT64_MIN + span_ms ? INT64_MIN : time_ms - span_ms;
}

/* However long a match has waited, it is as late as it was when it came. */
static int64_t came_by_ms(const struct change *change, const struct log_time *time) {
    if (!change->waited_ms) return time->draft_ms;
    int64_t ms = before_ms(change->at_ms, change->waited_ms);
    return ms < time->draft_ms ? ms : time->draft_ms;
}

int64_t change_horizon_ms(const struct change *change, struct str log) {
    const struct log_time *time = time_of(change->committer->memories, log);
    if (!time || time->draft_ms == CLOCK_UNKNOWN) return INT64_MIN;
    return before_ms(came_by_ms(change, time), time->type->lateness_ms);
}

int64_t change_wait_ms(const struct change *change, struct str log) {
    const struct log_time *time = time_of(change->committer->memories, log);
    return change->waited_ms + (time ? time->type->lateness_ms : 0);
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

static bool open_memory(
    struct memories *memories, struct remembered *remembered, struct diag *diag) {
    const struct manifest *manifest = remembered->manifest;
    bool forgot = false;
    if (remembered->open) return true;
    remembered->memory = (struct memory){.store = memories->store,
        .rule = &manifest->memory,
        .log = manifest->log,
        .lateness_ms = time_of(memories, manifest->log)->type->lateness_ms};
    if (!memory_open(
            &remembered->memory, manifest->id, str_of(manifest->definition), &forgot, diag))
        return false;
    if (forgot) log_info("rule '%.*s' was changed: its memory begins anew", STR_ARG(manifest->id));
    remembered->open = true;
    return true;
}

static struct remembered *memory_of(struct memories *memories, const struct manifest *manifest) {
    for (size_t i = 0; i < memories->count; i++)
        if (memories->list[i].manifest == manifest) return &memories->list[i];
    return NULL;
}

static bool find_number(
    struct memories *memories, int64_t number, struct remembered **found, struct diag *diag) {
    *found = NULL;
    for (size_t i = 0; i < memories->count && !*found; i++) {
        if (!open_memory(memories, &memories->list[i], diag)) return false;
        if (memories->list[i].memory.number == number) *found = &memories->list[i];
    }
    return true;
}

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

/* The match that fires is the one at hand, or one that was kept, or one that was taken before and
 * is told by the one at hand, which completed it. */
static bool fire_all(
    struct change *change, const struct match *match, const struct memory_fires *fires) {
    for (size_t i = 0; i < fires->count; i++) {
        const struct memory_fire *fire = &fires->list[i];
        struct match fired = *match;
        if (fire->kept.len && !kept_read(fire->kept, &change->arena, &fired)) continue;
        fired.manifest = match->manifest;
        if (!str_eq(fired.event_id, fire->event_id)) fired.address = (struct str){0};
        fired.time_ms = fire->time_ms;
        fired.event_id = fire->event_id;
        if (!change_fire(change, &fired, fire)) return false;
    }
    return true;
}

static bool take_role(struct change *change, struct remembered *remembered,
    const struct match *match, const struct memory_role *role) {
    const struct log_time *time = time_of(change->committer->memories, match->log);
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
           fire_all(change, match, &fires);
}

static bool remember(struct change *change, const struct match *match) {
    struct memories *memories = change->committer->memories;
    struct remembered *remembered = memory_of(memories, match->manifest);
    if (match->role_count == 0) return true;
    if (!open_memory(memories, remembered, change->diag)) return false;
    if (memory_rule_waits(&match->manifest->memory))
        time_of(memories, match->log)->due_ms = INT64_MIN;
    for (size_t i = 0; i < match->role_count; i++)
        if (!take_role(change, remembered, match, &match->roles[i])) return false;
    return tell_full(change, &remembered->memory, match);
}

/* ---- what is due ---- */

/* With an absent step at its end a sequence waits for `within`, too. */
static int64_t longest_wait_ms(const struct memory_rule *rule) {
    return rule->lateness_ms + (rule->kind == MEMORY_SEQUENCE ? rule->within_ms : 0);
}

static bool decide_one(struct change *change, const struct memory_due *due, struct str log) {
    struct memories *memories = change->committer->memories;
    struct remembered *remembered;
    struct memory_fires fires = {0};
    if (!find_number(memories, due->memory, &remembered, change->diag)) return false;
    if (!remembered) return memory_drop_due(memories->store, log, due, change->diag);
    change->at_ms = due->due_ms;
    change->waited_ms = longest_wait_ms(remembered->memory.rule);
    bool good = memory_decide(&remembered->memory, due, &change->arena, &fires, change->diag) &&
                fire_all(change, &(struct match){.manifest = remembered->manifest}, &fires);
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

static bool decide_log(struct change *change, struct log_time *time, int64_t until_ms) {
    if (change->committer->memories->count && !decide_all(change, time, until_ms)) return false;
    if (change->decisions <= 0) return true;
    return settle_log(change, time, until_ms);
}

static bool is_of_alerts(const struct log_time *time) {
    return str_is(time->type->id, LOG_OF_ALERTS);
}

bool change_decide(struct change *change, int64_t until_ms) {
    struct memories *memories = change->committer->memories;
    for (size_t i = 0; memories && i < memories->time_count; i++)
        if (!is_of_alerts(&memories->times[i]) &&
            !decide_log(change, &memories->times[i], until_ms))
            return false;
    struct log_time *alerts = time_of(memories, STR(LOG_OF_ALERTS));
    bool waits = !alerts || change->fed || change->committer->unread || !change->decisions;
    return waits || decide_log(change, alerts, until_ms);
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

void change_expect(struct change *change, struct str log, int64_t due_ms) {
    struct log_time *time = time_of(change->committer->memories, log);
    if (time && due_ms < time->resolves_ms) time->resolves_ms = due_ms;
}

const struct manifest *change_rule(const struct change *change, struct str id) {
    const struct rules *rules = change->committer->rules;
    for (size_t i = 0; rules && i < rules->count; i++)
        if (str_eq(rules->list[i].manifest->id, id)) return rules->list[i].manifest;
    return NULL;
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
    bool good = decide_log(change, time, time->draft_ms);
    change->at_ms = at_ms;
    return good;
}

bool change_pass_time(struct change *change, struct str log, int64_t time_ms) {
    struct log_time *time = time_of(change->committer->memories, log);
    return !time || time_ms == CLOCK_UNKNOWN || pass_time(change, time, time_ms);
}

bool change_take(struct change *change, const struct match *match) {
    struct log_time *time = time_of(change->committer->memories, match->log);
    struct match marked = *match;
    bool dated = match->time_ms != CLOCK_UNKNOWN;
    if (!change_pass_time(change, match->log, match->time_ms)) return false;
    if (dated && match->time_ms < change_horizon_ms(change, match->log))
        marked = mark_late(change, match);
    if (!time || !match->manifest || match->manifest->memory.kind == MEMORY_NONE || match->unjudged)
        return change_fire(change, &marked, NULL);
    return !dated || remember(change, &marked);
}

/* ---- forgetting ---- */

static bool forget_of_rules(struct memories *memories, int64_t *removed, struct diag *diag) {
    for (size_t i = 0; i < memories->count; i++) {
        struct remembered *remembered = &memories->list[i];
        int64_t newest_ms = time_of(memories, remembered->manifest->log)->newest_ms, slice;
        if (newest_ms == CLOCK_UNKNOWN) continue;
        if (!open_memory(memories, remembered, diag) ||
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
