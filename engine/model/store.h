/* Everything that must outlive the process: input positions, memory for dedup, alerts, outgoing
 * deliveries, what could not be used. One writer at a time; a batch is one transaction, and a
 * change outside store_begin and store_commit is a transaction of its own.
 *
 * Safe to call from several threads. The store belongs to the thread that is inside a transaction
 * (or a single call) until that ends; the others wait. It is held while an `each` runs, which may
 * call the store, but not store_begin, and may change what it was called for only where this header
 * says so.
 *
 * Functions return false with a diagnostic when the disk or the database fails; a transaction is
 * then rolled back by store_rollback and may be tried again from store_begin on. Strings in results
 * live in the arena that was given, or, given to an `each`, until it returns. */
#ifndef MODEL_STORE_H
#define MODEL_STORE_H

#include "base/diag.h"
#include "model/alert.h"
#include "model/failure.h"
#include "text/records.h"

enum { STORE_VERSION = 5 }; /* 1 is the oldest that is brought forward */

struct store;

enum store_mode {
    STORE_EXCLUSIVE, /* `run`: refuses when another process holds it; makes it where missing */
    STORE_SHARED,    /* `alerts`: beside a running engine; refuses where it is missing */
    STORE_TEMPORARY, /* `replay`, `test`: nobody else sees it; `path` is ignored */
};

/* NULL when it is held by another process, of a newer version, no store, or cannot be opened. */
struct store *store_open(const char *path, enum store_mode mode, struct diag *diag);
void store_close(struct store *store);

bool store_begin(struct store *store, struct diag *diag);
bool store_commit(struct store *store, struct diag *diag); /* on disk when it returns true; when
                                                               not, store_rollback is still due */
void store_rollback(struct store *store); /* nothing where this thread is in no transaction */

/* ---- inputs: where reading stands in each ---- */

/* A file is known by device and inode, and is the same file while it still begins as it did. */
struct store_input {
    char key[64];    /* "device:inode" */
    char head[96];   /* "LENGTH:HASH" of its beginning; empty: not known */
    struct str path; /* what it was last called */
    struct record_position position;
    int64_t size; /* of the raw file when last read */
    bool done;    /* read to its end (it may grow) */
};

/* Retention forgets an input that was not saved for long: who follows files saves those that are
 * still there now and then. */

bool store_input_find(struct store *store, const char *key, struct arena *arena,
    struct store_input *input, bool *found, struct diag *diag);
bool store_input_save(
    struct store *store, const struct store_input *input, int64_t now_ms, struct diag *diag);

/* ---- alerts ---- */

/* A match on its way to an alert; borrows. */
struct store_match {
    struct str rule, dedup, event_id;
    int64_t time_ms, period_ms; /* of the event; of the rule's dedup */
};

/* The alert of (rule, dedup) on which the match counts: |time - begins| < period. The one on which
 * this event counted before wins, so that a record delivered again changes nothing; else the one
 * that began last before it, else the first behind it. None for a period of 0 or an unknown time:
 * whether such an event falls into a period cannot be told, and an alert too many is better than
 * one swallowed. */
bool store_alert_match(struct store *store, const struct store_match *match, struct arena *arena,
    struct alert *alert, bool *found, struct diag *diag);

/* The one on which this event counted before, up to two periods away: late ones shift them. */
bool store_alert_holding(struct store *store, const struct store_match *match, struct arena *arena,
    struct alert *alert, bool *found, struct diag *diag);

/* The one that began nearest to it, however far. */
bool store_alert_nearest(struct store *store, const struct store_match *match, struct arena *arena,
    struct alert *alert, bool *found, struct diag *diag);

bool store_alert_find(struct store *store, const char *id, struct arena *arena, struct alert *alert,
    bool *found, struct diag *diag);
/* The id that begins with `prefix`. `found` counts up to 2, which is too many. */
bool store_alert_resolve(
    struct store *store, struct str prefix, char id[ALERT_ID], int *found, struct diag *diag);

/* Adds an alert with its first event: count, last_time, event_ids and closes_ms follow from that.
 * alert->revision is 1 where it is told at once (`run`, with a delivery), 0 where it waits for
 * store_alerts_close (`replay`). `fresh` is false when the id was there; then nothing changes. */
bool store_alert_add(struct store *store, const struct alert *alert, struct str event_id,
    int64_t now_ms, bool *fresh, struct diag *diag);

/* Notes that the event counts on the alert; `fresh` is false when it did before (and then nothing
 * changes). Otherwise count, last_time and event_ids go up. */
bool store_alert_count(struct store *store, const char *id, struct str event_id, int64_t time_ms,
    bool *fresh, struct diag *diag);

typedef bool store_alert_each(void *context, const struct alert *alert); /* false: no more */

/* Alerts that were not told with their present count and whose period is over at `until_ms`
 * (INT64_MAX: all), in order of (closes_ms, time_ms, id). Each is marked as told before `each` gets
 * it: with revision 1, or, when it was told before, as ALERT_UPDATED with a further revision; one that is resolved stays so.
 * `each` may change the store. */
bool store_alerts_close(struct store *store, int64_t until_ms, store_alert_each *each,
    void *context, struct diag *diag);

struct store_alert_filter {
    struct str rule, severity; /* empty: any */
    int64_t since_ms;          /* event time; CLOCK_UNKNOWN: any */
    int64_t limit;             /* newest ones; 0: all */
};
/* In order of (time_ms, id). */
bool store_alerts_list(struct store *store, const struct store_alert_filter *filter,
    store_alert_each *each, void *context, struct diag *diag);

/* The least closes_ms of the alerts that store_alerts_close would still give, INT64_MAX for none. */
bool store_next_close(struct store *store, int64_t *closes_ms, struct diag *diag);

/* ---- alerts on their way to the rules that read alerts ---- */

/* Keeps an alert's JSON, as it is at its raising, until it was judged. */
bool store_unread_add(struct store *store, struct str alert, struct diag *diag);

typedef bool store_unread_each(
    void *context, int64_t number, struct str alert); /* false: no more */

/* In the order they were raised; numbers go up. */
bool store_unread_list(
    struct store *store, store_unread_each *each, void *context, struct diag *diag);

/* Those up to that number were judged. */
bool store_unread_drop(struct store *store, int64_t until, struct diag *diag);

/* ---- deliveries: the outbox ---- */

enum delivery_state { DELIVERY_QUEUED, DELIVERY_DONE, DELIVERY_GIVEN_UP, DELIVERY_DROPPED };

extern const char *const delivery_state_names[];

struct delivery {
    int64_t id;
    char alert[ALERT_ID];
    int64_t revision;
    struct str destination;
    enum delivery_state state;
    int64_t attempts;
    int64_t created_ms, due_ms;   /* wall; a retry by hand makes it new */
    int64_t updated_ms;           /* wall; last change of any of this */
    int64_t last_status;          /* HTTP; 0: none yet */
    struct str last_error;        /* already free of secrets */
    enum alert_state alert_state; /* what it tells: that of the alert when it was added, */
    struct str more;              /* and what is new, JSON; empty: nothing */
};

/* Known by (alert, revision, destination): adding it again changes nothing. */
bool store_delivery_add(struct store *store, const char *alert, int64_t revision,
    struct str destination, int64_t now_ms, struct diag *diag);
bool store_delivery_add_more(struct store *store, const char *alert, int64_t revision,
    struct str destination, struct str more, int64_t now_ms, struct diag *diag);

typedef bool store_delivery_each(void *context, const struct delivery *delivery);

/* Queued ones of a destination that are due, the longest due first, at most `limit`; of an alert only
 * the one of the least revision, so that what came first is told first. `each` may change the store,
 * and does not hold it. */
bool store_deliveries_due(struct store *store, struct str destination, int64_t now_ms,
    int64_t limit, store_delivery_each *each, void *context, struct diag *diag);

/* When the next queued delivery of any destination is due; INT64_MAX for none. */
bool store_delivery_next(struct store *store, int64_t *due_ms, struct diag *diag);
bool store_deliveries_count(
    struct store *store, enum delivery_state state, int64_t *count, struct diag *diag);

/* Saves state, attempts, due_ms, last_status and last_error of delivery->id. One that was dropped
 * meanwhile stays dropped, unless it is done. */
bool store_delivery_save(
    struct store *store, const struct delivery *delivery, int64_t now_ms, struct diag *diag);

/* Those of one alert ("" for all alerts), newest first. */
bool store_deliveries_list(struct store *store, const char *alert, store_delivery_each *each,
    void *context, struct diag *diag);

/* `retry` and `drop`: to DELIVERY_QUEUED, due now with no attempt behind it, or DELIVERY_DROPPED;
 * the given-up and the queued deliveries of an alert ("" for all), one destination or all ("").
 * `changed` counts them. */
bool store_deliveries_set(struct store *store, const char *alert, struct str destination,
    enum delivery_state to, int64_t now_ms, int64_t *changed, struct diag *diag);

/* ---- exceptions: what each held for ---- */

/* Known by rule and id, which is of what it says: where it stands, who owns it, and until when are
 * no part of that. */
struct store_exception {
    struct str rule, id;
    struct str reason, owner, until; /* as written; owner and until as they were at its last hit */
    int64_t hits;                    /* an event that was delivered twice counts twice */
    int64_t last_ms;                 /* the latest event time; CLOCK_UNKNOWN: of none is it known */
};

/* Adds its hits to those before. */
bool store_exception_count(struct store *store, const struct store_exception *exception,
    int64_t now_ms, struct diag *diag);

typedef bool store_exception_each(void *context, const struct store_exception *exception);

/* By rule, those that hit most first. */
bool store_exceptions_list(
    struct store *store, store_exception_each *each, void *context, struct diag *diag);

/* ---- what could not be used: records that are no events, events that a rule could not judge ---- */

struct rejected {
    int64_t id;
    struct str source; /* path or "-" */
    uint64_t line, index;
    enum failure_kind kind;    /* FAILURE_NONE: the record itself */
    struct str rule, event_id; /* of a failure, else empty */
    struct str reason;
    struct str bytes; /* the record, or what there is of it; of a failure the event */
    int64_t at_ms;
};

bool store_rejected_add(struct store *store, const struct rejected *rejected, struct diag *diag);

struct store_rejected_filter {
    bool failures;    /* of rules; else records */
    struct str rule;  /* empty: any */
    int64_t since_ms; /* wall; CLOCK_UNKNOWN: any */
    int64_t limit;    /* newest ones; 0: all */
};
typedef bool store_rejected_each(void *context, const struct rejected *rejected);

/* Oldest first. */
bool store_rejected_list(struct store *store, const struct store_rejected_filter *filter,
    store_rejected_each *each, void *context, struct diag *diag);

/* ---- retention ---- */

/* Removes what is older than `before_ms` by wall clock, and the oldest while what is kept is larger
 * than `most_bytes`: rejected records, and alerts with their deliveries; by age also inputs that
 * were not saved since, and exceptions that did not hit since. Never an alert with a queued or
 * given-up delivery, one of which there is something to tell at some time (model/growth.h), and one
 * whose period is not over at `event_ms`. Pages that become free go back to the file system.
 *
 * A call takes a slice of some 50 ms, in its own transaction, so that a batch never waits long;
 * `removed` counts its rows: call again while there are any. */
bool store_retain(struct store *store, int64_t before_ms, int64_t event_ms, int64_t most_bytes,
    int64_t *removed, struct diag *diag);

#endif
