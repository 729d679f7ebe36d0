#include "flow/commit_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "flow/feed.h"
#include "flow/kept.h"
#include "flow/match_alert.h"
#include "flow/route.h"

enum { PERIODS_KEPT_MS = 60 * 60 * 1000 };

/* ---- raising ---- */

/* The earliest that counts on it: with a memory, more than one. */
static int64_t first_time(const struct match *match, const struct memory_fire *fire) {
    int64_t first_ms = match->time_ms;
    for (size_t i = 0; fire && i < fire->hit_count; i++)
        if (fire->hits[i].time_ms < first_ms) first_ms = fire->hits[i].time_ms;
    return first_ms;
}

/* Late events shift the periods: the one that an alert stands for may begin as late as at its end. Where
 * each match is an alert of its own, nothing more counts on it but what comes into its window. */
static int64_t closes_ms(
    const struct change *change, const struct match *match, const struct memory_fire *fire) {
    int64_t over_ms = alert_closes_ms(match->time_ms, match->period_ms);
    if (over_ms == CLOCK_UNKNOWN || (match->period_ms <= 0 && !fire)) return over_ms;
    over_ms = alert_closes_ms(over_ms, match->period_ms);
    return alert_closes_ms(over_ms, change_wait_ms(change, match->log));
}

/* Where nobody waits for the end of the period, the alert is told at once. */
static struct alert first_alert(
    struct change *change, const struct match *match, const struct memory_fire *fire) {
    struct alert alert = match_alert(match, &change->arena);
    alert.time_ms = first_time(match, fire);
    alert.closes_ms = closes_ms(change, match, fire);
    alert.revision = change->committer->tell ? 0 : 1;
    return alert;
}

static bool queue_deliveries(
    struct change *change, const struct alert *alert, struct route_targets *targets) {
    const struct config *config = change->committer->config;
    if (!config) return true;
    *targets = route_alert(config, alert, &change->arena);
    if (targets->count == 0 && config->destination_count)
        log_warn("no route takes alert '%s' of rule '%.*s': it stays in the store", alert->id,
            STR_ARG(alert->rule));
    for (size_t i = 0; i < targets->count; i++)
        if (!store_delivery_add(change->committer->store, alert->id, alert->revision,
                targets->list[i].destination, change->now_ms, change->diag))
            return false;
    return true;
}

/* What counts on an alert, and which of it did not before. */
struct counting {
    struct change *change;
    const char *alert;
    const struct match *match;
    bool any_fresh;
    int64_t latest_ms; /* of those */
};

static bool count_event(struct counting *counting, struct str event_id, int64_t time_ms) {
    struct change *change = counting->change;
    bool fresh = false;
    if (!store_alert_count(
            change->committer->store, counting->alert, event_id, time_ms, &fresh, change->diag))
        return false;
    if (!fresh) return true;
    if (!counting->any_fresh || time_ms > counting->latest_ms) counting->latest_ms = time_ms;
    counting->any_fresh = true;
    return !str_eq(event_id, counting->match->event_id) ||
           change_note_address(change, counting->alert, counting->match);
}

static bool count_hits(struct counting *counting, const struct memory_fire *fire) {
    const struct match *match = counting->match;
    for (size_t i = 0; fire && i < fire->hit_count; i++)
        if (!count_event(counting, fire->hits[i].event_id, fire->hits[i].time_ms)) return false;
    return count_event(counting, match->event_id, match->time_ms);
}

static bool feed(struct change *change, const struct alert *alert) {
    if (!change->feeds || str_is(alert->log, LOG_OF_ALERTS)) return true;
    change->fed = true;
    return feed_add(change->committer->store, alert, change->diag);
}

static bool tell_raised(
    struct change *change, const struct alert *alert, const struct match *match) {
    struct committer *committer = change->committer;
    struct route_targets targets = {0};
    alert_print_line(&change->raised, alert, false);
    buf_add_char(&change->raised, '\n');
    if (committer->raised) committer->raised(committer->raised_context, alert, change->at_ms);
    return queue_deliveries(change, alert, &targets) && feed(change, alert) &&
           change_begin_growth(change, alert, match, &targets);
}

/* The alert with all that counts on it. */
static bool count_first(struct change *change, struct alert *alert, const struct match *match,
    const struct memory_fire *fire) {
    struct counting counting = {change, alert->id, match, false, 0};
    bool found;
    if (!fire) return true;
    return count_hits(&counting, fire) && store_alert_find(change->committer->store, alert->id,
                                              &change->arena, alert, &found, change->diag);
}

/* Counts on an alert that there is. */
static bool count_further(struct change *change, const struct alert *alert,
    const struct match *match, const struct memory_fire *fire) {
    struct counting counting = {change, alert->id, match, false, 0};
    if (!count_hits(&counting, fire)) return false;
    return !counting.any_fresh || change_grow(change, alert, match, counting.latest_ms);
}

/* It was raised before by the same match, on which more may count by now. */
static bool raise_again(struct change *change, struct alert *alert, const struct match *match,
    const struct memory_fire *fire) {
    bool found;
    return !fire || (store_alert_find(change->committer->store, alert->id, &change->arena, alert,
                         &found, change->diag) &&
                        count_further(change, alert, match, fire));
}

static bool raise_alert(
    struct change *change, const struct match *match, const struct memory_fire *fire) {
    struct alert alert = first_alert(change, match, fire);
    struct str first_id = fire && fire->hit_count ? fire->hits[0].event_id : match->event_id;
    bool fresh = false;
    alert.event_ids = match_event_ids(first_id, &change->arena);
    if (!store_alert_add(
            change->committer->store, &alert, first_id, change->now_ms, &fresh, change->diag))
        return false;
    if (!fresh) return raise_again(change, &alert, match, fire);
    change->tally.alerts++;
    if (alert.closes_ms < change->closes_ms) change->closes_ms = alert.closes_ms;
    return count_first(change, &alert, match, fire) && tell_raised(change, &alert, match);
}

/* ---- one alert or another ---- */

static struct store_match place_of(const struct match *match) {
    return (struct store_match){
        match->rule, match->dedup, match->event_id, match->time_ms, match->period_ms};
}

static bool takes_period(const struct match *match) {
    return match->period_ms > 0 && match->time_ms != CLOCK_UNKNOWN;
}

static bool lay_period(struct change *change, const struct match *match, bool *raises) {
    int64_t horizon_ms = change_horizon_ms(change, match->log);
    struct memory_period period = {match->rule, match->dedup, match->time_ms, match->period_ms,
        horizon_ms == INT64_MIN ? match->time_ms - PERIODS_KEPT_MS : horizon_ms};
    return memory_period_take(change->committer->store, &period, raises, change->diag);
}

/* An event that is late beyond measure, or comes again, is held against the alerts there are. */
static bool find_alert(
    struct change *change, const struct match *match, struct alert *alert, bool *found) {
    struct store *store = change->committer->store;
    struct store_match place = place_of(match);
    bool raises = false, late = match->time_ms < change_horizon_ms(change, match->log);
    if (!store_alert_match(store, &place, &change->arena, alert, found, change->diag)) return false;
    if (late && !*found)
        return store_alert_holding(store, &place, &change->arena, alert, found, change->diag);
    if (late) return true;
    if (!lay_period(change, match, &raises)) return false;
    if (raises) *found = false;
    if (raises || *found) return true;
    return store_alert_nearest(store, &place, &change->arena, alert, found, change->diag);
}

bool change_fire(struct change *change, const struct match *match, const struct memory_fire *fire) {
    struct alert alert;
    bool found = false;
    if (takes_period(match) && !find_alert(change, match, &alert, &found)) return false;
    if (!found) return raise_alert(change, match, fire);
    return count_further(change, &alert, match, fire);
}

bool change_fire_all(
    struct change *change, const struct match *match, const struct memory_fires *fires) {
    for (size_t i = 0; i < fires->count; i++) {
        const struct memory_fire *fire = &fires->list[i];
        struct match fired = *match;
        if (fire->kept.len && !kept_read(fire->kept, &change->arena, &fired)) continue;
        fired.manifest = match->manifest;
        if (!str_eq(fired.event_id, fire->event_id)) fired.address = (struct str){0};
        fired.time_ms = fire->time_ms;
        fired.event_id = fire->event_id;
        if (!change_fire(change, &fired, fire)) return false;
    }
    return true;
}
