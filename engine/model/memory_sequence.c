/* Sequences: a chain is the matches of all steps that are met, ending at one of the last step (in
 * any order: of any step), less than `within` apart, each event once. The newest that do are
 * taken. */
#include "model/memory_private.h"

enum {
    TRIES_MOST = 2000, /* of other choices, where events that meet several steps come at one time */
    SPARE_ROWS = 4,
};

struct chain {
    const struct memory_taking *taking;
    const struct memory_rule *rule;
    int64_t lowest_ms;     /* later than this */
    struct memory_row end; /* the match that it ends at */
    uint32_t end_step;
    struct memory_rows rows;     /* taken so far, newest step first */
    uint32_t *steps;             /* of each row */
    size_t begins[MEMORY_STEPS]; /* where the rows of a step begin in `rows` */
    size_t needed;               /* rows in all */
    size_t tries;
    bool failed;
};

static bool is_taken(const struct chain *chain, const struct memory_row *row) {
    for (size_t i = 0; i < chain->rows.count; i++)
        if (str_eq(chain->rows.list[i].event, row->event)) return true;
    return str_eq(chain->end.event, row->event);
}

static void push(struct chain *chain, uint32_t step, const struct memory_row *row) {
    chain->steps[chain->rows.count] = step;
    chain->rows.list[chain->rows.count++] = *row;
}

static bool extend(struct chain *chain, size_t left, int64_t bound_ms);

/* The match at the end of the chain is one of those that its step needs. */
static size_t wanted_of(const struct chain *chain, size_t step) {
    return (size_t)chain->rule->steps[step].count - (step == chain->end_step);
}

/* The `i`th from the end. */
static const struct memory_row *newest(const struct memory_rows *rows, size_t i) {
    return &rows->list[rows->count - 1 - i];
}

/* Takes the step's matches from the candidates, newest first, from the `from`th on, and goes on with
 * the steps before it. */
static bool choose(struct chain *chain, size_t step, int64_t bound_ms,
    const struct memory_rows *candidates, size_t from) {
    size_t before = chain->rows.count, wanted = wanted_of(chain, step);
    for (size_t i = from; i < candidates->count && chain->rows.count - before < wanted; i++)
        if (!is_taken(chain, newest(candidates, i)))
            push(chain, (uint32_t)step, newest(candidates, i));
    bool enough = chain->rows.count - before == wanted;
    int64_t oldest_ms = chain->rows.count > before && chain->rule->ordered
                            ? chain->rows.list[chain->rows.count - 1].time_ms
                            : bound_ms;
    if (enough && extend(chain, step, oldest_ms)) return true;
    chain->rows.count = before;
    return false;
}

/* Another choice can help only where an event that was taken here is needed by a step before, and
 * that is so only among those of one time where the steps have an order. */
static bool may_help(const struct chain *chain, const struct memory_rows *candidates, size_t from) {
    if (from >= candidates->count) return false;
    return !chain->rule->ordered ||
           newest(candidates, from)->time_ms == newest(candidates, 0)->time_ms;
}

/* Later than the chain may begin, up to bound_ms; of many the newest are enough. */
static bool find_candidates(
    struct chain *chain, size_t step, int64_t bound_ms, struct memory_rows *candidates) {
    size_t most = chain->needed + SPARE_ROWS;
    bool good = memory_rows_between(chain->taking, (uint32_t)step,
        memory_add_ms(chain->lowest_ms, 1), memory_add_ms(bound_ms, 1), candidates);
    if (candidates->count > most)
        *candidates = (struct memory_rows){candidates->list + candidates->count - most, most};
    chain->failed |= !good;
    return good;
}

/* All steps below `left` are to be met at or before bound_ms. */
static bool extend(struct chain *chain, size_t left, int64_t bound_ms) {
    while (left > 0 && chain->rule->steps[left - 1].absent) left--;
    if (left == 0) return true;
    size_t step = left - 1;
    struct memory_rows candidates;
    if (!find_candidates(chain, step, bound_ms, &candidates)) return false;
    if (wanted_of(chain, step) == 0) return extend(chain, step, bound_ms);
    for (size_t from = 0; !chain->failed && chain->tries++ < TRIES_MOST; from++) {
        if (choose(chain, step, bound_ms, &candidates, from)) return true;
        if (!may_help(chain, &candidates, from + 1)) return false;
    }
    return false;
}

static size_t count_needed(const struct memory_rule *rule) {
    size_t needed = 0;
    for (size_t i = 0; i < rule->step_count; i++)
        if (!rule->steps[i].absent) needed += (size_t)rule->steps[i].count;
    return needed;
}

/* False: there is none, or `failed`. */
static bool find_chain(struct chain *chain, const struct memory_taking *taking,
    const struct memory_row *end, uint32_t end_step) {
    const struct memory_rule *rule = taking->memory->rule;
    *chain = (struct chain){.taking = taking,
        .rule = rule,
        .lowest_ms = memory_add_ms(end->time_ms, -rule->within_ms),
        .end = *end,
        .end_step = end_step,
        .needed = count_needed(rule)};
    chain->rows.list = arena_list(taking->arena, struct memory_row, chain->needed);
    chain->steps = arena_list(taking->arena, uint32_t, chain->needed);
    push(chain, end_step, end);
    return extend(chain, rule->step_count, end->time_ms);
}

static int by_age(const struct memory_row *a, const struct memory_row *b) {
    return memory_row_cmp(a, b);
}

/* Oldest first, each with its step; there are few. */
static void sort(struct chain *chain) {
    for (size_t i = 1; i < chain->rows.count; i++)
        for (size_t j = i; j > 0; j--) {
            struct memory_row *row = &chain->rows.list[j], held = *row;
            uint32_t step = chain->steps[j];
            if (by_age(row - 1, row) <= 0) break;
            *row = row[-1], row[-1] = held;
            chain->steps[j] = chain->steps[j - 1], chain->steps[j - 1] = step;
        }
}

static bool fire(const struct memory_taking *taking, struct chain *chain, struct str kept) {
    struct memory_row end = chain->end;
    sort(chain);
    return memory_fire_row(taking, chain->end_step, &end, kept, &chain->rows, chain->steps);
}

/* ---- at once ---- */

/* A match of the step is in no chain that ends at another of it. */
static bool ends_alone(const struct memory_rule *rule, uint32_t step) {
    return rule->ordered && step == memory_rule_last(rule) && rule->steps[step].count == 1;
}

static bool try_ends(
    const struct memory_taking *taking, const struct memory_match *match, uint32_t step) {
    const struct memory_rule *rule = taking->memory->rule;
    struct memory_rows ends;
    if (!memory_rows_between(
            taking, step, match->time_ms, memory_add_ms(match->time_ms, rule->within_ms), &ends))
        return false;
    bool alone = step == match->step && ends_alone(rule, step);
    for (size_t i = 0; i < ends.count; i++) {
        struct chain chain;
        if (ends.list[i].fired) continue;
        if (alone && !str_eq(ends.list[i].event, match->event_id)) continue;
        bool found = find_chain(&chain, taking, &ends.list[i], step);
        if (chain.failed) return false;
        if (found && !fire(taking, &chain, (struct str){0})) return false;
    }
    return true;
}

bool memory_sequence(const struct memory_taking *taking, const struct memory_match *match) {
    const struct memory_rule *rule = taking->memory->rule;
    if (rule->ordered) return try_ends(taking, match, (uint32_t)memory_rule_last(rule));
    for (uint32_t step = 0; step < rule->step_count; step++)
        if (!try_ends(taking, match, step)) return false;
    return true;
}

/* ---- absent steps: when their time is over ---- */

/* Of a step's rows in the chain; INT64_MIN and INT64_MAX where it is none. */
static int64_t oldest_of(const struct chain *chain, size_t step) {
    int64_t oldest_ms = INT64_MAX;
    for (size_t i = 0; i < chain->rows.count; i++)
        if (chain->steps[i] == step && chain->rows.list[i].time_ms < oldest_ms)
            oldest_ms = chain->rows.list[i].time_ms;
    return oldest_ms;
}

static int64_t newest_of(const struct chain *chain, size_t step) {
    int64_t newest_ms = INT64_MIN;
    for (size_t i = 0; i < chain->rows.count; i++)
        if (chain->steps[i] == step && chain->rows.list[i].time_ms > newest_ms)
            newest_ms = chain->rows.list[i].time_ms;
    return newest_ms;
}

/* When the whole is over. */
static int64_t chain_ends(const struct chain *chain) {
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < chain->rows.count; i++)
        if (chain->rows.list[i].time_ms < first_ms) first_ms = chain->rows.list[i].time_ms;
    return memory_add_ms(first_ms, chain->rule->within_ms);
}

/* Strictly between these an absent step must not be met. */
static void absence(const struct chain *chain, size_t step, int64_t *after_ms, int64_t *before_ms) {
    bool first = step == 0, last = step + 1 == chain->rule->step_count;
    *after_ms = first ? memory_add_ms(chain->lowest_ms, 0) : newest_of(chain, step - 1);
    *before_ms = last ? chain_ends(chain) : oldest_of(chain, step + 1);
}

static bool all_absent(struct chain *chain, bool *absent) {
    *absent = true;
    for (size_t step = 0; *absent && step < chain->rule->step_count; step++) {
        struct memory_rows rows;
        int64_t after_ms, before_ms;
        if (!chain->rule->steps[step].absent) continue;
        absence(chain, step, &after_ms, &before_ms);
        if (!memory_rows_between(
                chain->taking, (uint32_t)step, memory_add_ms(after_ms, 1), before_ms, &rows))
            return false;
        *absent = rows.count == 0;
    }
    return true;
}

static bool read_end(const struct memory_taking *taking, const struct memory_due *due,
    struct memory_row *end, bool *found) {
    uint32_t step = (uint32_t)memory_rule_last(taking->memory->rule);
    struct memory_line *line;
    if (!memory_line_read(taking, step, &line)) return false;
    size_t at = memory_line_place(line, due->time_ms, due->event_id);
    *found = at < line->count && line->list[at].time_ms == due->time_ms &&
             str_eq(line->list[at].event, due->event_id);
    if (*found) *end = line->list[at];
    return true;
}

/* Where the last step is an absent one the whole must be over. */
static int64_t decidable_ms(const struct chain *chain, int64_t due_ms) {
    const struct memory_rule *rule = chain->rule;
    if (!rule->steps[rule->step_count - 1].absent) return due_ms;
    int64_t ends_ms = memory_due_ms(rule, chain_ends(chain), INT64_MIN);
    bool late = memory_due_ms(rule, chain->end.time_ms, chain->end.keep_ms) >
                memory_add_ms(chain->end.time_ms, rule->lateness_ms);
    int64_t came_ms = memory_add_ms(chain->end.keep_ms, rule->within_ms);
    return late ? memory_due_ms(rule, came_ms, INT64_MIN) : ends_ms;
}

bool memory_sequence_decide(
    const struct memory_taking *taking, const struct memory_due *due, int64_t *again_ms) {
    struct memory_row end;
    struct chain chain;
    bool found, absent;
    if (!read_end(taking, due, &end, &found)) return false;
    if (!found) return true;
    found = find_chain(&chain, taking, &end, (uint32_t)memory_rule_last(taking->memory->rule));
    if (!found) return !chain.failed;
    int64_t due_ms = decidable_ms(&chain, due->due_ms);
    *again_ms = due_ms;
    if (due_ms > due->due_ms) return true;
    return all_absent(&chain, &absent) && (!absent || fire(taking, &chain, due->kept));
}
