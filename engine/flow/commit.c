#include "flow/commit.h"

#include "base/clock.h"
#include "base/log.h"
#include "flow/own_alert.h"
#include "flow/report.h"
#include "flow/route.h"

void committer_init(struct committer *committer, struct store *store, const struct clock *clock) {
    *committer = (struct committer){
        .store = store, .clock = clock, .event_ms = CLOCK_UNKNOWN, .closes_ms = INT64_MAX};
}

void committer_suspends(struct committer *committer, const struct rules *rules) {
    suspensions_init(&committer->suspensions, rules);
}

void committer_release(struct committer *committer) {
    suspensions_release(&committer->suspensions);
}

/* What time it is to the engine: of the events where alerts are told in event time. Before the first
 * event that has one, no time has passed. */
static int64_t engine_time(const struct committer *committer, int64_t now_ms, int64_t event_ms) {
    if (!committer->tell) return now_ms;
    return event_ms == CLOCK_UNKNOWN ? 0 : event_ms;
}

void committer_direct(const struct committer *committer, struct batch *batch) {
    int64_t now_ms = engine_time(committer, clock_now_ms(committer->clock), committer->event_ms);
    batch->standings = suspensions_standings(&committer->suspensions, now_ms, &batch->arena);
}

/* One batch on its way into the store. */
struct change {
    struct committer *committer;
    struct arena arena;
    struct tally tally;
    struct buf raised; /* lines for the log, told after the commit */
    struct str rules_version;
    int64_t now_ms, event_ms, closes_ms;
    struct diag *diag;
};

static int64_t engine_ms(const struct change *change) {
    return engine_time(change->committer, change->now_ms, change->event_ms);
}

/* Where nobody waits for the end of the period, the alert is told with its first match. */
static struct alert first_alert(const struct change *change, const struct match *match) {
    struct alert alert = {
        .rule = match->rule,
        .title = match->title,
        .severity = match->severity,
        .log = match->log,
        .dedup = match->dedup,
        .rules_version = match->rules_version,
        .time_ms = match->time_ms,
        .last_time_ms = match->time_ms,
        .count = 1,
        .period_ms = match->period_ms,
        .closes_ms = alert_closes_ms(match->time_ms, match->period_ms),
        .state = ALERT_OPEN,
        .revision = change->committer->tell ? 0 : 1,
    };
    alert_make_id(alert.id, match->rule, match->dedup, match->event_id);
    return alert;
}

static struct str event_ids(struct str id, struct arena *arena) {
    struct buf ids = {0};
    buf_add_char(&ids, '[');
    json_print_string(&ids, id);
    buf_add_char(&ids, ']');
    struct str copy = arena_copy(arena, buf_str(&ids));
    buf_release(&ids);
    return copy;
}

static bool queue_deliveries(struct change *change, const struct alert *alert) {
    const struct config *config = change->committer->config;
    if (!config) return true;
    struct schema_strings names = route_alert(config, alert, &change->arena);
    if (names.count == 0 && config->destination_count)
        log_warn("no route takes alert '%s' of rule '%.*s': it stays in the store", alert->id,
            STR_ARG(alert->rule));
    for (size_t i = 0; i < names.count; i++)
        if (!store_delivery_add(change->committer->store, alert->id, alert->revision, names.list[i],
                change->now_ms, change->diag))
            return false;
    return true;
}

static bool raise_alert(struct change *change, const struct match *match) {
    struct committer *committer = change->committer;
    struct alert alert = first_alert(change, match);
    bool fresh = false;
    alert.body = alert_print_body(&change->arena, &match->body);
    alert.event_ids = event_ids(match->event_id, &change->arena);
    if (!store_alert_add(
            committer->store, &alert, match->event_id, change->now_ms, &fresh, change->diag))
        return false;
    if (!fresh) return true;
    change->tally.alerts++;
    if (alert.closes_ms < change->closes_ms) change->closes_ms = alert.closes_ms;
    alert_print_line(&change->raised, &alert, false);
    buf_add_char(&change->raised, '\n');
    return queue_deliveries(change, &alert);
}

static bool count_match(struct change *change, const struct match *match) {
    struct store *store = change->committer->store;
    struct store_match wanted = {
        match->rule, match->dedup, match->event_id, match->time_ms, match->period_ms};
    struct alert alert;
    bool found = false, fresh;
    if (!store_alert_match(store, &wanted, &change->arena, &alert, &found, change->diag))
        return false;
    if (!found) return raise_alert(change, match);
    return store_alert_count(
        store, alert.id, match->event_id, match->time_ms, &fresh, change->diag);
}

static bool apply_match(struct change *change, const struct match *match) {
    change->tally.matches++;
    return count_match(change, match);
}

static bool count_own(struct change *change, struct match match) {
    match.rules_version = change->rules_version;
    return count_match(change, &match);
}

static bool tell_failing(struct change *change, const struct failure *failure) {
    return count_own(change, own_alert_failing(failure, engine_ms(change), &change->arena));
}

static bool tell_suspended(
    struct change *change, const struct failure *failure, const struct suspension *suspension) {
    return count_own(
        change, own_alert_suspended(failure, suspension, engine_ms(change), &change->arena));
}

static bool keep(
    struct change *change, const struct batch_record *record, struct rejected rejected) {
    if (!change->committer->keeps_rejected) return true;
    rejected.source = str_of(record->source);
    rejected.line = record->line;
    rejected.index = record->index;
    rejected.at_ms = change->now_ms;
    return store_rejected_add(change->committer->store, &rejected, change->diag);
}

static bool reject(struct change *change, const struct batch_record *record, struct str reason) {
    change->tally.rejected++;
    report_rejected(record, reason);
    return keep(change, record, (struct rejected){.reason = reason, .bytes = record->bytes});
}

static bool keep_failure(
    struct change *change, const struct batch_record *record, const struct failure *failure) {
    return keep(change, record,
        (struct rejected){.kind = failure->kind,
            .rule = failure->rule,
            .event_id = failure->event_id,
            .reason = failure->reason,
            .bytes = failure->event});
}

static bool apply_failure(
    struct change *change, const struct batch_record *record, const struct failure *failure) {
    tally_failure(&change->tally, failure->kind);
    report_failure(record, failure);
    return keep_failure(change, record, failure) && tell_failing(change, failure);
}

static bool apply_trial(
    struct change *change, const struct batch_record *record, const struct trial *trial) {
    struct suspensions *suspensions = &change->committer->suspensions;
    const struct failure *failure = NULL;
    if (trial->failure != TRIAL_ANSWERED) failure = &record->verdict.failures[trial->failure];
    bool suspended = suspensions_note(
        suspensions, trial->rule, failure ? failure->kind : FAILURE_NONE, engine_ms(change));
    if (failure && !apply_failure(change, record, failure)) return false;
    return !suspended || tell_suspended(change, failure, &suspensions->draft[trial->rule]);
}

/* Event time goes on to that of the record; what is over by then is told before its matches. Events
 * of which there is nothing to tell do not count, since they may never have been parsed. */
static bool advance(struct change *change, int64_t time_ms) {
    struct committer *committer = change->committer;
    if (time_ms == CLOCK_UNKNOWN || time_ms <= change->event_ms) return true;
    change->event_ms = time_ms;
    if (!committer->tell || time_ms < change->closes_ms) return true;
    return store_alerts_close(
               committer->store, time_ms, committer->tell, committer->tell_context, change->diag) &&
           store_next_close(committer->store, &change->closes_ms, change->diag);
}

static bool apply_record(struct change *change, const struct batch_record *record) {
    const struct verdict *verdict = &record->verdict;
    change->tally.records++;
    if (record->bad) return reject(change, record, batch_record_reason(record, &change->arena));
    if (verdict->rejected.len) return reject(change, record, verdict->rejected);
    change->tally.events += (int64_t)verdict->events;
    change->tally.unrecognised += (int64_t)verdict->unrecognised;
    if (!advance(change, verdict->time_ms)) return false;
    for (size_t i = 0; i < verdict->match_count; i++)
        if (!apply_match(change, &verdict->matches[i])) return false;
    for (size_t i = 0; i < verdict->trial_count; i++)
        if (!apply_trial(change, record, &verdict->trials[i])) return false;
    return true;
}

static bool apply_batch(
    struct change *change, const struct batch *batch, const struct store_input *input) {
    change->tally.records += (int64_t)batch->passed;
    change->tally.passed += (int64_t)batch->passed;
    for (size_t i = 0; i < batch->count; i++)
        if (!apply_record(change, &batch->list[i])) return false;
    return !input ||
           store_input_save(change->committer->store, input, change->now_ms, change->diag);
}

static void log_raised(struct change *change) {
    if (change->committer->tell) return;
    for (char *line = change->raised.at; line && *line; line = strchr(line, '\n') + 1)
        log_info("alert %.*s", (int)strcspn(line, "\n"), line);
}

static void accept(struct change *change) {
    struct committer *committer = change->committer;
    committer->event_ms = change->event_ms;
    committer->closes_ms = change->closes_ms;
    suspensions_accept(&committer->suspensions);
    tally_add(&committer->tally, &change->tally);
    log_raised(change);
}

bool committer_apply(struct committer *committer, const struct batch *batch,
    const struct store_input *input, struct diag *diag) {
    struct change change = {
        .committer = committer,
        .rules_version = str_of(batch->rules_version),
        .now_ms = clock_now_ms(committer->clock),
        .event_ms = committer->event_ms,
        .closes_ms = committer->closes_ms,
        .diag = diag,
    };
    bool stores = input || !batch_is_quiet(batch);
    if (stores && !store_begin(committer->store, diag)) return false;
    suspensions_begin(&committer->suspensions);
    bool good = apply_batch(&change, batch, input);
    if (stores) good = good && store_commit(committer->store, diag);
    if (good)
        accept(&change);
    else
        store_rollback(committer->store);
    buf_release(&change.raised);
    arena_release(&change.arena);
    return good;
}

bool committer_finish(struct committer *committer, struct diag *diag) {
    struct store *store = committer->store;
    if (!committer->tell) return true;
    if (!store_begin(store, diag)) return false;
    bool good = store_alerts_close(
                    store, INT64_MAX, committer->tell, committer->tell_context, diag) &&
                store_commit(store, diag);
    if (!good) store_rollback(store);
    return good;
}
