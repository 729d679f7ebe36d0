/* Histories made from a seed: a rule that remembers, events in a small world (few keys, few times, so
 * that ties and the very borders of windows happen all the time), and how they arrive: out of order,
 * twice, in batches that are rolled back and in runs that end. */
#ifndef MEMORY_HISTORY_H
#define MEMORY_HISTORY_H

#include "base/buf.h"
#include "memory_oracle.h"

enum {
    HISTORY_EVENTS = ORACLE_EVENTS,
    HISTORY_ARRIVALS = HISTORY_EVENTS * 2,
    HISTORY_STEPS = 4,
    HISTORY_KEYS = 3,
    HISTORY_BEGINS_MS = 1000000,
};

enum history_kind {
    HISTORY_COUNT,
    HISTORY_UNIQUE,
    HISTORY_FIRST_SEEN,
    HISTORY_AGGREGATE,
    HISTORY_ORDERED,
    HISTORY_UNORDERED,
    HISTORY_ABSENT,
    HISTORY_KINDS,
};

/* How late events come. */
enum history_delay {
    HISTORY_IN_TIME, /* nothing is decided without them */
    HISTORY_LATE,    /* within the `lateness` of the log */
    HISTORY_TOO_LATE,
};

struct history_event {
    char id[4];
    int64_t time_ms;
    unsigned steps;
    int key, value;
};

/* What happens behind an arrival. */
enum history_then {
    THEN_GO_ON,
    THEN_COMMIT,
    THEN_REPEAT,  /* what came since the last commit is rolled back and comes again */
    THEN_RESTART, /* after a commit */
    THEN_EXPIRE,
};

struct history_arrival {
    size_t event;
    bool reads; /* the store anew: nothing is at hand */
    enum history_then then;
};

struct history {
    uint64_t seed, random;
    enum history_kind kind;
    enum history_delay delay;
    struct memory_rule rule;
    struct memory_step steps[HISTORY_STEPS];
    int64_t rank_tenths;
    int64_t lateness_ms, period_ms;
    bool is_limited; /* has little room */
    bool in_file;    /* a restart opens the store again */
    struct history_event events[HISTORY_EVENTS];
    size_t event_count;
    struct history_arrival arrivals[HISTORY_ARRIVALS];
    size_t arrival_count;
};

/* https://prng.di.unimi.it/splitmix64.c */
static inline int64_t history_roll(struct history *history, int64_t sides) {
    uint64_t z = (history->random += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (int64_t)((z ^ z >> 31) % (uint64_t)sides);
}

static inline bool history_once_in(struct history *history, int64_t times) {
    return history_roll(history, times) == 0;
}

/* ---- the rule ---- */

static inline void history_aggregate(struct history *history) {
    static const int64_t ranks[] = {1, 280, 333, 500, 560, 950, 999, 1000};
    history->rule.aggregate = (enum aggregate_kind)history_roll(history, 3);
    history->rank_tenths = ranks[history_roll(history, sizeof ranks / sizeof *ranks)];
    history->rule.rank = (double)history->rank_tenths / 10;
    history->rule.over = (double)(history_roll(history, 13) - 3) / 2;
}

/* No two absent steps next to each other, and one that is not. */
static inline void history_sequence(struct history *history) {
    struct memory_rule *rule = &history->rule;
    rule->steps = history->steps;
    rule->step_count = 2 + (size_t)history_roll(history, HISTORY_STEPS - 1);
    rule->ordered = history->kind != HISTORY_UNORDERED;
    size_t absent = (size_t)history_roll(history, (int64_t)rule->step_count);
    for (size_t i = 0; i < rule->step_count; i++)
        history->steps[i] = (struct memory_step){.count = history_once_in(history, 4) ? 2 : 1,
            .absent = history->kind == HISTORY_ABSENT &&
                      (i == absent || ((i + absent) % 2 == 0 && history_once_in(history, 2)))};
}

static inline void history_rule(struct history *history) {
    struct memory_rule *rule = &history->rule;
    static const enum memory_kind kinds[] = {MEMORY_THRESHOLD, MEMORY_THRESHOLD, MEMORY_FIRST_SEEN,
        MEMORY_AGGREGATE, MEMORY_SEQUENCE, MEMORY_SEQUENCE, MEMORY_SEQUENCE};
    rule->kind = kinds[history->kind];
    rule->within_ms = 1 + history_roll(history, history_once_in(history, 4) ? 80 : 20);
    rule->lateness_ms = 1 + history_roll(history, 12);
    rule->count = 1 + history_roll(history, 4);
    rule->is_unique = history->kind == HISTORY_UNIQUE;
    rule->learn_ms = history_once_in(history, 2) ? 0 : history_roll(history, 20);
    rule->most_keys = 1000;
    rule->most_events = history_once_in(history, 2) ? 100
                                                    : 1000; /* what is old goes soon, or late */
    if (rule->kind == MEMORY_AGGREGATE) history_aggregate(history);
    if (rule->kind == MEMORY_SEQUENCE) history_sequence(history);
    history->lateness_ms = history_roll(history, history_once_in(history, 3) ? 4 : 40);
    history->period_ms = 1 + history_roll(history, 25);
}

/* ---- events ---- */

/* Most meet one step; absent ones are rarer, else little would ever fire. */
static inline unsigned history_steps_met(struct history *history) {
    unsigned step = (unsigned)history_roll(history, (int64_t)history->rule.step_count);
    if (history->steps[step].absent && history_once_in(history, 2)) step = (step + 1) % 2;
    unsigned more = (unsigned)history_roll(history, (int64_t)history->rule.step_count);
    return 1u << step | (history_once_in(history, 5) ? 1u << more : 0);
}

/* An id says nothing of a time. */
static inline void history_add_events(struct history *history) {
    int64_t span = 1 + history_roll(history, 70), step = history_once_in(history, 3) ? 5 : 1;
    int64_t keys = 1 + history_roll(history, HISTORY_KEYS), values = 1 + history_roll(history, 6);
    history->event_count = 1 + (size_t)history_roll(history, HISTORY_EVENTS);
    for (size_t i = 0; i < history->event_count; i++) {
        struct history_event *event = &history->events[i];
        snprintf(event->id, sizeof event->id, "%c%zu", i % 2 ? 'a' : 'B', i);
        event->time_ms = HISTORY_BEGINS_MS + history_roll(history, span) / step * step;
        event->key = (int)history_roll(history, keys);
        event->value = (int)(history_roll(history, values) - values / 3);
        event->steps = history->rule.step_count ? history_steps_met(history) : 1;
    }
}

/* ---- arrivals ---- */

static inline int64_t history_delay_ms(struct history *history) {
    int64_t most_ms = history->lateness_ms + 1;
    if (history->delay == HISTORY_TOO_LATE) most_ms = history->lateness_ms * 2 + 100;
    if (history->delay == HISTORY_IN_TIME && memory_rule_waits(&history->rule) &&
        history->rule.lateness_ms < most_ms)
        most_ms = history->rule.lateness_ms;
    return history_once_in(history, 2) ? 0 : history_roll(history, most_ms);
}

static inline enum history_then history_then(struct history *history) {
    static const enum history_then all[] = {
        THEN_COMMIT, THEN_COMMIT, THEN_REPEAT, THEN_RESTART, THEN_EXPIRE};
    if (!history_once_in(history, 4)) return THEN_GO_ON;
    return all[history_roll(history, sizeof all / sizeof *all)];
}

/* Each comes when its time and its delay are over, so that none that came before is newer than it by
 * more than its delay. `random` decides which order it is. */
static inline void history_arrive(struct history *history, bool twice, uint64_t random) {
    int64_t at_ms[HISTORY_ARRIVALS];
    history->random = random;
    history->arrival_count = 0;
    for (size_t i = 0; i < history->event_count * (twice ? 2 : 1); i++) {
        size_t event = i % history->event_count, place = history->arrival_count;
        if (i >= history->event_count && !history_once_in(history, 4)) continue;
        int64_t when_ms = history->events[event].time_ms + history_delay_ms(history);
        bool behind = history_once_in(history, 2); /* those of the same moment */
        for (;
             place > 0 && (at_ms[place - 1] > when_ms || (at_ms[place - 1] == when_ms && !behind));
             place--) {
            at_ms[place] = at_ms[place - 1];
            history->arrivals[place] = history->arrivals[place - 1];
        }
        at_ms[place] = when_ms;
        history->arrivals[place] = (struct history_arrival){
            event, history_once_in(history, 6), history_then(history)};
        history->arrival_count++;
    }
}

static inline void history_make(struct history *history, enum history_kind kind, uint64_t seed) {
    *history = (struct history){.seed = seed, .random = seed * 16 + kind, .kind = kind};
    history_rule(history);
    int64_t delay = history_roll(history, 8);
    history->delay = delay < 4 ? HISTORY_IN_TIME : delay < 7 ? HISTORY_LATE : HISTORY_TOO_LATE;
    history->in_file = history_once_in(history, 10);
    history_add_events(history);
    history_arrive(history, true, history->random);
}

/* ---- what the oracle is told ---- */

/* The newest time at each arrival goes to `newest_ms`, which the oracle borrows. */
static inline void history_ask(
    const struct history *history, int64_t *newest_ms, struct oracle *oracle) {
    bool came[HISTORY_EVENTS] = {false};
    *oracle = (struct oracle){.rule = &history->rule,
        .rank_tenths = history->rank_tenths,
        .lateness_ms = history->lateness_ms,
        .newest_ms = newest_ms,
        .arrivals = history->arrival_count};
    for (size_t i = 0; i < history->arrival_count; i++) {
        size_t number = history->arrivals[i].event;
        const struct history_event *event = &history->events[number];
        newest_ms[i] = i > 0 && newest_ms[i - 1] > event->time_ms ? newest_ms[i - 1]
                                                                  : event->time_ms;
        if (came[number]) continue;
        came[number] = true;
        oracle->list[oracle->count++] = (struct oracle_event){.id = event->id,
            .number = number,
            .time_ms = event->time_ms,
            .steps = event->steps,
            .key = event->key,
            .value = event->value,
            .came = i,
            .came_ms = newest_ms[i]};
    }
    oracle_judge(oracle);
}

/* ---- a history to read ---- */

static inline void history_print_rule(const struct history *history, struct buf *to) {
    static const char *const names[HISTORY_KINDS] = {"threshold", "threshold of different values",
        "first_seen", "aggregate", "ordered sequence", "unordered sequence",
        "sequence with absent steps"};
    const struct memory_rule *rule = &history->rule;
    buf_add_format(to, "%s, within %lld, lateness %lld, of the log %lld, period %lld",
        names[history->kind], (long long)rule->within_ms, (long long)rule->lateness_ms,
        (long long)history->lateness_ms, (long long)history->period_ms);
    if (history->is_limited)
        buf_add_format(to, ", keys %lld, events %lld", (long long)rule->most_keys,
            (long long)rule->most_events);
    if (rule->kind == MEMORY_THRESHOLD) buf_add_format(to, ", count %lld", (long long)rule->count);
    if (rule->kind == MEMORY_FIRST_SEEN)
        buf_add_format(to, ", learn %lld", (long long)rule->learn_ms);
    if (rule->kind == MEMORY_AGGREGATE)
        buf_add_format(to, ", %d, rank %g, over %g", (int)rule->aggregate, rule->rank, rule->over);
    for (size_t i = 0; i < rule->step_count; i++)
        buf_add_format(to, "%s%s%c:%lld", i ? ", " : ", steps ", rule->steps[i].absent ? "!" : "",
            (int)('A' + i), (long long)rule->steps[i].count);
    buf_add_char(to, '\n');
}

static inline void history_print(const struct history *history, struct buf *to) {
    static const char *const thens[] = {"", ", commit", ", rolled back", ", restart", ", expire"};
    buf_add_format(to, "seed %llu: ", (unsigned long long)history->seed);
    history_print_rule(history, to);
    for (size_t i = 0; i < history->arrival_count; i++) {
        const struct history_arrival *arrival = &history->arrivals[i];
        const struct history_event *event = &history->events[arrival->event];
        buf_add_format(to, "  %-3s at %2lld key %d value %d", event->id,
            (long long)(event->time_ms - HISTORY_BEGINS_MS), event->key, event->value);
        for (size_t step = 0; step < history->rule.step_count; step++)
            if (event->steps >> step & 1) buf_add_format(to, " %c", (int)('A' + step));
        buf_add_format(to, "%s%s\n", arrival->reads ? ", read anew" : "", thens[arrival->then]);
    }
}

/* ---- the shortest that fails ---- */

typedef bool history_fails(void *context, const struct history *history);

static inline struct history history_without(const struct history *history, size_t from) {
    struct history less = *history;
    less.arrival_count--;
    memmove(less.arrivals + from, less.arrivals + from + 1,
        (less.arrival_count - from) * sizeof *less.arrivals);
    return less;
}

static inline void history_shrink(struct history *history, history_fails *fails, void *context) {
    bool shorter = true;
    while (shorter) {
        shorter = false;
        for (size_t i = 0; i < history->arrival_count; i++) {
            struct history less = history_without(history, i), calm = *history;
            const struct history_arrival *arrival = &history->arrivals[i];
            less.rule.steps = less.steps, calm.rule.steps = calm.steps;
            calm.arrivals[i] = (struct history_arrival){arrival->event, false, THEN_GO_ON};
            bool may_calm = arrival->reads || arrival->then != THEN_GO_ON;
            if (fails(context, &less))
                *history = less, shorter = true;
            else if (may_calm && fails(context, &calm))
                *history = calm, shorter = true;
            history->rule.steps = history->steps;
        }
    }
}

#endif
