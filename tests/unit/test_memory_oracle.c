/* Histories made at random, put to the memory of events and to the naive oracle.
 * TOCSIN_HISTORIES=10000 is the whole proof; TOCSIN_SEED=N plays one history of each kind. */
#include "check.h"

#include "memory_player.h"

enum { HISTORIES = 300 };

static struct player player;

static int set_up(void **state) {
    if (make_store_dir(state) != 0) return -1;
    player_init(&player);
    return 0;
}

static int tear_down(void **state) {
    player_release(&player);
    return remove_store_dir(state);
}

static uint64_t number_of(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

/* ---- one history against the oracle ---- */

struct trial {
    struct oracle oracle;
    struct buf fault; /* what is wrong, a line each */
    size_t fires;
};

static bool meets_many(const struct history_event *event) {
    return (event->steps & (event->steps - 1)) != 0;
}

/* What counts is said exactly where the order in which events come does not matter to it. */
static bool counts_are_known(const struct history *history) {
    if (history->rule.kind != MEMORY_SEQUENCE) return true;
    for (size_t i = 0; i < history->event_count; i++)
        if (meets_many(&history->events[i])) return false;
    return history->kind == HISTORY_ABSENT;
}

/* An event that comes later than all that is remembered of may be taken for another one. */
static void hold_too_late(struct trial *trial, const struct history *history, size_t at) {
    const struct oracle_event *event = &trial->oracle.list[at];
    bool fires = player.outcome.fires[event->number] > 0;
    if (fires && !trial->oracle.fires[at] && !memory_rule_waits(&history->rule))
        buf_add_format(&trial->fault, "%s fires\n", event->id);
}

/* One that meets several steps may fire, and count, for each. */
static void hold_event(struct trial *trial, const struct history *history, size_t at) {
    const struct oracle *oracle = &trial->oracle;
    const struct oracle_event *event = &oracle->list[at];
    int fires = player.outcome.fires[event->number], counts = player.outcome.counts[event->number];
    int most = meets_many(&history->events[event->number]) ? HISTORY_STEPS : 1;
    trial->fires += oracle->fires[at];
    if ((fires > 0) != oracle->fires[at] || fires > most)
        buf_add_format(&trial->fault, "%s fires %d times, the oracle says %d\n", event->id, fires,
            oracle->fires[at]);
    if (counts > most || (counts_are_known(history) && (counts > 0) != oracle->counts[at]))
        buf_add_format(&trial->fault, "%s counts %d times, the oracle says %d\n", event->id, counts,
            oracle->counts[at]);
}

static void hold_periods(struct trial *trial, const struct history *history) {
    for (int key = 0; key < HISTORY_KEYS; key++) {
        size_t expected = oracle_periods(&trial->oracle, key, history->period_ms);
        if (player.outcome.periods[key] != expected)
            buf_add_format(&trial->fault, "%zu periods of key %d, the oracle says %zu\n",
                player.outcome.periods[key], key, expected);
    }
}

/* ---- at a limit ---- */

enum { AGES_MS = 1000 }; /* a lateness at which nothing becomes too old */

/* `key` NULL: of none. */
static int64_t ask(const char *sql, const char *key) {
    struct diag diag = {0};
    int64_t answer = -1;
    struct db_value value = TEXT(str_of(key ? key : ""));
    assert_good(db_ask(player.store->db, sql, &value, key != NULL, &answer, &diag), diag);
    return answer;
}

/* Of a step of a key. */
struct line_of {
    int key, step; /* < 0: of all */
};

/* Matches that came, at or behind a time. */
static int64_t rows_from(const struct history *history, struct line_of place, int64_t from_ms) {
    int64_t rows = 0;
    for (size_t i = 0; i < history->event_count; i++) {
        const struct history_event *event = &history->events[i];
        bool came = false;
        for (size_t a = 0; a < history->arrival_count; a++) came |= history->arrivals[a].event == i;
        if (!came || (place.key >= 0 && event->key != place.key) || event->time_ms < from_ms)
            continue;
        rows += place.step < 0 ? __builtin_popcount(event->steps) : event->steps >> place.step & 1;
    }
    return rows;
}

/* What is there are the newest. */
static void hold_newest(struct trial *trial, const struct history *history, struct line_of place) {
    char name[24];
    snprintf(name, sizeof name, "%d %d", place.key, place.step);
    int64_t rows = ask("SELECT count(*) FROM memory_event e, memory_key k"
                       " WHERE e.key = k.number AND k.key || ' ' || e.step = ?1",
        name);
    int64_t oldest_ms = ask("SELECT min(time_ms) FROM memory_event e, memory_key k"
                            " WHERE e.key = k.number AND k.key || ' ' || e.step = ?1",
        name);
    if (rows > 0 && (rows < rows_from(history, place, oldest_ms + 1) ||
                        rows > rows_from(history, place, oldest_ms)))
        buf_add_format(&trial->fault,
            "%d of step %d of key %d are there from %d on, which are not the newest\n", (int)rows,
            place.step, place.key, (int)(oldest_ms - HISTORY_BEGINS_MS));
}

static void hold_limits(struct trial *trial, const struct history *history) {
    int64_t rows = ask("SELECT count(*) FROM memory_event", NULL), dropped = player.dropped;
    int64_t keys = ask("SELECT count(*) FROM memory_key", NULL);
    bool has_rows = history->rule.kind != MEMORY_FIRST_SEEN && history->lateness_ms >= AGES_MS;
    if (has_rows && rows + dropped != rows_from(history, (struct line_of){-1, -1}, INT64_MIN))
        buf_add_format(&trial->fault, "%d are there, %d were dropped\n", (int)rows, (int)dropped);
    if (keys > history->rule.most_keys || keys != player.memory.keys)
        buf_add_format(&trial->fault, "%d keys\n", (int)keys);
    bool is_whole = has_rows && history->rule.most_keys >= HISTORY_KEYS;
    for (int key = 0; is_whole && key < HISTORY_KEYS; key++)
        for (int step = 0; step < HISTORY_STEPS; step++)
            hold_newest(trial, history, (struct line_of){key, step});
}

/* ---- a history ---- */

static bool hold(struct trial *trial, const struct history *history) {
    int64_t newest_ms[HISTORY_ARRIVALS];
    buf_reset(&trial->fault);
    history_ask(history, newest_ms, &trial->oracle);
    player_play(&player, history);
    bool known = history->delay != HISTORY_TOO_LATE && !history->is_limited;
    for (size_t at = 0; at < trial->oracle.count; at++)
        known ? hold_event(trial, history, at) : hold_too_late(trial, history, at);
    if (known) hold_periods(trial, history);
    if (history->is_limited) hold_limits(trial, history);
    if (player.outcome.fault) buf_add_format(&trial->fault, "%s\n", player.outcome.fault);
    if (player.dropped && !history->is_limited)
        buf_add_format(&trial->fault, "%d were dropped\n", (int)player.dropped);
    return trial->fault.len == 0;
}

static bool fails(void *context, const struct history *history) {
    return !hold(context, history);
}

static void must_hold(struct trial *trial, struct history *history) {
    struct buf text = {0};
    if (hold(trial, history)) return;
    history_shrink(history, fails, trial);
    hold(trial, history);
    history_print(history, &text);
    fail_msg("%s%s", buf_text(&text), buf_text(&trial->fault));
}

/* ---- the kinds ---- */

static uint64_t histories(void) {
    return number_of("TOCSIN_HISTORIES", getenv("TOCSIN_SEED") ? 1 : HISTORIES);
}

static void hold_seed(struct trial *trial, enum history_kind kind, uint64_t seed) {
    struct history history;
    history_make(&history, kind, seed);
    must_hold(trial, &history);
}

/* Beyond the first: what once went wrong there seldom does. */
static const uint64_t telling[HISTORY_KINDS] = {[HISTORY_ORDERED] = 351, [HISTORY_ABSENT] = 1772};

static void hold_kind(enum history_kind kind) {
    uint64_t first = number_of("TOCSIN_SEED", 1);
    uint64_t count = histories();
    struct trial trial = {0};
    for (uint64_t seed = first; seed < first + count; seed++) hold_seed(&trial, kind, seed);
    if (telling[kind]) hold_seed(&trial, kind, telling[kind]);
    if (trial.fires < count / 2 && count >= HISTORIES)
        fail_msg("only %zu fire in %d histories", trial.fires, (int)count);
    buf_release(&trial.fault);
}

static void a_threshold_agrees(void **state) {
    (void)state;
    hold_kind(HISTORY_COUNT);
}

static void a_threshold_of_different_values_agrees(void **state) {
    (void)state;
    hold_kind(HISTORY_UNIQUE);
}

static void first_seen_agrees(void **state) {
    (void)state;
    hold_kind(HISTORY_FIRST_SEEN);
}

static void an_aggregate_agrees(void **state) {
    (void)state;
    hold_kind(HISTORY_AGGREGATE);
}

static void an_ordered_sequence_agrees(void **state) {
    (void)state;
    hold_kind(HISTORY_ORDERED);
}

static void an_unordered_sequence_agrees(void **state) {
    (void)state;
    hold_kind(HISTORY_UNORDERED);
}

static void a_sequence_with_absent_steps_agrees(void **state) {
    (void)state;
    hold_kind(HISTORY_ABSENT);
}

/* At the 25th of the values 1 to 25 the figure is the rank itself. */
static void a_percentile_is_of_the_nearest_rank(void **state) {
    (void)state;
    struct trial trial = {0};
    for (int64_t rank = 1; rank <= 100; rank++) {
        struct history history = {.kind = HISTORY_AGGREGATE, .event_count = 25, .period_ms = 1};
        history.rule = (struct memory_rule){.kind = MEMORY_AGGREGATE,
            .aggregate = AGGREGATE_PERCENTILE,
            .rank = (double)rank,
            .over = (double)((rank * 25 + 99) / 100) - (double)(rank % 3 == 0),
            .within_ms = 100,
            .lateness_ms = 1,
            .most_keys = 1,
            .most_events = 100};
        history.rank_tenths = rank * 10;
        for (int i = 0; i < 25; i++) {
            struct history_event *event = &history.events[i];
            *event = (struct history_event){.time_ms = i, .steps = 1, .value = i + 1};
            snprintf(event->id, sizeof event->id, "%d", i);
        }
        history_arrive(&history, false, 1);
        must_hold(&trial, &history);
    }
    buf_release(&trial.fault);
}

/* ---- orders ---- */

enum { ORDERS = 100 };

/* By event, as the oracle's list has another order for each. */
static void fires_of(const struct oracle *oracle, bool fires[HISTORY_EVENTS]) {
    for (size_t i = 0; i < oracle->count; i++) fires[oracle->list[i].number] = oracle->fires[i];
}

static void hold_orders(struct history *history) {
    bool first[HISTORY_EVENTS] = {false}, fires[HISTORY_EVENTS] = {false};
    struct trial trial = {0};
    history->delay = HISTORY_IN_TIME;
    for (uint64_t order = 0; order < ORDERS; order++) {
        history_arrive(history, true, history->seed * ORDERS + order);
        must_hold(&trial, history);
        fires_of(&trial.oracle, order ? fires : first);
        if (order) assert_memory_equal(fires, first, sizeof fires);
    }
    buf_release(&trial.fault);
}

static void any_order_fires_the_same(void **state) {
    (void)state;
    uint64_t first = number_of("TOCSIN_SEED", 1), count = histories() / 100;
    for (int kind = 0; kind < HISTORY_KINDS; kind++)
        for (uint64_t seed = first; seed < first + (count ? count : 1); seed++) {
            struct history history;
            history_make(&history, (enum history_kind)kind, seed);
            hold_orders(&history);
        }
}

/* ---- limits ---- */

/* Little room, and often all the time there is: nothing goes but what is dropped. */
static void limit(struct history *history) {
    struct memory_rule *rule = &history->rule;
    int64_t least = rule->count;
    for (size_t i = 0; i < rule->step_count; i++) least += rule->steps[i].count;
    if (history_once_in(history, 2)) rule->most_keys = 1 + history_roll(history, 2);
    rule->most_events = least + history_roll(history, 4);
    if (!history_once_in(history, 3)) history->lateness_ms = AGES_MS;
    history->is_limited = true;
    history_arrive(history, false, history->random);
}

static void a_limit_drops_the_oldest_and_counts_it(void **state) {
    (void)state;
    uint64_t first = number_of("TOCSIN_SEED", 1);
    struct trial trial = {0};
    int64_t dropped = 0;
    for (uint64_t seed = first; seed < first + histories(); seed++) {
        struct history history;
        history_make(&history, (enum history_kind)(seed % HISTORY_KINDS), seed);
        limit(&history);
        must_hold(&trial, &history);
        dropped += player.dropped;
    }
    if (histories() >= HISTORIES) assert_true(dropped > HISTORIES);
    buf_release(&trial.fault);
}

int main(void) {
    const struct CMUnitTest list[] = {
        cmocka_unit_test(a_threshold_agrees),
        cmocka_unit_test(a_threshold_of_different_values_agrees),
        cmocka_unit_test(first_seen_agrees),
        cmocka_unit_test(an_aggregate_agrees),
        cmocka_unit_test(a_percentile_is_of_the_nearest_rank),
        cmocka_unit_test(an_ordered_sequence_agrees),
        cmocka_unit_test(an_unordered_sequence_agrees),
        cmocka_unit_test(a_sequence_with_absent_steps_agrees),
        cmocka_unit_test(any_order_fires_the_same),
        cmocka_unit_test(a_limit_drops_the_oldest_and_counts_it),
    };
    return cmocka_run_group_tests(list, set_up, tear_down);
}
