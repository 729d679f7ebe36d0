#include "model/store_private.h"

#include "base/clock.h"
#include "text/json.h"

#include <stdio.h>

/* As read_alert reads them. */
#define COLUMNS                                                                                     \
    "id, rule, dedup, severity, log, time_ms, last_time_ms, period_ms, closes_ms, count, revision," \
    " state, rules_version, title, '[' || event_ids || ']', body, begins_ms, resolved_ms"

static void read_alert(const struct db_rows *rows, struct arena *arena, struct alert *alert) {
    *alert = (struct alert){
        .rule = db_text(rows, 1, arena),
        .dedup = db_text(rows, 2, arena),
        .severity = db_text(rows, 3, arena),
        .log = db_text(rows, 4, arena),
        .time_ms = db_number(rows, 5),
        .last_time_ms = db_number(rows, 6),
        .period_ms = db_number(rows, 7),
        .closes_ms = db_number(rows, 8),
        .count = db_number(rows, 9),
        .revision = db_number(rows, 10),
        .state = (enum alert_state)db_number(rows, 11),
        .rules_version = db_text(rows, 12, arena),
        .title = db_text(rows, 13, arena),
        .event_ids = db_text(rows, 14, arena),
        .body = db_text(rows, 15, arena),
        .begins_ms = db_number(rows, 16),
        .resolved_ms = db_number(rows, 17),
    };
    snprintf(alert->id, sizeof alert->id, "%s", db_text(rows, 0, arena).at);
}

static bool read_one(struct db_rows *rows, struct arena *arena, struct alert *alert, bool *found,
    struct diag *diag) {
    *found = db_next(rows, diag);
    if (*found) read_alert(rows, arena, alert);
    return db_end(rows);
}

/* ---- finding ---- */

/* At most two lie in reach of the event, since each was raised because no other was in reach; more
 * only when the rule's period has grown since, or when events came out of order, and then the latest
 * few will do. */
bool store_alert_match(struct store *store, const struct store_match *match, struct arena *arena,
    struct alert *alert, bool *found, struct diag *diag) {
    *found = false;
    if (match->period_ms <= 0 || match->time_ms == CLOCK_UNKNOWN) return true;
    struct db_rows rows;
    bool entered = store_enter(store);
    db_query(store->db, &rows,
        "SELECT " COLUMNS " FROM alert WHERE number = (SELECT number FROM"
        "  (SELECT number, id, begins_ms FROM alert"
        "   WHERE rule = ?1 AND dedup = ?2 AND begins_ms > ?3 AND begins_ms < ?4 AND period_ms > 0"
        "   ORDER BY begins_ms DESC LIMIT 8)"
        "  ORDER BY EXISTS (SELECT 1 FROM alert_event WHERE alert = number AND event = ?5) DESC,"
        "  begins_ms > ?6, abs(begins_ms - ?6), id LIMIT 1)",
        VALUES(TEXT(match->rule), TEXT(match->dedup),
            NUMBER(clock_add_ms(match->time_ms, -match->period_ms)),
            NUMBER(clock_add_ms(match->time_ms, match->period_ms)), TEXT(match->event_id),
            NUMBER(match->time_ms)),
        diag);
    bool good = read_one(&rows, arena, alert, found, diag);
    store_leave(store, entered);
    return good;
}

bool store_alert_holding(struct store *store, const struct store_match *match, struct arena *arena,
    struct alert *alert, bool *found, struct diag *diag) {
    struct db_rows rows;
    bool entered = store_enter(store);
    db_query(store->db, &rows,
        "SELECT " COLUMNS " FROM alert WHERE number = (SELECT alert.number FROM alert"
        "  JOIN alert_event ON alert_event.alert = alert.number AND alert_event.event = ?5"
        "  WHERE rule = ?1 AND dedup = ?2 AND begins_ms > ?3 AND begins_ms < ?4 AND period_ms > 0"
        "  LIMIT 1)",
        VALUES(TEXT(match->rule), TEXT(match->dedup),
            NUMBER(clock_add_ms(match->time_ms, -clock_add_ms(match->period_ms, match->period_ms))),
            NUMBER(clock_add_ms(match->time_ms, clock_add_ms(match->period_ms, match->period_ms))),
            TEXT(match->event_id)),
        diag);
    bool good = read_one(&rows, arena, alert, found, diag);
    store_leave(store, entered);
    return good;
}

bool store_alert_nearest(struct store *store, const struct store_match *match, struct arena *arena,
    struct alert *alert, bool *found, struct diag *diag) {
    struct db_rows rows;
    bool entered = store_enter(store);
    db_query(store->db, &rows,
        "SELECT " COLUMNS " FROM alert WHERE number IN (SELECT number FROM alert"
        "  WHERE rule = ?1 AND dedup = ?2 AND begins_ms <= ?3 AND period_ms > 0"
        "  ORDER BY begins_ms DESC LIMIT 1)"
        " OR number IN (SELECT number FROM alert"
        "  WHERE rule = ?1 AND dedup = ?2 AND begins_ms > ?3 AND period_ms > 0"
        "  ORDER BY begins_ms LIMIT 1)"
        " ORDER BY abs(begins_ms - ?3), id LIMIT 1",
        VALUES(TEXT(match->rule), TEXT(match->dedup), NUMBER(match->time_ms)), diag);
    bool good = read_one(&rows, arena, alert, found, diag);
    store_leave(store, entered);
    return good;
}

bool store_alert_find(struct store *store, const char *id, struct arena *arena, struct alert *alert,
    bool *found, struct diag *diag) {
    struct db_rows rows;
    bool entered = store_enter(store);
    db_query(store->db, &rows, "SELECT " COLUMNS " FROM alert WHERE id = ?1",
        VALUES(TEXT(str_of(id))), diag);
    bool good = read_one(&rows, arena, alert, found, diag);
    store_leave(store, entered);
    return good;
}

/* Ids are hex digits: 'g' is behind all that begin with the prefix. */
bool store_alert_resolve(
    struct store *store, struct str prefix, char id[ALERT_ID], int *found, struct diag *diag) {
    struct db_rows rows;
    struct arena arena;
    arena_init(&arena);
    bool entered = store_enter(store);
    db_query(store->db, &rows,
        "SELECT id FROM alert WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT 2",
        VALUES(TEXT(prefix)), diag);
    for (*found = 0; db_next(&rows, diag); ++*found)
        snprintf(id, ALERT_ID, "%s", db_text(&rows, 0, &arena).at);
    bool good = db_end(&rows);
    store_leave(store, entered);
    arena_release(&arena);
    return good;
}

/* ---- raising and counting ---- */

static bool note_event(
    struct store *store, const char *id, struct str event_id, bool *fresh, struct diag *diag) {
    bool good = db_run(store->db,
        "INSERT INTO alert_event (alert, event)"
        " VALUES ((SELECT number FROM alert WHERE id = ?1), ?2) ON CONFLICT DO NOTHING",
        VALUES(TEXT(str_of(id)), TEXT(event_id)), diag);
    *fresh = good && db_changes(store->db) > 0;
    return good;
}

static bool insert_alert(struct store *store, const struct alert *alert, struct str quoted_event,
    int64_t now_ms, bool *fresh, struct diag *diag) {
    bool told = alert->revision > 0;
    bool good = db_run(store->db,
        "INSERT INTO alert (id, rule, dedup, severity, log, time_ms, last_time_ms, period_ms,"
        " closes_ms, count, told, revision, state, created_ms, rules_version, title, event_ids,"
        " body, begins_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, 1, ?9, ?10, ?11, ?12, ?13,"
        " ?14, ?15, ?16, ?17) ON CONFLICT (id) DO NOTHING",
        VALUES(TEXT(str_of(alert->id)), TEXT(alert->rule), TEXT(alert->dedup),
            TEXT(alert->severity), TEXT(alert->log), NUMBER(alert->time_ms),
            NUMBER(alert->period_ms), NUMBER(alert->closes_ms), NUMBER(told),
            NUMBER(alert->revision), NUMBER(alert->state), NUMBER(now_ms),
            TEXT(alert->rules_version), TEXT(alert->title), TEXT(quoted_event), TEXT(alert->body),
            NUMBER(alert->begins_ms)),
        diag);
    *fresh = good && db_changes(store->db) > 0;
    return good;
}

bool store_alert_add(struct store *store, const struct alert *alert, struct str event_id,
    int64_t now_ms, bool *fresh, struct diag *diag) {
    struct store_change change;
    if (!store_change_begin(store, &change, diag)) return false;
    struct buf quoted;
    bool noted;
    buf_init(&quoted);
    json_print_string(&quoted, event_id);
    bool good = insert_alert(store, alert, buf_str(&quoted), now_ms, fresh, diag);
    if (good && *fresh) good = note_event(store, alert->id, event_id, &noted, diag);
    buf_release(&quoted);
    return store_change_end(store, &change, good, diag);
}

static bool raise_count(
    struct store *store, const char *id, struct str event_id, int64_t time_ms, struct diag *diag) {
    struct buf quoted;
    buf_init(&quoted);
    json_print_string(&quoted, event_id);
    bool good = db_run(store->db,
        "UPDATE alert SET count = count + 1, last_time_ms = max(last_time_ms, ?2),"
        " event_ids = CASE WHEN count < ?4 THEN event_ids || ',' || ?3 ELSE event_ids END"
        " WHERE id = ?1",
        VALUES(TEXT(str_of(id)), NUMBER(time_ms), TEXT(buf_str(&quoted)), NUMBER(ALERT_EVENT_IDS)),
        diag);
    buf_release(&quoted);
    return good;
}

bool store_alert_count(struct store *store, const char *id, struct str event_id, int64_t time_ms,
    bool *fresh, struct diag *diag) {
    struct store_change change;
    if (!store_change_begin(store, &change, diag)) return false;
    bool good = note_event(store, id, event_id, fresh, diag);
    if (good && *fresh) good = raise_count(store, id, event_id, time_ms, diag);
    return store_change_end(store, &change, good, diag);
}

/* ---- telling ---- */

static bool next_untold(struct store *store, int64_t until_ms, struct arena *arena,
    struct alert *alert, bool *found, struct diag *diag) {
    struct db_rows rows;
    db_query(store->db, &rows,
        "SELECT " COLUMNS " FROM alert WHERE told < count AND closes_ms <= ?1"
        " ORDER BY closes_ms, time_ms, id LIMIT 1",
        VALUES(NUMBER(until_ms)), diag);
    return read_one(&rows, arena, alert, found, diag);
}

static bool mark_told(struct store *store, struct alert *alert, struct diag *diag) {
    if (alert->revision++ > 0 && alert->state != ALERT_RESOLVED) alert->state = ALERT_UPDATED;
    return db_run(store->db,
        "UPDATE alert SET told = count, revision = ?2, state = ?3 WHERE id = ?1",
        VALUES(TEXT(str_of(alert->id)), NUMBER(alert->revision), NUMBER(alert->state)), diag);
}

/* One at a time, so that no statement is open while `each` changes the store. */
bool store_alerts_close(struct store *store, int64_t until_ms, store_alert_each *each,
    void *context, struct diag *diag) {
    struct store_change change;
    if (!store_change_begin(store, &change, diag)) return false;
    struct arena arena;
    struct alert alert;
    bool good = true, found = true, more = true;
    for (arena_init(&arena); good && found && more; arena_reset(&arena)) {
        good = next_untold(store, until_ms, &arena, &alert, &found, diag) &&
               (!found || mark_told(store, &alert, diag));
        if (good && found) more = each(context, &alert);
    }
    arena_release(&arena);
    return store_change_end(store, &change, good, diag);
}

bool store_next_close(struct store *store, int64_t *closes_ms, struct diag *diag) {
    *closes_ms = INT64_MAX;
    return store_ask(store,
        "SELECT closes_ms FROM alert WHERE told < count ORDER BY closes_ms LIMIT 1", NO_VALUES,
        closes_ms, diag);
}

/* ---- listing ---- */

static void query_list(struct store *store, struct db_rows *rows,
    const struct store_alert_filter *filter, struct diag *diag) {
    db_query(store->db, rows,
        "SELECT " COLUMNS " FROM alert WHERE number IN (SELECT number FROM alert"
        " WHERE (?1 = '' OR rule = ?1) AND (?2 = '' OR severity = ?2) AND time_ms >= ?3"
        " ORDER BY time_ms DESC, id DESC LIMIT ?4) ORDER BY time_ms, id",
        VALUES(TEXT(filter->rule), TEXT(filter->severity), NUMBER(filter->since_ms),
            NUMBER(filter->limit > 0 ? filter->limit : -1)),
        diag);
}

bool store_alerts_list(struct store *store, const struct store_alert_filter *filter,
    store_alert_each *each, void *context, struct diag *diag) {
    struct db_rows rows;
    struct arena arena;
    struct alert alert;
    arena_init(&arena);
    bool entered = store_enter(store), more = true;
    query_list(store, &rows, filter, diag);
    for (; more && db_next(&rows, diag); arena_reset(&arena)) {
        read_alert(&rows, &arena, &alert);
        more = each(context, &alert);
    }
    bool good = db_end(&rows);
    store_leave(store, entered);
    arena_release(&arena);
    return good;
}
