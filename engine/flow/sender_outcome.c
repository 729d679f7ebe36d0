#include "flow/sender_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <ctype.h>

enum { ANSWER_SHOWN = 200, SAVE_AGAIN_MS = 1000 };

/* ---- how an attempt ends ---- */

static void end(struct attempt *attempt, enum delivery_state state) {
    if (attempt->told.len) {
        told_end(attempt, state);
        return;
    }
    attempt->delivery.state = state;
    attempt->delivery.last_error = buf_str(&attempt->error);
    attempt->over = true;
    attempt->lane->over++;
    sender_look_by(attempt->lane->sender, 0);
}

static void give_up(struct attempt *attempt) {
    log_error("delivery of alert '%s' to '%.*s' given up: %s", attempt->delivery.alert,
        STR_ARG(attempt->lane->destination->name), buf_text(&attempt->error));
    end(attempt, DELIVERY_GIVEN_UP);
}

/* Never due after the age at which it is given up, so that it is given up in time. */
static void put_off(struct attempt *attempt, int64_t retry_after_ms) {
    struct sender *sender = attempt->lane->sender;
    struct delivery *delivery = &attempt->delivery;
    int64_t delay = backoff_with_retry_after_ms(
        &sender->timing.backoff, delivery->attempts, sender_random(sender), retry_after_ms);
    int64_t last_ms = delivery->created_ms + attempt->lane->destination->max_age_ms;
    delivery->due_ms = clock_wall_ms() + delay;
    if (delivery->due_ms > last_ms) delivery->due_ms = last_ms;
    (delivery->attempts == 1 ? log_warn : log_debug)(
        "delivery of alert '%s' to '%.*s' failed, next attempt in %lld ms: %s", delivery->alert,
        STR_ARG(attempt->lane->destination->name), (long long)delay, buf_text(&attempt->error));
    end(attempt, DELIVERY_QUEUED);
}

static void arrived(struct attempt *attempt) {
    log_debug("alert '%s' delivered to '%.*s'", attempt->delivery.alert,
        STR_ARG(attempt->lane->destination->name));
    buf_reset(&attempt->error);
    end(attempt, DELIVERY_DONE);
}

static void set_error(struct attempt *attempt, const char *text) {
    buf_reset(&attempt->error);
    buf_add_text(&attempt->error, text);
}

void attempt_unmade(struct attempt *attempt, const char *reason) {
    buf_reset(&attempt->error);
    buf_add_format(&attempt->error, "cannot make the message: %s", reason);
    log_redact(attempt->error.at);
    attempt->error.len = strlen(attempt->error.at);
    attempt->delivery.attempts++;
    if (attempt->delivery.attempts < attempt->lane->sender->timing.unmade_most)
        put_off(attempt, 0);
    else
        give_up(attempt);
}

void attempt_gone(struct attempt *attempt) {
    set_error(attempt, "the alert is no longer in the store");
    give_up(attempt);
}

void attempt_too_old(struct attempt *attempt) {
    struct str last = attempt->delivery.last_error;
    set_error(attempt, "too old");
    if (last.len) buf_add_format(&attempt->error, ": %.*s", STR_ARG(last));
    give_up(attempt);
}

/* ---- judging an answer ---- */

static enum destination_verdict judge_status(long status) {
    if (status >= 200 && status < 300) return VERDICT_DONE;
    bool temporary = status == 0 || status == 408 || status == 425 || status == 429;
    return temporary || status >= 500 ? VERDICT_LATER : VERDICT_NEVER;
}

static enum destination_verdict judge(
    const struct lane *lane, const struct http_response *response) {
    struct diag diag = {0};
    enum destination_verdict verdict = VERDICT_BY_STATUS;
    if (response->status)
        verdict = messenger_verdict(
            lane->sender->messenger, lane->destination, response->status, response->body, &diag);
    if (diag.set) log_error("destination '%.*s': %s", STR_ARG(lane->destination->name), diag.text);
    return verdict == VERDICT_BY_STATUS ? judge_status(response->status) : verdict;
}

/* The secrets go before the cut: half of one would not be recognised. */
static void add_excerpt(struct buf *to, struct str body) {
    char *text = mem_copy(body.at, body.len);
    for (size_t i = 0; i < body.len; i++)
        if (iscntrl((unsigned char)text[i])) text[i] = ' ';
    log_redact(text);
    size_t len = strlen(text);
    if (len > ANSWER_SHOWN)
        for (len = ANSWER_SHOWN; len && ((unsigned char)text[len] & 0xc0) == 0x80;) len--;
    if (len) buf_add_format(to, ": %.*s", (int)len, text);
    mem_free(text);
}

static void describe(struct attempt *attempt, const struct http_response *response) {
    buf_reset(&attempt->error);
    if (response->status == 0) {
        buf_add_text(&attempt->error, response->error);
        return;
    }
    buf_add_format(&attempt->error, "answered %ld", response->status);
    add_excerpt(&attempt->error, response->body);
}

static void tell_breaker(struct attempt *attempt, bool answered) {
    struct lane *lane = attempt->lane;
    struct str name = lane->destination->name;
    if (answered && breaker_success(&lane->breaker))
        log_info("destination '%.*s' answers again", STR_ARG(name));
    if (!answered && breaker_failure(&lane->breaker, attempt->probe, clock_monotonic_ms()))
        log_warn("destination '%.*s' fails: left alone but for a probe now and then: %s",
            STR_ARG(name), buf_text(&attempt->error));
}

/* Such a server is alive: its pause is obeyed, the breaker is for those that are not. */
enum { ASKS_FOR_PATIENCE = 429 };

static void heed_pause(struct lane *lane, const struct http_response *response) {
    if (response->status != 429 && response->status != 503) return;
    int64_t most = lane->sender->timing.backoff.retry_after_most_ms;
    int64_t pause = response->retry_after_ms < most ? response->retry_after_ms : most;
    int64_t until = clock_monotonic_ms() + pause;
    if (until > lane->paused_until_ms) lane->paused_until_ms = until;
}

void attempt_answered(void *context, const struct http_response *response) {
    struct attempt *attempt = context;
    struct lane *lane = attempt->lane;
    enum destination_verdict verdict = judge(lane, response);
    lane->in_flight--;
    attempt->delivery.attempts++;
    attempt->delivery.last_status = response->status;
    describe(attempt, response);
    heed_pause(lane, response);
    tell_breaker(attempt, verdict != VERDICT_LATER || response->status == ASKS_FOR_PATIENCE);
    if (verdict == VERDICT_LATER)
        put_off(attempt, response->retry_after_ms);
    else if (verdict == VERDICT_NEVER)
        give_up(attempt);
    else
        arrived(attempt);
}

/* ---- writing down ---- */

static bool save_lane(const struct lane *lane, int64_t now_ms, struct diag *diag) {
    for (const struct attempt *attempt = lane->attempts; attempt; attempt = attempt->next)
        if (attempt->over &&
            !store_delivery_save(lane->sender->store, &attempt->delivery, now_ms, diag))
            return false;
    return true;
}

static bool save_lanes(struct sender *sender, struct diag *diag) {
    int64_t now_ms = clock_wall_ms();
    if (!store_begin(sender->store, diag)) return false;
    bool good = true;
    for (size_t i = 0; good && i < sender->lane_count; i++)
        good = sender->lanes[i].over == 0 || save_lane(&sender->lanes[i], now_ms, diag);
    good = good && store_commit(sender->store, diag);
    if (!good) store_rollback(sender->store);
    return good;
}

static void forget_over(struct lane *lane) {
    for (struct attempt **at = &lane->attempts, *attempt; (attempt = *at);) {
        if (!attempt->over) {
            at = &attempt->next;
            continue;
        }
        *at = attempt->next;
        attempt_free(attempt);
    }
    lane->over = 0;
}

static bool is_anything_over(const struct sender *sender) {
    for (size_t i = 0; i < sender->lane_count; i++)
        if (sender->lanes[i].over) return true;
    return false;
}

void outcomes_save(struct sender *sender) {
    struct diag diag = {0};
    if (!is_anything_over(sender) || clock_monotonic_ms() < sender->save_at_ms) return;
    bool good = save_lanes(sender, &diag);
    sender_store_result(sender, good, &diag);
    sender->save_at_ms = good ? 0 : clock_monotonic_ms() + SAVE_AGAIN_MS;
    for (size_t i = 0; good && i < sender->lane_count; i++) forget_over(&sender->lanes[i]);
}
