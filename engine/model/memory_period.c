#include "model/memory_private.h"

enum { TIMES_A_SLICE = 2000 };

/* One time on its way into those under its key. */
struct laying {
    struct store *store;
    const struct memory_period *period;
    int64_t added, removed; /* beginnings of periods */
    struct diag *diag;
};

static bool ask(struct laying *l, const char *sql, int64_t a, int64_t b, int64_t *answer) {
    struct db_rows rows;
    db_query(l->store->db, &rows, sql,
        VALUES(TEXT(l->period->rule), TEXT(l->period->dedup), NUMBER(a), NUMBER(b)), l->diag);
    if (db_next(&rows, l->diag)) *answer = db_number(&rows, 0);
    return db_end(&rows);
}

/* INT64_MIN: no period holds it. */
static bool find_begin(struct laying *l, int64_t time_ms, int64_t *begin_ms) {
    *begin_ms = INT64_MIN;
    return ask(l,
        "SELECT time_ms FROM memory_period INDEXED BY memory_period_begin"
        " WHERE rule = ?1 AND dedup = ?2 AND begins"
        " AND time_ms > ?3 AND time_ms <= ?4 ORDER BY time_ms DESC LIMIT 1",
        clock_add_ms(time_ms, -l->period->period_ms), time_ms, begin_ms);
}

static bool put(struct laying *l, int64_t time_ms, bool begins) {
    return db_run(l->store->db,
        "INSERT INTO memory_period (rule, dedup, time_ms, begins) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT DO UPDATE SET begins = max(begins, excluded.begins)",
        VALUES(TEXT(l->period->rule), TEXT(l->period->dedup), NUMBER(time_ms), NUMBER(begins)),
        l->diag);
}

/* Periods that began inside the one that begins at time_ms do so no more. */
static bool swallow(struct laying *l, int64_t time_ms, int64_t end_ms) {
    bool good = db_run(l->store->db,
        "UPDATE memory_period INDEXED BY memory_period_begin SET begins = 0 WHERE rule = ?1 AND dedup = ?2 AND begins"
        " AND time_ms > ?3 AND time_ms < ?4",
        VALUES(TEXT(l->period->rule), TEXT(l->period->dedup), NUMBER(time_ms), NUMBER(end_ms)),
        l->diag);
    if (good) l->removed += db_changes(l->store->db);
    return good;
}

/* The first time at or behind `from_ms`. */
static bool find_next(struct laying *l, int64_t from_ms, int64_t *time_ms, bool *begins) {
    struct db_rows rows;
    *time_ms = INT64_MAX;
    *begins = false;
    db_query(l->store->db, &rows,
        "SELECT time_ms, begins FROM memory_period WHERE rule = ?1 AND dedup = ?2"
        " AND time_ms >= ?3 ORDER BY time_ms LIMIT 1",
        VALUES(TEXT(l->period->rule), TEXT(l->period->dedup), NUMBER(from_ms)), l->diag);
    if (db_next(&rows, l->diag)) {
        *time_ms = db_number(&rows, 0);
        *begins = db_number(&rows, 1) != 0;
    }
    return db_end(&rows);
}

/* A period begins at time_ms. What lay inside another falls into this one, or begins one itself, until
 * both ways of laying them meet. */
static bool begin_at(struct laying *l, int64_t time_ms) {
    bool begins = false;
    while (time_ms != INT64_MAX && !begins) {
        int64_t end_ms = clock_add_ms(time_ms, l->period->period_ms);
        if (!put(l, time_ms, true) || !swallow(l, time_ms, end_ms)) return false;
        l->added++;
        if (!find_next(l, end_ms, &time_ms, &begins)) return false;
    }
    return true;
}

static bool prune(struct laying *l) {
    return db_run(l->store->db,
        "DELETE FROM memory_period WHERE rule = ?1 AND dedup = ?2 AND time_ms < ?3",
        VALUES(TEXT(l->period->rule), TEXT(l->period->dedup),
            NUMBER(clock_add_ms(l->period->horizon_ms, -l->period->period_ms))),
        l->diag);
}

static bool lay(struct laying *l) {
    int64_t begin_ms, time_ms = l->period->time_ms;
    if (!find_begin(l, time_ms, &begin_ms)) return false;
    if (begin_ms != INT64_MIN) return put(l, time_ms, false);
    return prune(l) && begin_at(l, time_ms);
}

bool memory_period_take(
    struct store *store, const struct memory_period *period, bool *raises, struct diag *diag) {
    struct laying laying = {.store = store, .period = period, .diag = diag};
    struct store_change change;
    if (!store_change_begin(store, &change, diag)) return false;
    bool good = lay(&laying);
    *raises = laying.added > laying.removed;
    return store_change_end(store, &change, good, diag);
}

bool memory_period_expire(
    struct store *store, int64_t before_ms, int64_t *removed, struct diag *diag) {
    return store_run(store,
        "DELETE FROM memory_period WHERE (rule, dedup, time_ms) IN (SELECT rule, dedup, time_ms"
        " FROM memory_period WHERE time_ms < ?1 ORDER BY time_ms LIMIT ?2)",
        VALUES(NUMBER(before_ms), NUMBER(TIMES_A_SLICE)), removed, diag);
}

/* ---- time ---- */

bool memory_time_find(struct store *store, struct str log, int64_t *newest_ms, struct diag *diag) {
    *newest_ms = CLOCK_UNKNOWN;
    return store_ask(store, "SELECT newest_ms FROM memory_time WHERE log = ?1", VALUES(TEXT(log)),
        newest_ms, diag);
}

bool memory_time_save(struct store *store, struct str log, int64_t newest_ms, struct diag *diag) {
    return store_run(store,
        "INSERT INTO memory_time (log, newest_ms) VALUES (?1, ?2)"
        " ON CONFLICT (log) DO UPDATE SET newest_ms = max(newest_ms, excluded.newest_ms)",
        VALUES(TEXT(log), NUMBER(newest_ms)), NULL, diag);
}
