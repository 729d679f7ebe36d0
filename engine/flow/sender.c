#include "flow/sender_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <signal.h>
#include <sys/random.h>

enum { LOOK_MS = 1000, UNMADE_MOST = 5 };

/* ---- life ---- */

static bool init_lanes(struct sender *sender, struct diags *diags) {
    const struct config *config = sender->config;
    bool good = true;
    sender->lanes = mem_alloc(config->destination_count * sizeof *sender->lanes);
    for (size_t i = 0; i < config->destination_count; i++) {
        struct lane *lane = &sender->lanes[sender->lane_count++];
        good = lane_init(lane, sender, &config->destinations[i], diags) && good;
    }
    return good;
}

struct sender *sender_new(const struct config *config, struct store *store,
    struct messenger *messenger, struct diags *diags) {
    struct sender *sender = mem_alloc(sizeof *sender);
    sender->config = config;
    sender->store = store;
    sender->messenger = messenger;
    sender->timing = (struct sender_timing){backoff_default, breaker_default, LOOK_MS, UNMADE_MOST};
    sender->outage.store = config->store.at;
    pthread_mutex_init(&sender->outage_lock, NULL);
    pthread_mutex_init(&sender->told_lock, NULL);
    sender->http = http_new();
    if (getrandom(&sender->random, sizeof sender->random, 0) < 0)
        sender->random = (uint64_t)clock_wall_ms();
    if (init_lanes(sender, diags)) return sender;
    sender_free(sender);
    return NULL;
}

void sender_free(struct sender *sender) {
    if (!sender) return;
    sender_stop(sender, clock_monotonic_ms());
    http_free(sender->http);
    for (size_t i = 0; i < sender->lane_count; i++) lane_release(&sender->lanes[i]);
    told_release(sender);
    pthread_mutex_destroy(&sender->outage_lock);
    pthread_mutex_destroy(&sender->told_lock);
    mem_free(sender->lanes);
    mem_free(sender);
}

void sender_tune(struct sender *sender, const struct sender_timing *timing, uint64_t seed) {
    sender->timing = *timing;
    sender->random = seed;
    for (size_t i = 0; i < sender->lane_count; i++)
        breaker_init(&sender->lanes[i].breaker, &timing->breaker);
}

/* SplitMix64: a few lines, no state to warm up, and jitter asks for no more. */
double sender_random(struct sender *sender) {
    uint64_t x = sender->random += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    x ^= x >> 31;
    return (double)(x >> 11) * 0x1p-53;
}

/* ---- what the parts tell the whole ---- */

void sender_look_by(struct sender *sender, int64_t at_ms) {
    if (at_ms < sender->look_at_ms) sender->look_at_ms = at_ms;
}

void sender_store_result(struct sender *sender, bool good, const struct diag *diag) {
    if (!good && !sender->store_failed)
        log_error("deliveries cannot use the store, tried again until they can: %s", diag->text);
    if (good && sender->store_failed) log_info("deliveries can use the store again");
    sender->store_failed = !good;
    sender_note_store(sender, good ? NULL : diag);
}

/* ---- at the start: deliveries for whom nobody is configured ---- */

struct strangers {
    struct sender *sender;
    struct str *names;
    size_t count;
    int64_t queued; /* deliveries that were not seen yet */
};

static bool is_known(const struct strangers *strangers, struct str name) {
    for (size_t i = 0; i < strangers->count; i++)
        if (str_eq(strangers->names[i], name)) return true;
    return config_destination(strangers->sender->config, name) != NULL;
}

static bool look_for_stranger(void *context, const struct delivery *delivery) {
    struct strangers *strangers = context;
    struct str name = delivery->destination;
    if (delivery->state != DELIVERY_QUEUED) return true;
    if (!is_known(strangers, name)) {
        log_warn("deliveries to '%.*s' stay queued: it is not configured", STR_ARG(name));
        strangers->names = mem_grow(strangers->names, strangers->count);
        strangers->names[strangers->count++] = (struct str){mem_copy(name.at, name.len), name.len};
    }
    return --strangers->queued > 0;
}

static void report_strangers(struct sender *sender) {
    struct strangers strangers = {.sender = sender};
    struct diag diag = {0};
    bool good = store_deliveries_count(sender->store, DELIVERY_QUEUED, &strangers.queued, &diag) &&
                (strangers.queued == 0 ||
                    store_deliveries_list(sender->store, "", look_for_stranger, &strangers, &diag));
    if (!good) sender_store_result(sender, false, &diag);
    for (size_t i = 0; i < strangers.count; i++) mem_free((char *)strangers.names[i].at);
    mem_free(strangers.names);
}

/* ---- the loop ---- */

static size_t in_flight(const struct sender *sender) {
    size_t count = 0;
    for (size_t i = 0; i < sender->lane_count; i++) count += sender->lanes[i].in_flight;
    return count;
}

/* What could not be read can be again; what could not be written is another matter. */
static void look_at_lanes(struct sender *sender) {
    bool good = true;
    size_t over = 0;
    for (size_t i = 0; i < sender->lane_count; i++) {
        good = lane_look(&sender->lanes[i]) && good;
        over += sender->lanes[i].over;
    }
    if (good && over == 0 && sender->store_failed) sender_store_result(sender, true, NULL);
}

static void look(struct sender *sender) {
    int64_t now = clock_monotonic_ms();
    bool woken = atomic_exchange(&sender->woken, false);
    if (!woken && now < sender->look_at_ms && now < sender->look_anyway_ms) return;
    sender->look_at_ms = INT64_MAX;
    sender->look_anyway_ms = now + sender->timing.look_ms;
    told_take(sender);
    look_at_lanes(sender);
    outcomes_save(sender);
}

static bool is_over(struct sender *sender, int64_t now) {
    if (!atomic_load(&sender->stopping)) return false;
    int64_t deadline = atomic_load(&sender->deadline_ms);
    bool more = sender->look_at_ms < deadline || in_flight(sender) > 0;
    return !more || now >= deadline;
}

static int64_t wait_ms(struct sender *sender, int64_t now) {
    int64_t until = sender->look_at_ms;
    int64_t deadline = atomic_load(&sender->deadline_ms);
    if (sender->look_anyway_ms < until) until = sender->look_anyway_ms;
    if (atomic_load(&sender->stopping) && deadline < until) until = deadline;
    return until - now;
}

static void *run(void *context) {
    struct sender *sender = context;
    report_strangers(sender);
    for (;;) {
        look(sender);
        int64_t now = clock_monotonic_ms();
        if (is_over(sender, now)) break;
        http_turn(sender->http, wait_ms(sender, now));
        outcomes_save(sender);
    }
    sender->save_at_ms = 0;
    outcomes_save(sender);
    return NULL;
}

/* Signals are for the thread that reads. */
bool sender_start(struct sender *sender, struct diag *diag) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&sender->thread, NULL, run, sender);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sender->running = error == 0;
    return sender->running || diag_set(diag, "cannot start the sender: %s", strerror(error));
}

void sender_wake(struct sender *sender) {
    atomic_store(&sender->woken, true);
    http_wake(sender->http);
}

/* Looks once more, so that what was committed just before is sent. */
void sender_stop(struct sender *sender, int64_t deadline_ms) {
    if (!sender->running) return;
    atomic_store(&sender->deadline_ms, deadline_ms);
    atomic_store(&sender->stopping, true);
    sender_wake(sender);
    pthread_join(sender->thread, NULL);
    sender->running = false;
}
