#include "flow/commit_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "flow/own_alert.h"
#include "flow/report.h"

enum { DECISIONS_A_SLICE = 1000 };

void committer_init(struct committer *committer, struct store *store, const struct clock *clock) {
    *committer = (struct committer){.store = store,
        .clock = clock,
        .event_ms = CLOCK_UNKNOWN,
        .closes_ms = INT64_MAX,
        .updates_ms = INT64_MIN};
}

void committer_judges_by(struct committer *committer, const struct rules *rules) {
    committer->rules = rules;
    suspensions_init(&committer->suspensions, rules);
    committer->memories = memories_new(committer->store, rules);
}

void committer_release(struct committer *committer) {
    suspensions_release(&committer->suspensions);
    memories_free(committer->memories);
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

static int64_t engine_ms(const struct change *change) {
    return engine_time(change->committer, change->now_ms, change->event_ms);
}

static bool apply_match(struct change *change, const struct match *match) {
    change->tally.matches++;
    return change_take(change, match);
}

static bool count_own(struct change *change, struct match match) {
    match.rules_version = change->rules_version;
    return change_fire(change, &match, NULL);
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
    if (!change->committer->silent) report_rejected(record, reason);
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
    if (!change->committer->silent) report_failure(record, failure);
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

/* Event time goes on to that of the record. Events of which there is nothing to tell do not count,
 * since they may never have been parsed. */
static void advance(struct change *change, int64_t time_ms) {
    if (time_ms != CLOCK_UNKNOWN && time_ms > change->event_ms) change->event_ms = time_ms;
    change->at_ms = engine_ms(change);
}

/* What is over is told once all that was due by now is decided, and what had ended by then as such.
 * What alerts of this batch may still count on, which are judged behind it, is told with the next. */
static bool close_alerts(struct change *change) {
    struct committer *committer = change->committer;
    int64_t over_ms = committer->feeds ? committer->event_ms : change->event_ms;
    if (!committer->tell || over_ms < change->closes_ms) return true;
    return change_settle_all(change, over_ms) &&
           store_alerts_close(
               committer->store, over_ms, committer->tell, committer->tell_context, change->diag) &&
           store_next_close(committer->store, &change->closes_ms, change->diag);
}

static bool apply_suppressed(struct change *change, const struct suppressed *suppressed) {
    const struct manifest *manifest = change->committer->rules->list[suppressed->rule].manifest;
    const struct manifest_exception *exception = &manifest->exceptions[suppressed->exception];
    struct store_exception hit = {
        .rule = manifest->id,
        .id = str_of(exception->id),
        .reason = exception->reason,
        .owner = exception->owner,
        .until = exception->until,
        .hits = 1,
        .last_ms = suppressed->time_ms,
    };
    change->tally.suppressed++;
    return store_exception_count(change->committer->store, &hit, change->now_ms, change->diag);
}

static bool apply_record(struct change *change, const struct batch_record *record) {
    const struct verdict *verdict = &record->verdict;
    change->tally.records++;
    if (record->bad) return reject(change, record, batch_record_reason(record, &change->arena));
    if (verdict->rejected.len) return reject(change, record, verdict->rejected);
    change->tally.events += (int64_t)verdict->events;
    change->tally.unrecognised += (int64_t)verdict->unrecognised;
    advance(change, verdict->time_ms);
    for (size_t i = 0; i < verdict->match_count; i++)
        if (!apply_match(change, &verdict->matches[i])) return false;
    for (size_t i = 0; i < verdict->resolution_count; i++)
        if (!change_resolve(change, &verdict->resolutions[i])) return false;
    for (size_t i = 0; i < verdict->suppressed_count; i++)
        if (!apply_suppressed(change, &verdict->suppressed[i])) return false;
    for (size_t i = 0; i < verdict->trial_count; i++)
        if (!apply_trial(change, record, &verdict->trials[i])) return false;
    return close_alerts(change);
}

/* Alerts that were judged: they are no records of an input, and not counted as such. */
static bool leave_unread(struct change *change, int64_t until) {
    change->tally.records = change->tally.events = 0;
    return store_unread_drop(change->committer->store, until, change->diag);
}

static bool apply_batch(
    struct change *change, const struct batch *batch, const struct store_input *input) {
    change->tally.records += (int64_t)(batch->passed + batch->left_out);
    change->tally.left_out += (int64_t)batch->left_out;
    change->tally.passed += (int64_t)batch->passed;
    for (size_t i = 0; i < batch->count; i++)
        if (!apply_record(change, &batch->list[i])) return false;
    if (batch->unread_to && !leave_unread(change, batch->unread_to)) return false;
    return change_keep_times(change) && (!input || store_input_save(change->committer->store, input,
                                                       change->now_ms, change->diag));
}

static void log_raised(struct change *change) {
    if (change->committer->tell || change->committer->raised) return;
    for (char *line = change->raised.at; line && *line; line = strchr(line, '\n') + 1)
        log_info("alert %.*s", (int)strcspn(line, "\n"), line);
}

static void accept(struct change *change) {
    struct committer *committer = change->committer;
    committer->event_ms = change->event_ms;
    committer->closes_ms = change->closes_ms;
    committer->updates_ms = change->updates_ms;
    committer->unread |= change->fed;
    suspensions_accept(&committer->suspensions);
    change_accept_times(committer);
    tally_add(&committer->tally, &change->tally);
    log_raised(change);
}

static struct change change_of(struct committer *committer, struct diag *diag) {
    return (struct change){
        .committer = committer,
        .now_ms = clock_now_ms(committer->clock),
        .event_ms = committer->event_ms,
        .closes_ms = committer->closes_ms,
        .updates_ms = committer->updates_ms,
        .feeds = committer->feeds,
        .decisions = INT64_MAX,
        .diag = diag,
    };
}

/* `stores`: a transaction was begun. */
static bool end(struct change *change, bool good, bool stores) {
    struct committer *committer = change->committer;
    good = good && (!stores || store_commit(committer->store, change->diag));
    if (good) {
        accept(change);
    } else {
        store_rollback(committer->store);
        change_drop_times(committer);
    }
    buf_release(&change->raised);
    arena_release(&change->arena);
    return good;
}

bool committer_apply(struct committer *committer, const struct batch *batch,
    const struct store_input *input, struct diag *diag) {
    struct change change = change_of(committer, diag);
    bool stores = input || batch->unread_to || !batch_is_quiet(batch);
    change.rules_version = str_of(batch->rules_version);
    change.feeds &= !batch->unread_to;
    if (stores && !store_begin(committer->store, diag)) return false;
    suspensions_begin(&committer->suspensions);
    return end(
        &change, apply_batch(&change, batch, input) && (!stores || change_update(&change)), stores);
}

static bool idle(struct committer *committer, int64_t now_ms, int64_t *left, struct diag *diag) {
    struct change change = change_of(committer, diag);
    change.decisions = DECISIONS_A_SLICE;
    if (!store_begin(committer->store, diag)) return false;
    suspensions_begin(&committer->suspensions);
    bool good = change_decide(&change, now_ms) && change_update(&change);
    *left = change.decisions;
    return end(&change, good, true);
}

static bool is_due(const struct committer *committer, int64_t now_ms) {
    return change_is_due(committer, now_ms) ||
           change_update_is_due(committer, clock_now_ms(committer->clock));
}

bool committer_idle(struct committer *committer, int64_t now_ms, struct diag *diag) {
    int64_t left = 0;
    while (left == 0 && is_due(committer, now_ms))
        if (!idle(committer, now_ms, &left, diag)) return false;
    return true;
}

bool committer_finish(struct committer *committer, struct diag *diag) {
    struct store *store = committer->store;
    if (!committer->tell) return true;
    if (!committer_idle(committer, INT64_MAX, diag) || !store_begin(store, diag)) return false;
    bool good = store_alerts_close(
                    store, INT64_MAX, committer->tell, committer->tell_context, diag) &&
                store_commit(store, diag);
    if (!good) store_rollback(store);
    return good;
}
