/* A second opinion on the memory of events, written from rules/MEMORY.md and as naively as can be: it
 * keeps every event, sorted by (time, id), and asks of each what the document says. */
#ifndef MEMORY_ORACLE_H
#define MEMORY_ORACLE_H

#include "model/memory.h"

#include <stdlib.h>
#include <string.h>

enum { ORACLE_EVENTS = 28, ORACLE_SLOTS = 8 };

struct oracle_event {
    const char *id;
    size_t number; /* in the history */
    int64_t time_ms;
    unsigned steps; /* a bit for each step that it meets */
    int key, value;
    size_t came;     /* which arrival was its first */
    int64_t came_ms; /* the newest time then */
};

struct oracle {
    const struct memory_rule *rule;
    int64_t rank_tenths; /* percentile */
    int64_t lateness_ms; /* of the log */
    struct oracle_event list[ORACLE_EVENTS];
    size_t count;
    const int64_t *newest_ms; /* at each arrival */
    size_t arrivals;
    bool fires[ORACLE_EVENTS], counts[ORACLE_EVENTS]; /* the answer, by place in `list` */
};

static inline int oracle_by_age(const void *left, const void *right) {
    const struct oracle_event *a = left, *b = right;
    if (a->time_ms != b->time_ms) return a->time_ms < b->time_ms ? -1 : 1;
    return strcmp(a->id, b->id);
}

/* ---- what was known when ---- */

enum { ORACLE_ALL = 1 << 30 };

/* Something is decided when the time of the log has come to due_ms, before the event that brings it
 * there is taken: what came before that arrival is known. */
static inline size_t oracle_decided(
    const struct oracle *oracle, const struct oracle_event *event, int64_t due_ms) {
    size_t at = event->came + 1;
    while (at < oracle->arrivals && oracle->newest_ms[at] < due_ms) at++;
    return at;
}

static inline bool oracle_is_late(const struct oracle *oracle, const struct oracle_event *event) {
    return event->came_ms - event->time_ms > oracle->rule->lateness_ms;
}

/* When its time is over and `lateness` more; that of one which came later begins when it came. */
static inline int64_t oracle_due_ms(const struct oracle *oracle, const struct oracle_event *event) {
    int64_t from_ms = oracle_is_late(oracle, event) ? event->came_ms : event->time_ms;
    return from_ms + oracle->rule->lateness_ms;
}

/* Of the same key, known, not after it in (time, id), and less than `within` apart from it. */
static inline bool oracle_in_window(
    const struct oracle *oracle, size_t at, size_t other, size_t known) {
    const struct oracle_event *a = &oracle->list[at], *b = &oracle->list[other];
    return other <= at && b->key == a->key && b->came < known &&
           a->time_ms - b->time_ms < oracle->rule->within_ms;
}

static inline void oracle_count_window(struct oracle *oracle, size_t at, size_t known) {
    for (size_t i = 0; i < oracle->count; i++)
        oracle->counts[i] |= oracle_in_window(oracle, at, i, known);
}

/* ---- threshold ---- */

static inline bool oracle_is_repeated(const struct oracle *oracle, size_t at, size_t other) {
    for (size_t i = 0; i < other; i++)
        if (oracle_in_window(oracle, at, i, ORACLE_ALL) &&
            oracle->list[i].value == oracle->list[other].value)
            return true;
    return false;
}

static inline bool oracle_threshold(const struct oracle *oracle, size_t at) {
    int64_t count = 0;
    for (size_t i = 0; i <= at; i++)
        count += oracle_in_window(oracle, at, i, ORACLE_ALL) &&
                 !(oracle->rule->is_unique && oracle_is_repeated(oracle, at, i));
    return count >= oracle->rule->count;
}

/* ---- aggregate: values are whole numbers ---- */

static inline int oracle_by_number(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

static inline bool oracle_aggregate(const struct oracle *oracle, size_t at, size_t known) {
    int numbers[ORACLE_EVENTS], sum = 0;
    int64_t count = 0;
    for (size_t i = 0; i <= at; i++)
        if (oracle_in_window(oracle, at, i, known)) sum += numbers[count++] = oracle->list[i].value;
    qsort(numbers, (size_t)count, sizeof *numbers, oracle_by_number);
    switch (oracle->rule->aggregate) {
    case AGGREGATE_SUM: return sum > oracle->rule->over;
    case AGGREGATE_AVG: return sum > oracle->rule->over * (double)count;
    default: return numbers[(oracle->rank_tenths * count + 999) / 1000 - 1] > oracle->rule->over;
    }
}

/* ---- first_seen: decided one after the other ---- */

struct oracle_turn {
    size_t at, known;
    int64_t due_ms;
    bool decided;
};

static inline int oracle_by_turn(const void *left, const void *right) {
    const struct oracle_turn *a = left, *b = right;
    if (a->due_ms != b->due_ms) return a->due_ms < b->due_ms ? -1 : 1;
    return a->at < b->at ? -1 : 1;
}

static inline bool oracle_is_learnt(const struct oracle *oracle, const struct oracle_turn *turn) {
    for (size_t i = 0; i < oracle->count; i++)
        if (oracle->list[i].came < turn->known &&
            oracle->list[turn->at].time_ms >= oracle->list[i].time_ms + oracle->rule->learn_ms)
            return true;
    return false;
}

/* When it comes: whatever still comes in time, the rule has not learnt by then. */
static inline bool oracle_is_learning(
    const struct oracle *oracle, const struct oracle_event *event) {
    int64_t started_ms = event->came_ms - oracle->lateness_ms;
    for (size_t i = 0; i < oracle->count; i++)
        if (oracle->list[i].came <= event->came && oracle->list[i].time_ms < started_ms)
            started_ms = oracle->list[i].time_ms;
    return event->time_ms < started_ms + oracle->rule->learn_ms;
}

/* A sighting that came late may lie before one that was told. */
static inline bool oracle_was_seen(
    const struct oracle *oracle, const struct oracle_turn *turns, size_t at) {
    const struct oracle_event *event = &oracle->list[at];
    for (size_t i = 0; i < oracle->count; i++) {
        const struct oracle_event *other = &oracle->list[turns[i].at];
        if (turns[i].decided && other->key == event->key &&
            llabs(other->time_ms - event->time_ms) < oracle->rule->within_ms)
            return true;
    }
    return false;
}

/* Those whose time is over when `known` have come. */
static inline void oracle_decide_turns(
    struct oracle *oracle, struct oracle_turn *turns, size_t known) {
    for (size_t i = 0; i < oracle->count; i++) {
        struct oracle_turn *turn = &turns[i];
        if (turn->decided || turn->known != known) continue;
        oracle->fires[turn->at] = oracle->counts[turn->at] =
            oracle_is_learnt(oracle, turn) && !oracle_was_seen(oracle, turns, turn->at);
        turn->decided = true;
    }
}

/* One that comes near one that was decided, or while the rule learns, is decided with that. */
static inline void oracle_first_seen(struct oracle *oracle) {
    struct oracle_turn turns[ORACLE_EVENTS];
    for (size_t i = 0; i < oracle->count; i++) {
        int64_t due_ms = oracle_due_ms(oracle, &oracle->list[i]);
        turns[i] = (struct oracle_turn){
            i, oracle_decided(oracle, &oracle->list[i], due_ms), due_ms, false};
    }
    qsort(turns, oracle->count, sizeof *turns, oracle_by_turn);
    for (size_t came = 0; came <= oracle->arrivals; came++) {
        oracle_decide_turns(oracle, turns, came);
        for (size_t i = 0; i < oracle->count; i++)
            if (oracle->list[turns[i].at].came == came)
                turns[i].decided = oracle_was_seen(oracle, turns, turns[i].at) ||
                                   oracle_is_learning(oracle, &oracle->list[turns[i].at]);
    }
}

/* ---- sequence ---- */

/* One event for each that a step needs, the last step first. */
struct oracle_chain {
    const struct oracle *oracle;
    size_t known;
    size_t steps[ORACLE_SLOTS], slots;
    size_t rows[ORACLE_SLOTS], taken;
    size_t best[ORACLE_SLOTS]; /* of all chains, that of the newest times */
    bool found;
};

static inline bool oracle_is_taken(const struct oracle_chain *chain, size_t row) {
    for (size_t i = 0; i < chain->taken; i++)
        if (chain->rows[i] == row) return true;
    return false;
}

static inline bool oracle_may_take(const struct oracle_chain *chain, size_t row, int64_t bound_ms) {
    const struct oracle *oracle = chain->oracle;
    const struct oracle_event *end = &oracle->list[chain->rows[0]], *event = &oracle->list[row];
    return !oracle_is_taken(chain, row) && event->key == end->key && event->came < chain->known &&
           (event->steps >> chain->steps[chain->taken] & 1) && event->time_ms <= bound_ms &&
           end->time_ms - event->time_ms < oracle->rule->within_ms;
}

/* Another choice like one that was tried already: what a step needs has no order, nor have events
 * that differ in nothing but their ids. */
static inline bool oracle_was_tried(const struct oracle_chain *chain, size_t row) {
    const struct oracle_event *list = chain->oracle->list;
    size_t last = chain->taken - 1;
    if (last > 0 && chain->steps[last] == chain->steps[chain->taken] && row > chain->rows[last])
        return true;
    for (size_t i = row + 1; i < chain->oracle->count && list[i].time_ms == list[row].time_ms; i++)
        if (list[i].steps == list[row].steps && list[i].key == list[row].key &&
            list[i].came < chain->known && !oracle_is_taken(chain, i))
            return true;
    return false;
}

/* Newer than the best, at the first place where their times differ; < 0: older; 0: as new so far. */
static inline int oracle_is_newer(const struct oracle_chain *chain) {
    const struct oracle_event *list = chain->oracle->list;
    for (size_t i = 0; i < chain->taken; i++) {
        int64_t a_ms = list[chain->rows[i]].time_ms, b_ms = list[chain->best[i]].time_ms;
        if (a_ms != b_ms) return a_ms > b_ms ? 1 : -1;
    }
    return 0;
}

static inline void oracle_fill(struct oracle_chain *chain, int64_t bound_ms) {
    const struct oracle *oracle = chain->oracle;
    if (chain->found && oracle_is_newer(chain) < (chain->taken == chain->slots)) return;
    if (chain->taken == chain->slots) {
        memcpy(chain->best, chain->rows, sizeof chain->best);
        chain->found = true;
        return;
    }
    for (size_t row = oracle->count; row-- > 0;) {
        if (!oracle_may_take(chain, row, bound_ms) || oracle_was_tried(chain, row)) continue;
        chain->rows[chain->taken++] = row;
        oracle_fill(chain, oracle->rule->ordered ? oracle->list[row].time_ms : bound_ms);
        chain->taken--;
    }
}

static inline bool oracle_chain_at(const struct oracle *oracle, size_t at, size_t end_step,
    size_t known, struct oracle_chain *chain) {
    const struct memory_rule *rule = oracle->rule;
    *chain = (struct oracle_chain){.oracle = oracle, .known = known};
    if (!(oracle->list[at].steps >> end_step & 1)) return false;
    chain->steps[chain->slots++] = end_step;
    for (size_t step = rule->step_count; step-- > 0;)
        for (int64_t i = step == end_step; i < rule->steps[step].count; i++)
            if (!rule->steps[step].absent) chain->steps[chain->slots++] = step;
    chain->rows[chain->taken++] = at;
    oracle_fill(chain, oracle->list[at].time_ms);
    return chain->found;
}

static inline void oracle_count_chain(struct oracle *oracle, const struct oracle_chain *chain) {
    for (size_t i = 0; i < chain->slots; i++) oracle->counts[chain->best[i]] = true;
}

static inline bool oracle_sequence(struct oracle *oracle, size_t at) {
    struct oracle_chain chain;
    bool fires = false;
    for (size_t step = 0; step < oracle->rule->step_count; step++) {
        if (oracle->rule->ordered && step != memory_rule_last(oracle->rule)) continue;
        if (!oracle_chain_at(oracle, at, step, ORACLE_ALL, &chain)) continue;
        oracle_count_chain(oracle, &chain);
        fires = true;
    }
    return fires;
}

/* ---- sequence with absent steps ---- */

/* The times of what a step took, or of all. */
static inline void oracle_span(
    const struct oracle_chain *chain, size_t step, int64_t *oldest_ms, int64_t *newest_ms) {
    *oldest_ms = INT64_MAX, *newest_ms = INT64_MIN;
    for (size_t i = 0; i < chain->slots; i++) {
        int64_t time_ms = chain->oracle->list[chain->best[i]].time_ms;
        if (step != SIZE_MAX && chain->steps[i] != step) continue;
        if (time_ms < *oldest_ms) *oldest_ms = time_ms;
        if (time_ms > *newest_ms) *newest_ms = time_ms;
    }
}

static inline bool oracle_ends_absent(const struct memory_rule *rule) {
    return rule->steps[rule->step_count - 1].absent;
}

static inline bool oracle_is_met(const struct oracle_chain *chain, size_t step) {
    const struct oracle *oracle = chain->oracle;
    int64_t after_ms, before_ms, oldest_ms, newest_ms;
    oracle_span(chain, SIZE_MAX, &oldest_ms, &newest_ms);
    after_ms = newest_ms - oracle->rule->within_ms;
    before_ms = oldest_ms + oracle->rule->within_ms;
    if (step > 0) oracle_span(chain, step - 1, &oldest_ms, &after_ms);
    if (step + 1 < oracle->rule->step_count) oracle_span(chain, step + 1, &before_ms, &newest_ms);
    for (size_t i = 0; i < oracle->count; i++) {
        const struct oracle_event *event = &oracle->list[i];
        if (event->came < chain->known && event->key == oracle->list[chain->best[0]].key &&
            (event->steps >> step & 1) && event->time_ms > after_ms && event->time_ms < before_ms)
            return true;
    }
    return false;
}

/* A last step that must be absent is waited for until `within` after the first step; where the match
 * came late, for as long from when it came. */
static inline int64_t oracle_over_ms(const struct oracle_chain *chain, int64_t due_ms) {
    const struct oracle *oracle = chain->oracle;
    const struct oracle_event *end = &oracle->list[chain->best[0]];
    int64_t oldest_ms, newest_ms;
    if (!oracle_ends_absent(oracle->rule)) return due_ms;
    oracle_span(chain, SIZE_MAX, &oldest_ms, &newest_ms);
    int64_t from_ms = oracle_is_late(oracle, end) ? end->came_ms : oldest_ms;
    return from_ms + oracle->rule->within_ms + oracle->rule->lateness_ms;
}

static inline bool oracle_absence(struct oracle *oracle, size_t at) {
    const struct memory_rule *rule = oracle->rule;
    const struct oracle_event *event = &oracle->list[at];
    struct oracle_chain chain;
    int64_t due_ms = oracle_due_ms(oracle, event), over_ms = due_ms;
    do {
        due_ms = over_ms;
        size_t known = oracle_decided(oracle, event, due_ms);
        if (!oracle_chain_at(oracle, at, memory_rule_last(rule), known, &chain)) return false;
        over_ms = oracle_over_ms(&chain, due_ms);
    } while (over_ms > due_ms);
    for (size_t step = 0; step < rule->step_count; step++)
        if (rule->steps[step].absent && oracle_is_met(&chain, step)) return false;
    oracle_count_chain(oracle, &chain);
    return true;
}

/* ---- all of them ---- */

static inline bool oracle_fires_at(struct oracle *oracle, size_t at) {
    const struct oracle_event *event = &oracle->list[at];
    size_t known = oracle_decided(oracle, event, oracle_due_ms(oracle, event));
    bool fires;
    if (oracle->rule->kind == MEMORY_SEQUENCE)
        return memory_rule_waits(oracle->rule) ? oracle_absence(oracle, at)
                                               : oracle_sequence(oracle, at);
    if (oracle->rule->kind == MEMORY_THRESHOLD) known = ORACLE_ALL;
    fires = known == ORACLE_ALL ? oracle_threshold(oracle, at)
                                : oracle_aggregate(oracle, at, known);
    if (fires) oracle_count_window(oracle, at, known);
    return fires;
}

static inline void oracle_judge(struct oracle *oracle) {
    memset(oracle->fires, 0, sizeof oracle->fires);
    memset(oracle->counts, 0, sizeof oracle->counts);
    qsort(oracle->list, oracle->count, sizeof *oracle->list, oracle_by_age);
    if (oracle->rule->kind == MEMORY_FIRST_SEEN) {
        oracle_first_seen(oracle);
        return;
    }
    for (size_t at = 0; at < oracle->count; at++) oracle->fires[at] = oracle_fires_at(oracle, at);
}

/* ---- periods ---- */

/* Laid over the times of what fired under a key, from the left. */
static inline size_t oracle_periods(const struct oracle *oracle, int key, int64_t period_ms) {
    size_t periods = 0;
    int64_t end_ms = INT64_MIN;
    for (size_t i = 0; i < oracle->count; i++) {
        const struct oracle_event *event = &oracle->list[i];
        if (!oracle->fires[i] || event->key != key || event->time_ms < end_ms) continue;
        periods++;
        end_ms = event->time_ms + period_ms;
    }
    return periods;
}

#endif
