#include "model/store_private.h"

#include "base/clock.h"

enum {
    SLICE_ROWS = 2000,
    SLICE_MS = 50,
};

struct retention {
    struct store *store;
    int64_t before_ms, event_ms, most_bytes;
    int64_t removed, deadline_ms;
    int64_t after_ms, after_number; /* alerts up to here must stay, or went already */
};

/* What could go next: the oldest, an alert or a rejected record. */
struct candidate {
    int64_t at_ms, number;
    bool found, is_alert;
};

static bool read_candidate(struct db_rows *rows, struct candidate *candidate, struct diag *diag) {
    candidate->found = db_next(rows, diag);
    if (candidate->found) {
        candidate->at_ms = db_number(rows, 0);
        candidate->number = db_number(rows, 1);
    }
    return db_end(rows);
}

/* Those that must stay are passed over once a call, not again for each that goes. */
static bool find_alert(struct retention *r, struct candidate *candidate, struct diag *diag) {
    struct db_rows rows;
    db_query(r->store->db, &rows,
        "SELECT created_ms, number FROM alert"
        " WHERE (created_ms, number) > (?1, ?2) AND closes_ms <= ?3 AND NOT EXISTS ("
        "  SELECT 1 FROM delivery WHERE delivery.alert = number AND delivery.state IN (?4, ?5))"
        " ORDER BY created_ms, number LIMIT 1",
        VALUES(NUMBER(r->after_ms), NUMBER(r->after_number), NUMBER(r->event_ms),
            NUMBER(DELIVERY_QUEUED), NUMBER(DELIVERY_GIVEN_UP)),
        diag);
    *candidate = (struct candidate){.is_alert = true};
    if (!read_candidate(&rows, candidate, diag)) return false;
    r->after_ms = candidate->found ? candidate->at_ms : INT64_MAX;
    r->after_number = candidate->found ? candidate->number - 1 : INT64_MAX;
    return true;
}

static bool find_rejected(struct retention *r, struct candidate *candidate, struct diag *diag) {
    struct db_rows rows;
    db_query(r->store->db, &rows, "SELECT at_ms, id FROM rejected ORDER BY at_ms, id LIMIT 1",
        NO_VALUES, diag);
    *candidate = (struct candidate){.is_alert = false};
    return read_candidate(&rows, candidate, diag);
}

static bool find_oldest(struct retention *r, struct candidate *oldest, struct diag *diag) {
    struct candidate rejected;
    if (!find_alert(r, oldest, diag) || !find_rejected(r, &rejected, diag)) return false;
    if (rejected.found && (!oldest->found || rejected.at_ms < oldest->at_ms)) *oldest = rejected;
    return true;
}

/* The size of what is kept: free pages are on their way out. */
static bool is_too_large(struct retention *r, bool *too_large, struct diag *diag) {
    int64_t pages = 0, free = 0, size = 0;
    bool good = db_ask(r->store->db, "PRAGMA page_count", NO_VALUES, &pages, diag) &&
                db_ask(r->store->db, "PRAGMA freelist_count", NO_VALUES, &free, diag) &&
                db_ask(r->store->db, "PRAGMA page_size", NO_VALUES, &size, diag);
    *too_large = (pages - free) * size > r->most_bytes;
    return good;
}

static bool has_time(const struct retention *r) {
    return r->removed < SLICE_ROWS && clock_monotonic_ms() < r->deadline_ms;
}

/* An alert may have a million events: they go in slices too, before it does. Its deliveries go
 * with it. */
static bool remove_alert(struct retention *r, int64_t number, struct diag *diag) {
    int64_t most = SLICE_ROWS - r->removed;
    if (!db_run(r->store->db,
            "DELETE FROM alert_event WHERE alert = ?1 AND event IN"
            " (SELECT event FROM alert_event WHERE alert = ?1 LIMIT ?2)",
            VALUES(NUMBER(number), NUMBER(most)), diag))
        return false;
    int64_t events = db_changes(r->store->db);
    r->removed += events;
    if (events == most) return true;
    r->removed++;
    return db_run(
        r->store->db, "DELETE FROM alert WHERE number = ?1", VALUES(NUMBER(number)), diag);
}

static bool remove_candidate(
    struct retention *r, const struct candidate *candidate, struct diag *diag) {
    if (candidate->is_alert) return remove_alert(r, candidate->number, diag);
    r->removed++;
    return db_run(r->store->db, "DELETE FROM rejected WHERE id = ?1",
        VALUES(NUMBER(candidate->number)), diag);
}

static bool must_go(
    struct retention *r, const struct candidate *candidate, bool *must, struct diag *diag) {
    *must = candidate->found && candidate->at_ms < r->before_ms;
    return *must || !candidate->found || is_too_large(r, must, diag);
}

static bool remove_oldest(struct retention *r, struct diag *diag) {
    while (has_time(r)) {
        struct candidate oldest;
        bool must;
        if (!find_oldest(r, &oldest, diag) || !must_go(r, &oldest, &must, diag)) return false;
        if (!must) return true;
        if (!remove_candidate(r, &oldest, diag)) return false;
    }
    return true;
}

static bool remove_unseen(struct retention *r, const char *sql, struct diag *diag) {
    bool good = db_run(r->store->db, sql, VALUES(NUMBER(r->before_ms), NUMBER(SLICE_ROWS)), diag);
    if (good) r->removed += db_changes(r->store->db);
    return good;
}

static bool remove_inputs(struct retention *r, struct diag *diag) {
    return remove_unseen(r,
        "DELETE FROM input WHERE key IN (SELECT key FROM input WHERE seen_ms < ?1 LIMIT ?2)", diag);
}

static bool remove_exceptions(struct retention *r, struct diag *diag) {
    return remove_unseen(r,
        "DELETE FROM exception WHERE (rule, id) IN"
        " (SELECT rule, id FROM exception WHERE seen_ms < ?1 LIMIT ?2)",
        diag);
}

/* Deleting only makes pages free for use again; this moves the last pages of the file into them,
 * and the file is cut at the next checkpoint. */
static bool shrink(struct retention *r, struct diag *diag) {
    for (int64_t before = INT64_MAX;;) {
        int64_t free = 0;
        if (!db_ask(r->store->db, "PRAGMA freelist_count", NO_VALUES, &free, diag)) return false;
        if (free == 0 || free >= before) return true;
        before = free;
        if (!db_script(r->store->db, "PRAGMA incremental_vacuum(256)", diag)) return false;
        if (clock_monotonic_ms() >= r->deadline_ms) return true;
    }
}

bool store_retain(struct store *store, int64_t before_ms, int64_t event_ms, int64_t most_bytes,
    int64_t *removed, struct diag *diag) {
    struct store_change change;
    *removed = 0;
    if (!store_change_begin(store, &change, diag)) return false;
    struct retention r = {
        .store = store,
        .before_ms = before_ms,
        .event_ms = event_ms,
        .most_bytes = most_bytes,
        .deadline_ms = clock_monotonic_ms() + SLICE_MS,
        .after_ms = INT64_MIN,
        .after_number = INT64_MIN,
    };
    bool good = remove_inputs(&r, diag) && remove_exceptions(&r, diag) && remove_oldest(&r, diag) &&
                shrink(&r, diag);
    if (good) *removed = r.removed;
    return store_change_end(store, &change, good, diag);
}
