/* How an alert goes on once it was raised: destinations that want to hear of further matches, and
 * its end where its rule has `resolve`. Lives in the store, inside the caller's transaction. Knows
 * nothing of rules, routes, or what a message says. */
#ifndef MODEL_GROWTH_H
#define MODEL_GROWTH_H

#include "model/store.h"

/* `revision` becomes that of the alert. */
struct growth_state {
    enum alert_state state;
    int64_t resolved_ms; /* that of struct alert */
    bool tells;          /* this is told: its revision goes up */
};
bool growth_set_state(struct store *store, const char *alert, const struct growth_state *to,
    int64_t *revision, struct diag *diag);

/* The destinations that it was told to, each once, in the arena. */
struct growth_names {
    struct str *list;
    size_t count;
};
bool growth_told_to(struct store *store, const char *alert, struct arena *arena,
    struct growth_names *names, struct diag *diag);

/* ---- updates: by the wall clock ---- */

/* The destination, which is told of the alert now, wants to hear of further matches, at most once in
 * every_ms. */
bool growth_watch(struct store *store, const char *alert, struct str destination, int64_t every_ms,
    int64_t now_ms, struct diag *diag);
bool growth_unwatch(
    struct store *store, const char *alert, struct str destination, struct diag *diag);

/* The address from which the match came that was counted last. */
bool growth_address(struct store *store, const char *alert, struct str event_id, struct str address,
    struct diag *diag);

/* A further match was counted. `waits`: a destination that waited for nothing waits to hear of it. */
bool growth_note(struct store *store, const char *alert, bool *waits, struct diag *diag);

/* When a destination that waits may be told next; INT64_MAX for none. */
bool growth_next_update(struct store *store, int64_t *due_ms, struct diag *diag);

/* Whom to tell of what about one alert. */
struct growth_update {
    struct str destination;
    struct alert_more more;
};
struct growth_updates {
    char alert[ALERT_ID];
    struct growth_update *list;
    size_t count;
};

/* What is due of the alert that is due the longest; count 0: nothing is. */
bool growth_due(struct store *store, int64_t now_ms, struct arena *arena,
    struct growth_updates *updates, struct diag *diag);

/* The destination, or each ("") of those that want to hear of further matches, is told now with all that
 * was counted so far. */
bool growth_told(struct store *store, const char *alert, struct str destination, int64_t now_ms,
    struct diag *diag);

/* ---- its end: by event time ---- */

/* An alert that is to be resolved; not by time before due_ms, INT64_MAX: not by time. */
struct growth_open {
    char alert[ALERT_ID];
    struct str rule;
    int64_t due_ms, last_time_ms; /* the latter of the alert, when this was asked for */
};

bool growth_open(struct store *store, const char *alert, int64_t due_ms, struct diag *diag);
bool growth_close(struct store *store, const char *alert, struct diag *diag);

/* The one of a log that is due the longest at until_ms. */
bool growth_next_open(struct store *store, struct str log, int64_t until_ms, struct arena *arena,
    struct growth_open *open, bool *found, struct diag *diag);

/* One of a rule's dedup key, no match of which is later than time_ms. */
bool growth_open_of(struct store *store, struct str rule, struct str dedup, int64_t time_ms,
    struct arena *arena, struct growth_open *open, bool *found, struct diag *diag);

/* An event resolves what has this key. It is remembered for matches that come later and were before:
 * those of its log older than forget_ms are not, a few a call. */
struct growth_end {
    struct str rule, dedup, log;
    int64_t time_ms;
};
bool growth_end_add(
    struct store *store, const struct growth_end *end, int64_t forget_ms, struct diag *diag);

/* The newest such event; CLOCK_UNKNOWN for none. */
bool growth_end_of(
    struct store *store, struct str rule, struct str dedup, int64_t *time_ms, struct diag *diag);

/* When the next of a log is due; INT64_MAX for none. */
bool growth_when_due(struct store *store, struct str log, int64_t *due_ms, struct diag *diag);

#endif
