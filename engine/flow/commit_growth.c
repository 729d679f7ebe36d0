#include "flow/commit_private.h"

#include "base/clock.h"
#include "model/growth.h"

static bool has_updates(const struct committer *committer) {
    return committer->config && config_has_updates(committer->config);
}

static int64_t end_of_silence(int64_t last_ms, int64_t after_ms) {
    if (!after_ms || last_ms == CLOCK_UNKNOWN) return INT64_MAX;
    return clock_add_ms(last_ms, after_ms);
}

/* ---- states ---- */

static bool is_configured(const struct change *change, struct str destination) {
    const struct config *config = change->committer->config;
    return config && config_destination(config, destination);
}

/* Whoever was told of it before is told how it stands. */
static bool tell_again(struct change *change, const char *alert, int64_t revision) {
    struct store *store = change->committer->store;
    struct growth_names names;
    if (!growth_told_to(store, alert, &change->arena, &names, change->diag)) return false;
    for (size_t i = 0; i < names.count; i++)
        if (is_configured(change, names.list[i]) &&
            !store_delivery_add(
                store, alert, revision, names.list[i], change->now_ms, change->diag))
            return false;
    return true;
}

/* Where alerts are told when their period is over, this is told then. */
static bool set_state(
    struct change *change, const char *alert, enum alert_state state, int64_t resolved_ms) {
    struct store *store = change->committer->store;
    struct growth_state to = {state, resolved_ms, .tells = !change->committer->tell};
    int64_t revision = 0;
    if (!growth_set_state(store, alert, &to, &revision, change->diag)) return false;
    return !to.tells || (growth_told(store, alert, STR(""), change->now_ms, change->diag) &&
                            tell_again(change, alert, revision));
}

static bool resolve(struct change *change, const char *alert, int64_t resolved_ms) {
    return growth_close(change->committer->store, alert, change->diag) &&
           set_state(change, alert, ALERT_RESOLVED, resolved_ms);
}

/* ---- from its first match on ---- */

static bool may_end(const struct match *match) {
    const struct manifest *manifest = match->manifest;
    return manifest && !match->unjudged && (manifest->resolve.after_ms || manifest->resolve.when);
}

/* The event that resolves it came before its matches, which are late. */
static bool end_at_once(
    struct change *change, const char *alert, const struct match *match, int64_t last_ms) {
    int64_t end_ms;
    if (!match->manifest->resolve.when || last_ms == CLOCK_UNKNOWN) return true;
    if (!growth_end_of(change->committer->store, match->rule, match->dedup, &end_ms, change->diag))
        return false;
    return end_ms == CLOCK_UNKNOWN || end_ms < last_ms || resolve(change, alert, end_ms);
}

static bool expect_end(
    struct change *change, const char *alert, const struct match *match, int64_t last_ms) {
    if (!may_end(match)) return true;
    int64_t due_ms = end_of_silence(last_ms, match->manifest->resolve.after_ms);
    change_expect(change, match->log, due_ms);
    return growth_open(change->committer->store, alert, due_ms, change->diag) &&
           end_at_once(change, alert, match, last_ms);
}

bool change_begin_growth(struct change *change, const struct alert *alert,
    const struct match *match, const struct route_targets *told) {
    for (size_t i = 0; i < told->count; i++) {
        const struct route_target *target = &told->list[i];
        if (target->updates_ms &&
            !growth_watch(change->committer->store, alert->id, target->destination,
                target->updates_ms, change->now_ms, change->diag))
            return false;
    }
    return expect_end(change, alert->id, match, alert->last_time_ms);
}

bool change_note_address(struct change *change, const char *alert, const struct match *match) {
    if (!match->address.len || !has_updates(change->committer)) return true;
    return growth_address(
        change->committer->store, alert, match->event_id, match->address, change->diag);
}

/* A match that the end of the alert had not seen. */
static bool open_again(struct change *change, const struct alert *alert, const struct match *match,
    int64_t latest_ms) {
    int64_t last_ms = latest_ms > alert->last_time_ms ? latest_ms : alert->last_time_ms;
    return set_state(change, alert->id, ALERT_OPEN, 0) &&
           expect_end(change, alert->id, match, last_ms);
}

static bool note_more(struct change *change, const char *alert) {
    bool waits = false;
    if (!has_updates(change->committer)) return true;
    if (!growth_note(change->committer->store, alert, &waits, change->diag)) return false;
    if (waits) change->updates_ms = INT64_MIN;
    return true;
}

bool change_grow(struct change *change, const struct alert *alert, const struct match *match,
    int64_t latest_ms) {
    if (alert->state != ALERT_RESOLVED) return note_more(change, alert->id);
    return latest_ms <= alert->resolved_ms || open_again(change, alert, match, latest_ms);
}

/* ---- its end ---- */

/* `until_ms`: the time of its log. Its rule may say something else than when it was raised. */
static bool settle_one(struct change *change, const struct growth_open *open, int64_t until_ms) {
    struct store *store = change->committer->store;
    const struct manifest *manifest = change_rule(change, open->rule);
    int64_t after_ms = manifest ? manifest->resolve.after_ms : 0;
    int64_t due_ms = end_of_silence(open->last_time_ms, after_ms);
    if (due_ms > until_ms || due_ms == INT64_MAX)
        return growth_open(store, open->alert, due_ms, change->diag);
    return resolve(change, open->alert, until_ms - after_ms);
}

bool change_settle(struct change *change, struct str log, int64_t until_ms) {
    for (;;) {
        struct growth_open open;
        bool found = false;
        if (!growth_next_open(change->committer->store, log, until_ms, &change->arena, &open,
                &found, change->diag))
            return false;
        if (!found) return true;
        if (!settle_one(change, &open, until_ms)) return false;
    }
}

static bool resolve_all(struct change *change, const struct growth_end *end) {
    for (;;) {
        struct growth_open open;
        bool found = false;
        if (!growth_open_of(change->committer->store, end->rule, end->dedup, end->time_ms,
                &change->arena, &open, &found, change->diag))
            return false;
        if (!found) return true;
        if (!resolve(change, open.alert, end->time_ms)) return false;
    }
}

bool change_resolve(struct change *change, const struct resolution *resolution) {
    struct str log = resolution->manifest->log;
    struct growth_end end = {resolution->manifest->id, resolution->dedup, log, resolution->time_ms};
    if (end.time_ms == CLOCK_UNKNOWN) return true;
    return change_pass_time(change, log, end.time_ms) && resolve_all(change, &end) &&
           growth_end_add(
               change->committer->store, &end, change_horizon_ms(change, log), change->diag);
}

/* ---- updates ---- */

bool change_update_is_due(const struct committer *committer, int64_t now_ms) {
    return committer->updates_ms <= now_ms && has_updates(committer);
}

static bool tell_more(struct change *change, const char *alert, int64_t revision,
    const struct growth_update *update) {
    struct store *store = change->committer->store;
    if (!is_configured(change, update->destination))
        return growth_unwatch(store, alert, update->destination, change->diag);
    struct str more = alert_print_more(&change->arena, &update->more);
    return store_delivery_add_more(
               store, alert, revision, update->destination, more, change->now_ms, change->diag) &&
           growth_told(store, alert, update->destination, change->now_ms, change->diag);
}

static bool tell_updates(struct change *change, const struct growth_updates *updates) {
    int64_t revision = 0;
    struct growth_state to = {.state = ALERT_UPDATED, .tells = true};
    if (!growth_set_state(change->committer->store, updates->alert, &to, &revision, change->diag))
        return false;
    for (size_t i = 0; i < updates->count; i++)
        if (!tell_more(change, updates->alert, revision, &updates->list[i])) return false;
    return true;
}

bool change_update(struct change *change) {
    struct store *store = change->committer->store;
    struct growth_updates updates = {.count = 1};
    if (change->updates_ms > change->now_ms || !has_updates(change->committer)) return true;
    while (updates.count) {
        if (!growth_due(store, change->now_ms, &change->arena, &updates, change->diag))
            return false;
        if (updates.count && !tell_updates(change, &updates)) return false;
    }
    return growth_next_update(store, &change->updates_ms, change->diag);
}
