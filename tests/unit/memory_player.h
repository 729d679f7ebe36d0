/* Plays a history to the memory of events as the committer does (flow/commit_memory.c), and says what
 * came of it. */
#ifndef MEMORY_PLAYER_H
#define MEMORY_PLAYER_H

#include "base/clock.h"
#include "memory_history.h"
#include "model/memory_private.h"
#include "store_help.h"

struct outcome {
    int fires[HISTORY_EVENTS], counts[HISTORY_EVENTS]; /* how often */
    size_t periods[HISTORY_KEYS];
    int64_t newest_ms;
    const char *fault; /* of what the memory said; NULL: none */
};

struct player {
    struct store *temporary, *file;
    struct store *store; /* one of them */
    const struct history *history;
    struct memory memory;
    struct outcome outcome;
    int64_t dropped;
    struct arena arena;
    struct diag diag;
};

#define player_log STR("log")

#define MUST(player, call) assert_good(call, (player)->diag)

/* Nothing here asks what a loss of power does. */
static struct store *player_open(enum store_mode mode) {
    struct diag diag = {0};
    struct store *store = must_open(mode);
    assert_good(db_script(store->db, "PRAGMA synchronous = OFF", &diag), diag);
    return store;
}

UNUSED static void player_init(struct player *player) {
    *player = (struct player){0};
    arena_init(&player->arena);
    player->temporary = player_open(STORE_TEMPORARY);
    player->file = player_open(STORE_EXCLUSIVE);
}

UNUSED static void player_release(struct player *player) {
    arena_release(&player->arena);
    store_close(player->temporary);
    store_close(player->file);
}

/* ---- what fires ---- */

static void player_note(struct player *player, const char *fault) {
    if (!player->outcome.fault) player->outcome.fault = fault;
}

static size_t player_number(struct player *player, struct str id) {
    for (size_t i = 0; i < player->history->event_count; i++)
        if (str_is(id, player->history->events[i].id)) return i;
    player_note(player, "an event that never was");
    return 0;
}

/* How long after its event's time something may fire. */
static int64_t player_delay_ms(const struct history *history) {
    if (!memory_rule_waits(&history->rule)) return 0;
    return history->rule.lateness_ms + history->rule.within_ms;
}

static void player_raise(struct player *player, const struct history_event *event) {
    const struct history *history = player->history;
    bool raises = false;
    struct memory_period period = {
        .rule = STR("rule"),
        .dedup = str_of(arena_format(&player->arena, "key %d", event->key)),
        .time_ms = event->time_ms,
        .period_ms = history->period_ms,
        .horizon_ms = player->outcome.newest_ms - history->lateness_ms - player_delay_ms(history),
    };
    MUST(player, memory_period_take(player->store, &period, &raises, &player->diag));
    player->outcome.periods[event->key] += raises;
}

static void player_count(struct player *player, const struct memory_fire *fire) {
    struct memory_row before = {.time_ms = INT64_MIN};
    for (size_t i = 0; i < fire->hit_count; i++) {
        struct memory_row hit = {.time_ms = fire->hits[i].time_ms, .event = fire->hits[i].event_id};
        size_t number = player_number(player, hit.event);
        if (i > 0 && memory_row_cmp(&before, &hit) >= 0) player_note(player, "hits in no order");
        player->outcome.counts[number]++;
        before = hit;
    }
}

static void player_fire(struct player *player, const struct memory_fire *fire) {
    size_t number = player_number(player, fire->event_id);
    const struct history_event *event = &player->history->events[number];
    bool waits = memory_rule_waits(&player->history->rule);
    if (fire->time_ms != event->time_ms) player_note(player, "an event fires at another time");
    if (!str_is(fire->kept, waits ? event->id : "")) player_note(player, "another's was kept");
    bool again = player->outcome.fires[number] > 0 && fire->hit_count > 0;
    player->outcome.fires[number] += !(again && player->history->kind == HISTORY_UNIQUE);
    player_count(player, fire);
    player_raise(player, event);
}

static void player_fire_all(struct player *player, const struct memory_fires *fires) {
    for (size_t i = 0; i < fires->count; i++) player_fire(player, &fires->list[i]);
}

/* ---- time and matches ---- */

static void player_decide(struct player *player, int64_t until_ms) {
    for (;;) {
        struct memory_due due;
        struct memory_fires fires;
        bool found;
        MUST(player, memory_next_due(player->store, player_log, until_ms, &player->arena, &due,
                         &found, &player->diag));
        if (!found) return;
        MUST(player, memory_decide(&player->memory, &due, &player->arena, &fires, &player->diag));
        player_fire_all(player, &fires);
    }
}

static void player_take(struct player *player, const struct history_event *event, uint32_t step) {
    struct memory_fires fires;
    struct memory_match match = {
        .event_id = str_of(event->id),
        .time_ms = event->time_ms,
        .newest_ms = player->outcome.newest_ms,
        .step = step,
        .key = str_of(arena_format(&player->arena, "%d", event->key)),
        .value = str_of(arena_format(&player->arena, "%d", event->value)),
        .kept = memory_rule_waits(&player->history->rule) ? str_of(event->id) : STR(""),
    };
    MUST(player, memory_take(&player->memory, &match, &player->arena, &fires, &player->diag));
    player_fire_all(player, &fires);
}

static void player_arrive(struct player *player, const struct history_event *event) {
    if (event->time_ms > player->outcome.newest_ms) player->outcome.newest_ms = event->time_ms;
    player_decide(player, player->outcome.newest_ms);
    for (uint32_t step = 0; step < HISTORY_STEPS; step++)
        if (event->steps >> step & 1) player_take(player, event, step);
}

/* ---- batches ---- */

static void player_remember(struct player *player) {
    bool forgot = false;
    player->dropped += player->memory.dropped;
    player->memory = (struct memory){.store = player->store,
        .rule = &player->history->rule,
        .log = player_log,
        .lateness_ms = player->history->lateness_ms};
    MUST(player,
        memory_open(&player->memory, STR("rule"), STR("definition"), &forgot, &player->diag));
    if (forgot) player_note(player, "the memory began anew");
}

static void player_restart(struct player *player) {
    if (player->store == player->file) {
        store_close(player->file);
        player->store = player->file = player_open(STORE_EXCLUSIVE);
    }
    player_remember(player);
    MUST(player,
        memory_time_find(player->store, player_log, &player->outcome.newest_ms, &player->diag));
}

static void player_expire(struct player *player) {
    int64_t removed;
    MUST(
        player, memory_expire(&player->memory, player->outcome.newest_ms, &removed, &player->diag));
}

static void player_batch(struct player *player, size_t from, size_t to) {
    const struct history *history = player->history;
    for (size_t i = from; i < to; i++) {
        if (history->arrivals[i].reads) memory_lines_clear(player->store->lines);
        player_arrive(player, &history->events[history->arrivals[i].event]);
    }
}

static void player_repeat(struct player *player, size_t from, size_t to) {
    struct outcome before = player->outcome;
    player_remember(player);
    int64_t dropped = player->dropped;
    MUST(player, store_begin(player->store, &player->diag));
    player_batch(player, from, to);
    store_rollback(player->store);
    player_remember(player);
    player->outcome = before;
    player->dropped = dropped;
}

static void player_commit(struct player *player, size_t from, size_t to, enum history_then then) {
    if (then == THEN_REPEAT) player_repeat(player, from, to);
    MUST(player, store_begin(player->store, &player->diag));
    player_batch(player, from, to);
    MUST(player,
        memory_time_save(player->store, player_log, player->outcome.newest_ms, &player->diag));
    MUST(player, store_commit(player->store, &player->diag));
    if (then == THEN_RESTART) player_restart(player);
    if (then == THEN_EXPIRE) player_expire(player);
}

/* ---- a history ---- */

static void player_forget(struct player *player) {
    MUST(player, db_script(player->store->db,
                     "DELETE FROM memory; DELETE FROM memory_key; DELETE FROM memory_event;"
                     "DELETE FROM memory_due; DELETE FROM memory_period; DELETE FROM memory_time;",
                     &player->diag));
}

static void player_begin(struct player *player, const struct history *history) {
    player->history = history;
    player->store = history->in_file ? player->file : player->temporary;
    player->outcome = (struct outcome){.newest_ms = CLOCK_UNKNOWN};
    player->memory.dropped = 0;
    arena_reset(&player->arena);
    player_forget(player);
    player_remember(player);
    player->dropped = 0;
}

UNUSED static void player_play(struct player *player, const struct history *history) {
    size_t from = 0;
    player_begin(player, history);
    for (size_t i = 0; i < history->arrival_count; i++) {
        bool last = i + 1 == history->arrival_count;
        if (history->arrivals[i].then == THEN_GO_ON && !last) continue;
        player_commit(player, from, i + 1, history->arrivals[i].then);
        from = i + 1;
    }
    player_decide(player, INT64_MAX);
    player->dropped += player->memory.dropped;
}

#endif
