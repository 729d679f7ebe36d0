/* Everything that must outlive the process: input positions, memory for dedup, alerts, outgoing
 * deliveries, what could not be used. One writer at a time; every change happens inside a
 * transaction, and a batch is one transaction. Safe to call from several threads: store_begin
 * waits for the transaction of another one.
 *
 * Functions return false with a diagnostic when the disk or the database fails; a transaction is
 * then rolled back by store_rollback and may be tried again. */
#ifndef MODEL_STORE_H
#define MODEL_STORE_H

#include "model/alert.h"
#include "base/diag.h"
#include "text/records.h"

enum { STORE_VERSION = 2 }; /* 1 is the oldest that is brought forward */

struct store;

enum store_mode {
    STORE_EXCLUSIVE, /* `run`: refuses when another process holds it; makes it where missing */
    STORE_SHARED,    /* `alerts`: beside a running engine */
    STORE_TEMPORARY, /* `replay`, `test`: nobody else sees it; `path` is ignored */
};

/* NULL when it is held by another process, of a newer version, no store, or cannot be opened. */
struct store *store_open(const char *path, enum store_mode mode, struct diag *diag);
void store_close(struct store *store);

bool store_begin(struct store *store, struct diag *diag);
bool store_commit(struct store *store, struct diag *diag); /* on disk when it returns true */
void store_rollback(struct store *store);

/* ---- inputs: where reading stands in each ---- */

/* A file is known by device, inode and a hash of its beginning; a stream by its name. */
struct store_input {
    char key[128];
    struct str path; /* what it was last called */
    struct record_position position;
    int64_t size;    /* of the raw file when last read */
    bool done;       /* read to its end (it may grow) */
};

bool store_input_find(struct store *store, const char *key, struct arena *arena,
    struct store_input *input, bool *found, struct diag *diag);
bool store_input_save(struct store *store, const struct store_input *input, int64_t now_ms,
    struct diag *diag);

/* ---- alerts ---- */

/* The alert of (rule, dedup) on which an event at `time_ms` counts: |time - first| < its period.
 * The one with the latest first match wins. */
bool store_alert_match(struct store *store, struct str rule, struct str dedup, int64_t time_ms,
    struct arena *arena, struct alert *alert, bool *found, struct diag *diag);

bool store_alert_find(struct store *store, const char *id, struct arena *arena,
    struct alert *alert, bool *found, struct diag *diag);
bool store_alert_add(
    struct store *store, const struct alert *alert, int64_t now_ms, struct diag *diag);

/* Notes that the event counts on the alert; `fresh` is false when it did before (and then nothing
 * changes). Otherwise count, last_time and event_ids go up. */
bool store_alert_count(struct store *store, const char *id, struct str event_id, int64_t time_ms,
    bool *fresh, struct diag *diag);

/* Calls `each` for alerts in order of (closes_ms, time_ms, id). Stops when it returns false. */
typedef bool store_alert_each(void *context, const struct alert *alert);

/* Alerts that were not told with their present count and whose period is over at `until_ms`
 * (INT64_MAX: all); they are marked as told, told ones as ALERT_UPDATED with a further revision. */
bool store_alerts_close(struct store *store, int64_t until_ms, store_alert_each *each,
    void *context, struct diag *diag);

struct store_alert_filter {
    struct str rule, severity; /* empty: any */
    int64_t since_ms;          /* event time; CLOCK_UNKNOWN: any */
    int64_t limit;             /* newest ones; 0: all */
};
bool store_alerts_list(struct store *store, const struct store_alert_filter *filter,
    store_alert_each *each, void *context, struct diag *diag);

/* The least closes_ms of the alerts that store_alerts_close would still give, INT64_MAX for none. */
bool store_next_close(struct store *store, int64_t *closes_ms, struct diag *diag);

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
    int64_t created_ms, due_ms; /* wall */
    int64_t last_status;        /* HTTP; 0: none yet */
    struct str last_error;      /* already free of secrets */
};

/* Known by (alert, revision, destination): adding it again changes nothing. */
bool store_delivery_add(struct store *store, const char *alert, int64_t revision,
    struct str destination, int64_t now_ms, struct diag *diag);

typedef bool store_delivery_each(void *context, const struct delivery *delivery);

/* Queued ones of a destination that are due, oldest first, at most `limit`. */
bool store_deliveries_due(struct store *store, struct str destination, int64_t now_ms,
    int64_t limit, store_delivery_each *each, void *context, struct diag *diag);

/* When the next queued delivery of any destination is due; INT64_MAX for none. */
bool store_delivery_next(struct store *store, int64_t *due_ms, struct diag *diag);
bool store_deliveries_count(
    struct store *store, enum delivery_state state, int64_t *count, struct diag *diag);

/* Saves state, attempts, due_ms, last_status and last_error of delivery->id. */
bool store_delivery_save(struct store *store, const struct delivery *delivery, int64_t now_ms,
    struct diag *diag);

/* Those of one alert ("" for all alerts), newest first. */
bool store_deliveries_list(struct store *store, const char *alert, store_delivery_each *each,
    void *context, struct diag *diag);

/* `retry` and `drop`: given-up (or queued) deliveries of an alert ("" for all), one destination or
 * all (""). `changed` counts them. */
bool store_deliveries_set(struct store *store, const char *alert, struct str destination,
    enum delivery_state to, int64_t now_ms, int64_t *changed, struct diag *diag);

/* ---- what could not be used ---- */

struct rejected {
    int64_t id;
    struct str source; /* path or "-" */
    uint64_t line, index;
    struct str rule;   /* empty: the record itself; else the rule that failed on the event */
    struct str reason;
    struct str bytes;  /* the record, or what there is of it */
    int64_t at_ms;
};

bool store_rejected_add(struct store *store, const struct rejected *rejected, struct diag *diag);
typedef bool store_rejected_each(void *context, const struct rejected *rejected);
bool store_rejected_list(struct store *store, int64_t limit, store_rejected_each *each,
    void *context, struct diag *diag);

/* ---- retention ---- */

/* Removes, in its own transaction, what is older than `before_ms` by wall clock, and the oldest
 * while the store is larger than `most_bytes`: delivered and dropped deliveries, alerts without
 * open deliveries whose period is over at `event_ms`, rejected records, inputs not seen. Never a
 * queued or given-up delivery or its alert. `removed` counts rows. At most a few thousand rows a
 * call; call again while it removes any. */
bool store_retain(struct store *store, int64_t before_ms, int64_t event_ms, int64_t most_bytes,
    int64_t *removed, struct diag *diag);

#endif
