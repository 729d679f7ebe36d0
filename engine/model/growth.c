#include "model/growth.h"

#include "base/clock.h"
#include "model/store_private.h"

#include <stdio.h>

#define NUMBER_OF_ALERT "(SELECT number FROM alert WHERE id = ?1)"

/* ---- states ---- */

bool growth_set_state(struct store *store, const char *alert, const struct growth_state *to,
    int64_t *revision, struct diag *diag) {
    struct store_change change;
    if (!store_change_begin(store, &change, diag)) return false;
    bool good = db_run(store->db,
                    "UPDATE alert SET state = ?2, resolved_ms = ?3, revision = revision + ?4"
                    " WHERE id = ?1",
                    VALUES(TEXT(str_of(alert)), NUMBER(to->state), NUMBER(to->resolved_ms),
                        NUMBER(to->tells)),
                    diag) &&
                db_ask(store->db, "SELECT revision FROM alert WHERE id = ?1",
                    VALUES(TEXT(str_of(alert))), revision, diag);
    return store_change_end(store, &change, good, diag);
}

bool growth_told_to(struct store *store, const char *alert, struct arena *arena,
    struct growth_names *names, struct diag *diag) {
    struct db_rows rows;
    bool entered = store_enter(store);
    *names = (struct growth_names){0};
    db_query(store->db, &rows,
        "SELECT DISTINCT destination FROM delivery WHERE alert = " NUMBER_OF_ALERT
        " ORDER BY destination",
        VALUES(TEXT(str_of(alert))), diag);
    while (db_next(&rows, diag)) {
        names->list = arena_grow(arena, names->list, names->count);
        names->list[names->count++] = db_text(&rows, 0, arena);
    }
    bool good = db_end(&rows);
    store_leave(store, entered);
    return good;
}

/* ---- updates ---- */

bool growth_watch(struct store *store, const char *alert, struct str destination, int64_t every_ms,
    int64_t now_ms, struct diag *diag) {
    return store_run(store,
        "INSERT INTO alert_update (alert, destination, every_ms, due_ms, told, waits)"
        " SELECT number, ?2, ?3, ?4 + ?3, count, 0 FROM alert WHERE id = ?1"
        " ON CONFLICT (alert, destination) DO NOTHING",
        VALUES(TEXT(str_of(alert)), TEXT(destination), NUMBER(every_ms), NUMBER(now_ms)), NULL,
        diag);
}

bool growth_unwatch(
    struct store *store, const char *alert, struct str destination, struct diag *diag) {
    return store_run(store,
        "DELETE FROM alert_update WHERE alert = " NUMBER_OF_ALERT " AND destination = ?2",
        VALUES(TEXT(str_of(alert)), TEXT(destination)), NULL, diag);
}

bool growth_address(struct store *store, const char *alert, struct str event_id, struct str address,
    struct diag *diag) {
    return store_run(store,
        "UPDATE alert_event SET address = ?3, nth = (SELECT count FROM alert WHERE id = ?1)"
        " WHERE alert = " NUMBER_OF_ALERT " AND event = ?2",
        VALUES(TEXT(str_of(alert)), TEXT(event_id), TEXT(address)), NULL, diag);
}

bool growth_note(struct store *store, const char *alert, bool *waits, struct diag *diag) {
    int64_t changed = 0;
    bool good = store_run(store,
        "UPDATE alert_update SET waits = 1 WHERE alert = " NUMBER_OF_ALERT " AND waits = 0",
        VALUES(TEXT(str_of(alert))), &changed, diag);
    *waits = changed > 0;
    return good;
}

bool growth_next_update(struct store *store, int64_t *due_ms, struct diag *diag) {
    *due_ms = INT64_MAX;
    return store_ask(store,
        "SELECT due_ms FROM alert_update WHERE waits = 1 ORDER BY due_ms LIMIT 1", NO_VALUES,
        due_ms, diag);
}

static bool find_due(struct store *store, int64_t now_ms, struct growth_updates *updates,
    bool *found, struct diag *diag) {
    struct db_rows rows;
    struct arena arena = {0};
    db_query(store->db, &rows,
        "SELECT id FROM alert_update JOIN alert ON number = alert WHERE waits = 1 AND due_ms <= ?1"
        " ORDER BY due_ms, alert LIMIT 1",
        VALUES(NUMBER(now_ms)), diag);
    *found = db_next(&rows, diag);
    if (*found) snprintf(updates->alert, ALERT_ID, "%s", db_text(&rows, 0, &arena).at);
    arena_release(&arena);
    return db_end(&rows);
}

/* Of the matches that were counted behind the first `told`. */
static bool count_addresses(
    struct store *store, const char *alert, int64_t told, int64_t *addresses, struct diag *diag) {
    return db_ask(store->db,
        "SELECT count(DISTINCT address) FROM alert_event WHERE alert = " NUMBER_OF_ALERT
        " AND nth > ?2 AND address <> ''",
        VALUES(TEXT(str_of(alert)), NUMBER(told)), addresses, diag);
}

static bool list_due(struct store *store, int64_t now_ms, struct arena *arena,
    struct growth_updates *updates, struct diag *diag) {
    struct db_rows rows;
    bool good = true;
    db_query(store->db, &rows,
        "SELECT destination, count - alert_update.told, due_ms - every_ms, alert_update.told"
        " FROM alert_update JOIN alert ON number = alert"
        " WHERE id = ?1 AND waits = 1 AND due_ms <= ?2 ORDER BY destination",
        VALUES(TEXT(str_of(updates->alert)), NUMBER(now_ms)), diag);
    while (good && db_next(&rows, diag)) {
        updates->list = arena_grow(arena, updates->list, updates->count);
        struct growth_update *update = &updates->list[updates->count++];
        *update = (struct growth_update){.destination = db_text(&rows, 0, arena)};
        update->more.count = db_number(&rows, 1);
        update->more.since_ms = db_number(&rows, 2);
        good = count_addresses(
            store, updates->alert, db_number(&rows, 3), &update->more.addresses, diag);
    }
    return db_end(&rows) && good;
}

bool growth_due(struct store *store, int64_t now_ms, struct arena *arena,
    struct growth_updates *updates, struct diag *diag) {
    bool entered = store_enter(store), found = false;
    *updates = (struct growth_updates){0};
    bool good = find_due(store, now_ms, updates, &found, diag) &&
                (!found || list_due(store, now_ms, arena, updates, diag));
    store_leave(store, entered);
    return good;
}

bool growth_told(struct store *store, const char *alert, struct str destination, int64_t now_ms,
    struct diag *diag) {
    return store_run(store,
        "UPDATE alert_update SET waits = 0, due_ms = ?3 + every_ms,"
        " told = (SELECT count FROM alert WHERE id = ?1)"
        " WHERE alert = " NUMBER_OF_ALERT " AND (destination = ?2 OR ?2 = '')",
        VALUES(TEXT(str_of(alert)), TEXT(destination), NUMBER(now_ms)), NULL, diag);
}

/* ---- its end ---- */

bool growth_open(struct store *store, const char *alert, int64_t due_ms, struct diag *diag) {
    return store_run(store,
        "INSERT INTO alert_open (alert, rule, dedup, log, due_ms)"
        " SELECT number, rule, dedup, log, ?2 FROM alert WHERE id = ?1"
        " ON CONFLICT (alert) DO UPDATE SET due_ms = excluded.due_ms",
        VALUES(TEXT(str_of(alert)), NUMBER(due_ms)), NULL, diag);
}

bool growth_close(struct store *store, const char *alert, struct diag *diag) {
    return store_run(store, "DELETE FROM alert_open WHERE alert = " NUMBER_OF_ALERT,
        VALUES(TEXT(str_of(alert))), NULL, diag);
}

#define SELECT_OPEN                                                                                \
    "SELECT id, alert_open.rule, due_ms, last_time_ms FROM alert_open JOIN alert ON number = alert"

static bool read_open(struct db_rows *rows, struct arena *arena, struct growth_open *open,
    bool *found, struct diag *diag) {
    *found = db_next(rows, diag);
    if (*found) {
        *open = (struct growth_open){.rule = db_text(rows, 1, arena),
            .due_ms = db_number(rows, 2),
            .last_time_ms = db_number(rows, 3)};
        snprintf(open->alert, ALERT_ID, "%s", db_text(rows, 0, arena).at);
    }
    return db_end(rows);
}

bool growth_next_open(struct store *store, struct str log, int64_t until_ms, struct arena *arena,
    struct growth_open *open, bool *found, struct diag *diag) {
    struct db_rows rows;
    bool entered = store_enter(store);
    db_query(store->db, &rows,
        SELECT_OPEN " WHERE alert_open.log = ?1 AND due_ms <= ?2 AND due_ms < ?3"
                    " ORDER BY due_ms, alert LIMIT 1",
        VALUES(TEXT(log), NUMBER(until_ms), NUMBER(INT64_MAX)), diag);
    bool good = read_open(&rows, arena, open, found, diag);
    store_leave(store, entered);
    return good;
}

bool growth_open_of(struct store *store, struct str rule, struct str dedup, int64_t time_ms,
    struct arena *arena, struct growth_open *open, bool *found, struct diag *diag) {
    struct db_rows rows;
    bool entered = store_enter(store);
    db_query(store->db, &rows,
        SELECT_OPEN " WHERE alert_open.rule = ?1 AND alert_open.dedup = ?2 AND last_time_ms <= ?3"
                    " ORDER BY alert LIMIT 1",
        VALUES(TEXT(rule), TEXT(dedup), NUMBER(time_ms)), diag);
    bool good = read_open(&rows, arena, open, found, diag);
    store_leave(store, entered);
    return good;
}

bool growth_end_add(
    struct store *store, const struct growth_end *end, int64_t forget_ms, struct diag *diag) {
    struct store_change change;
    if (!store_change_begin(store, &change, diag)) return false;
    bool good =
        db_run(store->db,
            "INSERT INTO alert_end (rule, dedup, log, time_ms) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT (rule, dedup) DO UPDATE SET time_ms = max(time_ms, ?4)",
            VALUES(TEXT(end->rule), TEXT(end->dedup), TEXT(end->log), NUMBER(end->time_ms)),
            diag) &&
        db_run(store->db,
            "DELETE FROM alert_end WHERE (rule, dedup) IN (SELECT rule, dedup FROM alert_end"
            " WHERE log = ?1 AND time_ms < ?2 ORDER BY time_ms LIMIT 4)",
            VALUES(TEXT(end->log), NUMBER(forget_ms)), diag);
    return store_change_end(store, &change, good, diag);
}

bool growth_end_of(
    struct store *store, struct str rule, struct str dedup, int64_t *time_ms, struct diag *diag) {
    *time_ms = CLOCK_UNKNOWN;
    return store_ask(store, "SELECT time_ms FROM alert_end WHERE rule = ?1 AND dedup = ?2",
        VALUES(TEXT(rule), TEXT(dedup)), time_ms, diag);
}

bool growth_when_due(struct store *store, struct str log, int64_t *due_ms, struct diag *diag) {
    *due_ms = INT64_MAX;
    return store_ask(store, "SELECT due_ms FROM alert_open WHERE log = ?1 ORDER BY due_ms LIMIT 1",
        VALUES(TEXT(log)), due_ms, diag);
}
