#include "flow/crew.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/death.h"
#include "flow/watch.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>

/* Without a beat, and of the processor: a beat is a pair or a call of a rule's function. */
enum {
    CALL_MORE_MS = 40,       /* beyond the time that a call has by its own limits, */
    TOLD_BYTES_A_MS = 10000, /* and for the record that it is asked about */
    READING_MOST_MS = 2000,  /* a record, or telling of a failure: no rule is at work */
    TRIES = 8,               /* of a pair whose worker was killed from outside */
    DEATHS_MOST = 24,        /* in a row at one place: it is not the rule then */
    REQUEST_MOST_MS = 60000, /* whatever its pulse says, and more where there are many pairs */
    ROUNDS_MOST = 1000,      /* answers to one batch */
};

/* A worker, and what it is at. */
struct seat {
    struct worker worker;
    struct batch *batch; /* NULL: idle */
    struct request_head head;
    char reason[sizeof((struct death){0}.reason)]; /* of head.failed */
    struct watch watch;
    struct cursor died_at; /* the last time, and how often there in a row */
    unsigned died;
    unsigned rounds; /* answers of a part of the batch */
    int64_t died_ms; /* when, monotonic; 0: another went on since */
};

struct crew {
    struct judge judge;
    struct nursery *nursery;
    const struct rules *rules;
    struct seat *seats;
    struct pollfd *polled;
    size_t count; /* of seats that were ever taken */
    size_t jobs;
    bool broken; /* no worker can be had any more */
};

/* ---- asking ---- */

static bool hire(struct crew *crew, struct seat *seat, struct diag *diag) {
    return seat->worker.pid || nursery_hire(crew->nursery, WORKER_RULES, &seat->worker, diag);
}

/* One that is dead already is found out when its answer is waited for; one that does not take what
 * it is asked is no worker any more. */
static bool ask(struct crew *crew, struct seat *seat, struct diag *diag) {
    if (!hire(crew, seat, diag)) return false;
    struct channel *channel = &seat->worker.channel;
    struct wire_out request = channel_request(channel);
    batch_put(seat->batch, &seat->head, &request);
    if (!channel_ask(channel, &request)) kill(seat->worker.pid, SIGKILL);
    watch_begin(&seat->watch, seat->worker.pid, channel_pulse(channel)->beat);
    return true;
}

/* ---- cursors: a worker's word is not taken for more than it can be ---- */

static bool is_same(struct cursor a, struct cursor b) {
    return a.record == b.record && a.event == b.event && a.rule == b.rule;
}

/* Reading a record comes before its first pair. */
static bool is_before(struct cursor a, struct cursor b) {
    if (a.record != b.record) return a.record < b.record;
    if (a.event != b.event) return a.event < b.event;
    return a.rule + 1 < b.rule + 1;
}

/* An event takes at least two bytes of its record. */
static bool is_within(const struct crew *crew, const struct seat *seat, struct cursor at) {
    const struct batch *batch = seat->batch;
    return at.record < batch->count && !is_before(at, seat->head.from) &&
           at.event <= batch->list[at.record].bytes.len / 2 &&
           (at.rule < crew->rules->count || at.rule == CURSOR_NONE);
}

/* ---- death ---- */

static const struct cursor not_said = {CURSOR_NONE - 1, 0, 0};

/* What was judged before is in the answer. `at` is where it died; its record is CURSOR_NONE when all
 * was judged. False: it had not begun. */
static bool read_rest(struct crew *crew, struct seat *seat, struct cursor *at) {
    struct channel *channel = &seat->worker.channel;
    struct cursor next = not_said;
    *at = pulse_cursor(channel_pulse(channel));
    batch_read(seat->batch, channel_answer(channel), crew->rules, &next);
    bool ended = !is_same(next, not_said);
    bool begun = ended || at->record != CURSOR_NONE;
    if (ended) *at = next;
    bool all = ended && next.record == CURSOR_NONE;
    if (!all && !is_within(crew, seat, *at)) *at = seat->head.from;
    channel_close(channel);
    return begun;
}

static void log_death(
    const struct crew *crew, const struct seat *seat, struct cursor at, const char *reason) {
    const struct batch_record *record = &seat->batch->list[at.record];
    if (at.rule == CURSOR_NONE)
        log_warn("a worker ended while it read %s:%llu: %s", record->source,
            (unsigned long long)record->line, reason);
    else
        log_warn("a worker ended at rule '%.*s', %s:%llu: %s",
            STR_ARG(crew->rules->list[at.rule].manifest->id), record->source,
            (unsigned long long)record->line, reason);
}

static void count_death(struct seat *seat, struct cursor at) {
    if (!is_same(seat->died_at, at)) seat->died = 0;
    seat->died_at = at;
    seat->died++;
}

/* Whatever was at work when somebody else killed it, or memory ran out, is tried again, but not for
 * ever. */
static bool is_to_blame(const struct seat *seat, const struct death *death) {
    bool tried = seat->died >= TRIES;
    if (death->starved && tried) mem_exhausted(0);
    return tried || !(death->from_outside || death->starved);
}

/* A record that ends whoever reads it is rejected like one that cannot be read. */
static void pass_over_record(struct seat *seat, struct cursor at, const struct death *death) {
    struct batch *batch = seat->batch;
    struct verdict *verdict = &batch->list[at.record].verdict;
    *verdict = (struct verdict){.time_ms = CLOCK_UNKNOWN};
    verdict->rejected = str_of(
        arena_format(&batch->arena, "reading it ended a process: %s", death->reason));
    seat->head = (struct request_head){.from = {at.record + 1, 0, CURSOR_NONE}};
}

static void pass_over_pair(struct seat *seat, struct cursor at, const struct death *death) {
    memcpy(seat->reason, death->reason, sizeof seat->reason);
    seat->head = (struct request_head){at, death->kind, str_of(seat->reason)};
}

/* Where the next worker goes on. */
static void go_on(
    const struct crew *crew, struct seat *seat, struct cursor at, const struct death *death) {
    log_death(crew, seat, at, death->reason);
    if (!is_to_blame(seat, death))
        seat->head = (struct request_head){.from = at};
    else if (at.rule == CURSOR_NONE)
        pass_over_record(seat, at, death);
    else
        pass_over_pair(seat, at, death);
}

static bool bury(
    struct crew *crew, struct seat *seat, bool stuck, struct death *death, struct diag *diag) {
    int status;
    if (!nursery_bury(crew->nursery, &seat->worker, &status, diag)) return false;
    death_of(death, status, channel_pulse(&seat->worker.channel)->forbidden, stuck);
    return true;
}

/* The gap between two workers, for who wants to know. */
static void log_recovery(struct seat *seat) {
    int64_t began_ms = channel_pulse(&seat->worker.channel)->began_ms;
    if (seat->died_ms)
        log_debug("another worker went on after %lld ms", (long long)(began_ms - seat->died_ms));
    seat->died_ms = 0;
}

static bool recover(struct crew *crew, struct seat *seat, bool stuck, struct diag *diag) {
    struct cursor at;
    struct death death;
    seat->died_ms = clock_monotonic_ms();
    if (stuck) kill(seat->worker.pid, SIGKILL);
    if (!bury(crew, seat, stuck, &death, diag)) return false;
    bool begun = read_rest(crew, seat, &at);
    if (at.record != CURSOR_NONE) count_death(seat, at);
    if (death.unconfined) return diag_set(diag, "a worker cannot be confined: %s", death.reason);
    if (begun && at.record != CURSOR_NONE) go_on(crew, seat, at, &death);
    if (seat->died > DEATHS_MOST)
        return diag_set(diag, "workers end one after the other: %s", death.reason);
    bool more = at.record != CURSOR_NONE && seat->head.from.record < seat->batch->count;
    if (!more) seat->batch = NULL;
    return !more || ask(crew, seat, diag);
}

/* ---- answers ---- */

/* An answer that cannot be is a worker that is no longer ours. */
static bool take(struct crew *crew, struct seat *seat, struct diag *diag) {
    struct channel *channel = &seat->worker.channel;
    struct cursor next = seat->head.from;
    bool good = batch_read(seat->batch, channel_answer(channel), crew->rules, &next);
    channel_trim(channel);
    log_recovery(seat);
    if (good && next.record == CURSOR_NONE) {
        seat->batch = NULL;
        return true;
    }
    good = good && is_within(crew, seat, next) && is_before(seat->head.from, next);
    if (!good || ++seat->rounds > ROUNDS_MOST) {
        kill(seat->worker.pid, SIGKILL);
        return recover(crew, seat, false, diag);
    }
    seat->head = (struct request_head){.from = next};
    return ask(crew, seat, diag);
}

/* A failure takes time to tell where the event is large, and who dies of that dies again. */
static bool is_telling(const struct seat *seat, struct cursor at) {
    return seat->head.failed && is_same(at, seat->head.from);
}

/* What comes of a call is told with its event, which takes time where that is large. */
static int64_t call_most_ms(const struct crew *crew, const struct batch *batch, struct cursor at) {
    bool known = at.record < batch->count;
    size_t bytes = known ? batch->list[at.record].bytes.len : 0;
    return crew->rules->limits.time_ms + CALL_MORE_MS + (int64_t)(bytes / TOLD_BYTES_A_MS);
}

static bool is_stuck(const struct crew *crew, struct seat *seat) {
    struct pulse *pulse = channel_pulse(&seat->worker.channel);
    struct cursor at = pulse_cursor(pulse);
    int64_t most_ms = call_most_ms(crew, seat->batch, at);
    int64_t in_all_ms = most_ms * (int64_t)(crew->rules->count * seat->batch->count);
    if (in_all_ms < REQUEST_MOST_MS) in_all_ms = REQUEST_MOST_MS;
    if (watch_spent_ms(&seat->watch, seat->worker.pid) > in_all_ms * WATCH_SLOWER) return true;
    if (at.rule == CURSOR_NONE || is_telling(seat, at)) most_ms = READING_MOST_MS;
    return watch_is_stuck(&seat->watch, seat->worker.pid, pulse->beat, most_ms * WATCH_SLOWER);
}

static bool look(struct crew *crew, struct seat *seat, struct diag *diag) {
    switch (channel_look(&seat->worker.channel)) {
    case CHANNEL_ANSWERED: return take(crew, seat, diag);
    case CHANNEL_DEAD: return recover(crew, seat, false, diag);
    case CHANNEL_WAITS: break;
    }
    return !is_stuck(crew, seat) || recover(crew, seat, true, diag);
}

/* Waits until one of those at work answers, for a moment at most. */
static bool turn(struct crew *crew, struct diag *diag) {
    size_t busy = 0;
    if (crew->broken) return diag_set(diag, "no worker is left");
    for (size_t i = 0; i < crew->count; i++)
        if (crew->seats[i].batch)
            crew->polled[busy++] = (struct pollfd){
                .fd = crew->seats[i].worker.channel.read_fd, .events = POLLIN};
    poll(crew->polled, busy, WATCH_EVERY_MS);
    for (size_t i = 0; i < crew->count; i++)
        if (crew->seats[i].batch && !look(crew, &crew->seats[i], diag)) crew->broken = true;
    return !crew->broken;
}

/* ---- the interface ---- */

static struct seat *idle_seat(struct crew *crew) {
    for (size_t i = 0; i < crew->count; i++)
        if (!crew->seats[i].batch) return &crew->seats[i];
    return crew->count < crew->jobs ? &crew->seats[crew->count++] : NULL;
}

static struct seat *seat_of(struct crew *crew, const struct batch *batch) {
    for (size_t i = 0; i < crew->count; i++)
        if (crew->seats[i].batch == batch) return &crew->seats[i];
    return NULL;
}

static bool submit(struct judge *judge, struct batch *batch, struct diag *diag) {
    struct crew *crew = (struct crew *)judge;
    struct seat *seat;
    if (batch->count == 0) return true;
    while (!(seat = idle_seat(crew)))
        if (!turn(crew, diag)) return false;
    seat->batch = batch;
    seat->head = (struct request_head){.from = {0, 0, CURSOR_NONE}};
    seat->died = seat->rounds = 0;
    crew->broken = crew->broken || !ask(crew, seat, diag);
    return !crew->broken;
}

static bool wait_for(struct judge *judge, struct batch *batch, struct diag *diag) {
    struct crew *crew = (struct crew *)judge;
    while (seat_of(crew, batch))
        if (!turn(crew, diag)) return false;
    return true;
}

static void release(struct judge *judge) {
    struct crew *crew = (struct crew *)judge;
    for (size_t i = 0; i < crew->count; i++) {
        struct seat *seat = &crew->seats[i];
        struct diag ignored = {0};
        int status;
        if (seat->worker.pid && !crew->broken)
            nursery_bury(crew->nursery, &seat->worker, &status, &ignored);
        if (seat->worker.channel.page) channel_close(&seat->worker.channel);
    }
    mem_free(crew->seats);
    mem_free(crew->polled);
    mem_free(crew);
}

struct judge *crew_new(struct nursery *nursery, const struct rules *rules, size_t jobs) {
    struct crew *crew = mem_alloc(sizeof *crew);
    crew->judge = (struct judge){submit, wait_for, release};
    crew->nursery = nursery;
    crew->rules = rules;
    crew->jobs = jobs;
    crew->seats = mem_alloc(jobs * sizeof *crew->seats);
    crew->polled = mem_alloc(jobs * sizeof *crew->polled);
    return &crew->judge;
}
