/* Sequences: a chain is the matches of all steps that are met, ending at one of the last step (in
 * any order: of any step), less than `within` apart, each event once. The newest that do are
 * taken: step by step from the last, each match as new as those before it leave it. An event may meet
 * several steps; where none is free, those that were taken change places (augmenting paths). */
#include "model/memory_private.h"

struct chain {
    const struct memory_taking *taking;
    const struct memory_rule *rule;
    int64_t lowest_ms;     /* later than this */
    struct memory_row end; /* the match that it ends at */
    uint32_t end_step;
    struct memory_rows rows; /* taken so far, newest step first; the end is the first */
    uint32_t *steps;         /* of each row */
    struct memory_rows candidates[MEMORY_STEPS];
    bool *moved;   /* of each row: had its turn to change its place */
    size_t needed; /* rows in all */
    bool failed;
};

/* The `i`th from the end. */
static const struct memory_row *newest(const struct memory_rows *rows, size_t i) {
    return &rows->list[rows->count - 1 - i];
}

/* Which of the rows that are taken is this event; rows.count: none. */
static size_t place_of(const struct chain *chain, const struct memory_row *row) {
    size_t place = 0;
    while (place < chain->rows.count && !str_eq(chain->rows.list[place].event, row->event)) place++;
    return place;
}

/* Gives the place another row, of the same time where the steps have an order; whoever has it goes to
 * another. The end stays. */
static bool change(struct chain *chain, size_t place, int64_t time_ms) {
    const struct memory_rows *candidates = &chain->candidates[chain->steps[place]];
    for (size_t i = 0; i < candidates->count; i++) {
        const struct memory_row *row = newest(candidates, i);
        size_t holder = place_of(chain, row);
        bool held = holder < chain->rows.count;
        if (chain->rule->ordered && row->time_ms != time_ms) continue;
        if (held && (holder == 0 || chain->moved[holder])) continue;
        if (held) chain->moved[holder] = true;
        if (held && !change(chain, holder, time_ms)) continue;
        chain->rows.list[place] = *row;
        return true;
    }
    return false;
}

/* Only matches that another step took can make room. */
static bool make_room(struct chain *chain, uint32_t step, int64_t time_ms) {
    bool shared = false;
    for (size_t i = 0; i < chain->rows.count && !shared; i++)
        shared = chain->steps[i] != step &&
                 (!chain->rule->ordered || chain->rows.list[i].time_ms == time_ms);
    if (!shared) return false;
    memset(chain->moved, 0, chain->needed * sizeof *chain->moved);
    return change(chain, chain->rows.count, time_ms);
}

/* The next row of the step. All candidates before `*from` are taken, and stay so. */
static bool add_row(struct chain *chain, uint32_t step, size_t *from) {
    const struct memory_rows *candidates = &chain->candidates[step];
    size_t place = chain->rows.count;
    int64_t bound_ms = chain->rows.list[place - 1].time_ms;
    while (*from < candidates->count && place_of(chain, newest(candidates, *from)) < place) ++*from;
    const struct memory_row *row = *from < candidates->count ? newest(candidates, *from) : NULL;
    bool no_newer = row && (!chain->rule->ordered || row->time_ms == bound_ms);
    chain->steps[place] = step;
    if (no_newer || !make_room(chain, step, bound_ms)) {
        if (!row) return false;
        chain->rows.list[place] = *row;
    }
    chain->rows.count++;
    return true;
}

/* Later than the chain may begin, up to bound_ms. So many are enough that one is free, whatever the
 * other steps take. */
static bool find_candidates(struct chain *chain, uint32_t step, int64_t bound_ms) {
    struct memory_rows *rows = &chain->candidates[step];
    if (!memory_rows_between(chain->taking, step, clock_add_ms(chain->lowest_ms, 1),
            clock_add_ms(bound_ms, 1), rows))
        chain->failed = true;
    if (rows->count > chain->needed)
        *rows = (struct memory_rows){rows->list + rows->count - chain->needed, chain->needed};
    return !chain->failed;
}

static bool add_step(struct chain *chain, uint32_t step) {
    size_t wanted = (size_t)chain->rule->steps[step].count - (step == chain->end_step), from = 0;
    int64_t bound_ms = chain->rule->ordered ? chain->rows.list[chain->rows.count - 1].time_ms
                                            : chain->end.time_ms;
    if (wanted == 0 && chain->rule->ordered) return true;
    if (!find_candidates(chain, step, bound_ms)) return false;
    for (size_t i = 0; i < wanted; i++)
        if (!add_row(chain, step, &from)) return false;
    return true;
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
        .lowest_ms = clock_add_ms(end->time_ms, -rule->within_ms),
        .end = *end,
        .end_step = end_step,
        .needed = count_needed(rule)};
    chain->rows.list = arena_list(taking->arena, struct memory_row, chain->needed);
    chain->steps = arena_list(taking->arena, uint32_t, chain->needed);
    chain->moved = arena_list(taking->arena, bool, chain->needed);
    chain->steps[0] = end_step;
    chain->rows.list[chain->rows.count++] = *end;
    for (size_t step = rule->step_count; step-- > 0;)
        if (!rule->steps[step].absent && !add_step(chain, (uint32_t)step)) return false;
    return true;
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
            taking, step, match->time_ms, clock_add_ms(match->time_ms, rule->within_ms), &ends))
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
    return clock_add_ms(first_ms, chain->rule->within_ms);
}

/* Strictly between these an absent step must not be met. */
static void absence(const struct chain *chain, size_t step, int64_t *after_ms, int64_t *before_ms) {
    bool first = step == 0, last = step + 1 == chain->rule->step_count;
    *after_ms = first ? clock_add_ms(chain->lowest_ms, 0) : newest_of(chain, step - 1);
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
                chain->taking, (uint32_t)step, clock_add_ms(after_ms, 1), before_ms, &rows))
            return false;
        *absent = rows.count == 0;
    }
    return true;
}

/* Where the last step is an absent one the whole must be over. */
static int64_t decidable_ms(const struct chain *chain, int64_t due_ms) {
    const struct memory_rule *rule = chain->rule;
    if (!rule->steps[rule->step_count - 1].absent) return due_ms;
    int64_t ends_ms = memory_due_ms(rule, chain_ends(chain), INT64_MIN);
    bool late = memory_due_ms(rule, chain->end.time_ms, chain->end.keep_ms) >
                clock_add_ms(chain->end.time_ms, rule->lateness_ms);
    int64_t came_ms = clock_add_ms(chain->end.keep_ms, rule->within_ms);
    return late ? memory_due_ms(rule, came_ms, INT64_MIN) : ends_ms;
}

bool memory_sequence_decide(
    const struct memory_taking *taking, const struct memory_due *due, int64_t *again_ms) {
    uint32_t last = (uint32_t)memory_rule_last(taking->memory->rule);
    struct memory_row *end;
    struct chain chain;
    bool absent;
    if (!memory_row_find(taking, last, due, &end)) return false;
    if (!end) return true;
    if (!find_chain(&chain, taking, end, last)) return !chain.failed;
    *again_ms = decidable_ms(&chain, due->due_ms);
    if (*again_ms > due->due_ms) return true;
    return all_absent(&chain, &absent) && (!absent || fire(taking, &chain, due->kept));
}
