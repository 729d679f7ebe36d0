#include "flow/sender_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { UNSAVED_MOST = 256 }; /* outcomes kept while the store fails, before the lane stops */

/* ---- from the configuration ---- */

static bool read_settings(struct lane *lane, struct diag *diag) {
    const struct destination *destination = lane->destination;
    struct buf secret;
    buf_init(&secret);
    bool good =
        (!destination->url.text.len || config_secret(&destination->url, &lane->url, diag)) &&
        (!destination->proxy.text.len || config_secret(&destination->proxy, &lane->proxy, diag)) &&
        (!destination->secret.text.len || config_secret(&destination->secret, &secret, diag)) &&
        signature_keys_init(&lane->keys, buf_str(&secret), diag) &&
        (!lane->url.len || http_check_url(buf_text(&lane->url), destination->allow_http, diag));
    buf_release(&secret);
    return good;
}

bool lane_init(struct lane *lane, struct sender *sender, const struct destination *destination,
    struct diags *diags) {
    struct diag diag = {0};
    *lane = (struct lane){.sender = sender, .destination = destination};
    breaker_init(&lane->breaker, &sender->timing.breaker);
    return read_settings(lane, &diag) ||
           diags_reject(diags, "TC041", destination->place, "destination '%.*s': %s",
               STR_ARG(destination->name), diag.text);
}

void lane_release(struct lane *lane) {
    for (struct attempt *attempt; (attempt = lane->attempts);) {
        lane->attempts = attempt->next;
        attempt_free(attempt);
    }
    signature_keys_release(&lane->keys);
    buf_release(&lane->url);
    buf_release(&lane->proxy);
}

/* ---- attempts ---- */

struct attempt *lane_add_attempt(struct lane *lane, const struct delivery *delivery) {
    struct attempt *attempt = mem_alloc(sizeof *attempt);
    attempt->lane = lane;
    attempt->delivery = *delivery;
    attempt->delivery.destination = lane->destination->name;
    attempt->next = lane->attempts;
    lane->attempts = attempt;
    return attempt;
}

void attempt_free(struct attempt *attempt) {
    buf_release(&attempt->error);
    buf_release(&attempt->told);
    mem_free(attempt);
}

static bool is_taken(const struct lane *lane, int64_t id) {
    for (const struct attempt *attempt = lane->attempts; attempt; attempt = attempt->next)
        if (attempt->delivery.id == id) return true;
    return false;
}

bool lane_post(struct attempt *attempt, const struct message *message, struct diag *diag) {
    struct lane *lane = attempt->lane;
    if (!http_start(lane->sender->http, &message->request, attempt_answered, attempt, diag))
        return false;
    attempt->probe = breaker_take(&lane->breaker);
    lane->in_flight++;
    return true;
}

/* False: the store failed, or nobody makes messages, and there is no use in going on. */
static bool try_delivery(struct lane *lane, const struct delivery *delivery) {
    struct diag diag = {0};
    struct message message;
    enum message_result result = message_init(&message, lane, delivery, STR(""), &diag);
    if (result == MESSAGE_GONE) attempt_gone(lane_add_attempt(lane, delivery));
    if (result == MESSAGE_UNMADE) attempt_unmade(lane_add_attempt(lane, delivery), diag.text);
    if (result == MESSAGE_STORE_FAILED) sender_store_result(lane->sender, false, &diag);
    if (result == MESSAGE_MADE) {
        struct attempt *attempt = lane_add_attempt(lane, delivery);
        if (!lane_post(attempt, &message, &diag)) attempt_unmade(attempt, diag.text);
    }
    message_release(&message);
    return result != MESSAGE_STORE_FAILED && result != MESSAGE_NOBODY;
}

/* ---- out of the store ---- */

static int64_t ready_ms(const struct lane *lane) {
    int64_t probe_ms = breaker_next_ms(&lane->breaker);
    return probe_ms > lane->paused_until_ms ? probe_ms : lane->paused_until_ms;
}

bool lane_has_room(const struct lane *lane) {
    return lane->in_flight < (size_t)lane->destination->max_in_flight &&
           clock_monotonic_ms() >= ready_ms(lane);
}

static bool may_send(const struct lane *lane) {
    return lane->over < UNSAVED_MOST && lane_has_room(lane);
}

/* Nothing is put off for longer than `longest`: what is due later says that the clock was set back. */
int64_t lane_wait_ms(const struct lane *lane, const struct delivery *delivery) {
    const struct backoff *backoff = &lane->sender->timing.backoff;
    int64_t longest = backoff->most_ms > backoff->retry_after_most_ms
                          ? backoff->most_ms
                          : backoff->retry_after_most_ms;
    int64_t wait = delivery->due_ms - clock_wall_ms();
    return wait > longest ? 0 : wait;
}

/* What was never tried is tried while the destination answers: the machine may have been off for
 * that long, or its clock wrong. */
bool lane_is_too_old(const struct lane *lane, const struct delivery *delivery) {
    if (clock_wall_ms() - delivery->created_ms < lane->destination->max_age_ms) return false;
    return delivery->attempts > 0 || clock_monotonic_ms() < ready_ms(lane);
}

/* The page comes in the order in which deliveries are due. */
static bool take(void *context, const struct delivery *delivery) {
    struct lane *lane = context;
    if (is_taken(lane, delivery->id)) return true;
    int64_t wait = lane_wait_ms(lane, delivery);
    if (wait > 0) {
        int64_t due_ms = clock_monotonic_ms() + wait;
        sender_look_by(lane->sender, due_ms > ready_ms(lane) ? due_ms : ready_ms(lane));
        return false;
    }
    if (lane_is_too_old(lane, delivery)) {
        attempt_too_old(lane_add_attempt(lane, delivery));
        return true;
    }
    return !may_send(lane) || try_delivery(lane, delivery);
}

/* A page holds what is taken already, as much as there is room for, and one more, which tells when
 * to look again: asked for without a limit of time, the store gives what is due next, too. */
bool lane_look(struct lane *lane) {
    struct diag diag = {0};
    struct sender *sender = lane->sender;
    int64_t limit = (int64_t)(lane->in_flight + lane->over) + lane->destination->max_in_flight + 1;
    int64_t ready = ready_ms(lane);
    if (ready > clock_monotonic_ms()) sender_look_by(sender, ready);
    told_look(lane);
    if (lane->over >= UNSAVED_MOST) return true;
    bool good = store_deliveries_due(
        sender->store, lane->destination->name, INT64_MAX, limit, take, lane, &diag);
    if (!good) sender_store_result(sender, false, &diag);
    return good;
}
