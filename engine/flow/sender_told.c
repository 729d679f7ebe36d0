#include "flow/sender_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/route.h"

enum { TOLD_MOST = 64 }; /* of a destination that does not take them */

struct told {
    struct told *next;
    struct lane *lane;
    struct delivery delivery;
    struct buf alert;
};

/* ---- any thread ---- */

static struct lane *lane_of(struct sender *sender, struct str name) {
    for (size_t i = 0; i < sender->lane_count; i++)
        if (str_eq(sender->lanes[i].destination->name, name)) return &sender->lanes[i];
    return NULL;
}

static void enqueue(struct sender *sender, const struct alert *alert, struct lane *lane) {
    struct told *told = mem_alloc(sizeof *told);
    told->lane = lane;
    memcpy(told->delivery.alert, alert->id, sizeof alert->id);
    told->delivery.revision = alert->revision;
    told->delivery.created_ms = told->delivery.due_ms = clock_wall_ms();
    alert_print(&told->alert, alert);
    pthread_mutex_lock(&sender->told_lock);
    struct told **end = &sender->told;
    while (*end) end = &(*end)->next;
    *end = told;
    pthread_mutex_unlock(&sender->told_lock);
}

void sender_tell(struct sender *sender, const struct alert *alert) {
    struct arena arena = {0};
    struct route_targets targets = route_alert(sender->config, alert, &arena);
    if (targets.count == 0)
        log_warn("no route takes alert '%s' of rule '%.*s': nobody is told", alert->id,
            STR_ARG(alert->rule));
    for (size_t i = 0; i < targets.count; i++) {
        struct lane *lane = lane_of(sender, targets.list[i].destination);
        if (lane) enqueue(sender, alert, lane);
    }
    arena_release(&arena);
    sender_wake(sender);
}

static void note(struct sender *sender, enum outage_party party, const struct diag *fault) {
    struct arena arena = {0};
    struct alert alert;
    pthread_mutex_lock(&sender->outage_lock);
    enum outage_news news = outage_note(
        &sender->outage, party, fault, clock_wall_ms(), clock_monotonic_ms());
    if (news != OUTAGE_NO_NEWS) outage_alert(&sender->outage, &alert, &arena);
    int64_t lasted_ms = sender->outage.last_ms - sender->outage.began_ms;
    pthread_mutex_unlock(&sender->outage_lock);
    if (news == OUTAGE_OVER)
        log_info("the store can be written again, after %lld s", (long long)lasted_ms / 1000);
    if (news != OUTAGE_NO_NEWS) sender_tell(sender, &alert);
    arena_release(&arena);
}

void sender_input_waits(struct sender *sender, const struct diag *fault) {
    note(sender, OUTAGE_INPUT, fault);
}

void sender_note_store(struct sender *sender, const struct diag *fault) {
    note(sender, OUTAGE_DELIVERIES, fault);
}

/* ---- the thread that sends ---- */

static size_t count_told(const struct lane *lane) {
    size_t count = 0;
    for (const struct attempt *attempt = lane->attempts; attempt; attempt = attempt->next)
        count += attempt->told.len > 0;
    return count;
}

static void take(struct told *told) {
    struct lane *lane = told->lane;
    if (count_told(lane) >= TOLD_MOST) {
        log_error("alert '%s' is not told to '%.*s': too many wait", told->delivery.alert,
            STR_ARG(lane->destination->name));
        buf_release(&told->alert);
        return;
    }
    struct attempt *attempt = lane_add_attempt(lane, &told->delivery);
    attempt->told = told->alert;
    attempt->waits = true;
}

void told_take(struct sender *sender) {
    pthread_mutex_lock(&sender->told_lock);
    struct told *list = sender->told;
    sender->told = NULL;
    pthread_mutex_unlock(&sender->told_lock);
    for (struct told *told; (told = list);) {
        list = told->next;
        take(told);
        mem_free(told);
    }
}

void told_release(struct sender *sender) {
    for (struct told *told; (told = sender->told);) {
        sender->told = told->next;
        buf_release(&told->alert);
        mem_free(told);
    }
}

/* One at a time, so that "resolved" does not come before "open". New attempts stand in front. */
static struct attempt *oldest(struct lane *lane) {
    struct attempt *found = NULL;
    for (struct attempt *attempt = lane->attempts; attempt; attempt = attempt->next)
        if (attempt->told.len) found = attempt;
    return found;
}

static void try_it(struct attempt *attempt) {
    struct diag diag = {0};
    struct message message;
    attempt->waits = false;
    enum message_result result = message_init(
        &message, attempt->lane, &attempt->delivery, buf_str(&attempt->told), &diag);
    if (result != MESSAGE_MADE || !lane_post(attempt, &message, &diag))
        attempt_unmade(attempt, diag.text);
    message_release(&message);
}

void told_look(struct lane *lane) {
    struct attempt *attempt = oldest(lane);
    if (!attempt || !attempt->waits) return;
    const struct delivery *delivery = &attempt->delivery;
    int64_t wait = lane_wait_ms(lane, delivery);
    if (lane_is_too_old(lane, delivery))
        attempt_too_old(attempt);
    else if (wait > 0)
        sender_look_by(lane->sender, clock_monotonic_ms() + wait);
    else if (lane_has_room(lane))
        try_it(attempt);
}

void told_end(struct attempt *attempt, enum delivery_state state) {
    struct lane *lane = attempt->lane;
    struct attempt **at = &lane->attempts;
    sender_look_by(lane->sender, 0);
    attempt->waits = state == DELIVERY_QUEUED;
    if (attempt->waits) return;
    while (*at != attempt) at = &(*at)->next;
    *at = attempt->next;
    attempt_free(attempt);
}
