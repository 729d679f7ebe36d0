#include "model/store_private.h"

#include <stdio.h>

const char *const delivery_state_names[] = {"queued", "done", "given up", "dropped", NULL};

/* As read_delivery reads them; between the two goes how the deliveries are found. */
#define SELECT_DELIVERIES                                                                          \
    "SELECT delivery.id, alert.id, delivery.revision, destination, delivery.state, attempts,"      \
    " delivery.created_ms, due_ms, updated_ms, last_status, last_error, alert_state,"              \
    " more FROM delivery"
#define WITH_ALERTS " JOIN alert ON alert.number = delivery.alert"

static void read_delivery(
    const struct db_rows *rows, struct arena *arena, struct delivery *delivery) {
    *delivery = (struct delivery){
        .id = db_number(rows, 0),
        .revision = db_number(rows, 2),
        .destination = db_text(rows, 3, arena),
        .state = (enum delivery_state)db_number(rows, 4),
        .attempts = db_number(rows, 5),
        .created_ms = db_number(rows, 6),
        .due_ms = db_number(rows, 7),
        .updated_ms = db_number(rows, 8),
        .last_status = db_number(rows, 9),
        .last_error = db_text(rows, 10, arena),
        .alert_state = (enum alert_state)db_number(rows, 11),
        .more = db_text(rows, 12, arena),
    };
    snprintf(delivery->alert, sizeof delivery->alert, "%s", db_text(rows, 1, arena).at);
}

bool store_delivery_add_more(struct store *store, const char *alert, int64_t revision,
    struct str destination, struct str more, int64_t now_ms, struct diag *diag) {
    return store_run(store,
        "INSERT INTO delivery (alert, revision, destination, state, attempts, created_ms, due_ms,"
        " updated_ms, last_status, last_error, alert_state, more)"
        " VALUES ((SELECT number FROM alert WHERE id = ?1), ?2, ?3, ?4, 0, ?5, ?5, ?5, 0, '',"
        " (SELECT state FROM alert WHERE id = ?1), ?6)"
        " ON CONFLICT (alert, revision, destination) DO NOTHING",
        VALUES(TEXT(str_of(alert)), NUMBER(revision), TEXT(destination), NUMBER(DELIVERY_QUEUED),
            NUMBER(now_ms), TEXT(more)),
        NULL, diag);
}

bool store_delivery_add(struct store *store, const char *alert, int64_t revision,
    struct str destination, int64_t now_ms, struct diag *diag) {
    return store_delivery_add_more(store, alert, revision, destination, STR(""), now_ms, diag);
}

/* Queued is written as 0 for the sake of the partial index. */
_Static_assert(DELIVERY_QUEUED == 0, "the statements and the index below say 0");

/* By its index: SQLite would take the one by state, and pass over all that is queued for others,
 * which is most when one of them is down. */
static bool read_due(struct store *store, struct str destination, int64_t now_ms, int64_t limit,
    struct arena *arena, struct delivery *list, size_t *count, struct diag *diag) {
    struct db_rows rows;
    db_query(store->db, &rows,
        SELECT_DELIVERIES " INDEXED BY delivery_due" WITH_ALERTS
                          " WHERE destination = ?1 AND delivery.state = 0 AND due_ms <= ?2"
                          " AND NOT EXISTS (SELECT 1 FROM delivery AS earlier"
                          "  WHERE earlier.alert = delivery.alert AND earlier.state = 0"
                          "  AND earlier.revision < delivery.revision"
                          "  AND earlier.destination = delivery.destination)"
                          " ORDER BY due_ms, delivery.id LIMIT ?3",
        VALUES(TEXT(destination), NUMBER(now_ms), NUMBER(limit)), diag);
    for (*count = 0; db_next(&rows, diag); ++*count) read_delivery(&rows, arena, &list[*count]);
    return db_end(&rows);
}

bool store_deliveries_due(struct store *store, struct str destination, int64_t now_ms,
    int64_t limit, store_delivery_each *each, void *context, struct diag *diag) {
    if (limit <= 0) return true;
    struct arena arena;
    arena_init(&arena);
    size_t count = 0;
    struct delivery *list = arena_list(&arena, struct delivery, (size_t)limit);
    bool entered = store_enter(store);
    bool good = read_due(store, destination, now_ms, limit, &arena, list, &count, diag);
    store_leave(store, entered);
    for (size_t i = 0; good && i < count; i++)
        if (!each(context, &list[i])) break;
    arena_release(&arena);
    return good;
}

bool store_delivery_next(struct store *store, int64_t *due_ms, struct diag *diag) {
    *due_ms = INT64_MAX;
    return store_ask(store, "SELECT due_ms FROM delivery WHERE state = 0 ORDER BY due_ms LIMIT 1",
        NO_VALUES, due_ms, diag);
}

bool store_deliveries_count(
    struct store *store, enum delivery_state state, int64_t *count, struct diag *diag) {
    return store_ask(store, "SELECT count(*) FROM delivery WHERE state = ?1", VALUES(NUMBER(state)),
        count, diag);
}

bool store_delivery_save(
    struct store *store, const struct delivery *delivery, int64_t now_ms, struct diag *diag) {
    return store_run(store,
        "UPDATE delivery SET"
        " state = CASE WHEN state = ?8 AND ?2 <> ?9 THEN state ELSE ?2 END,"
        " attempts = ?3, due_ms = ?4, last_status = ?5, last_error = ?6, updated_ms = ?7"
        " WHERE id = ?1",
        VALUES(NUMBER(delivery->id), NUMBER(delivery->state), NUMBER(delivery->attempts),
            NUMBER(delivery->due_ms), NUMBER(delivery->last_status), TEXT(delivery->last_error),
            NUMBER(now_ms), NUMBER(DELIVERY_DROPPED), NUMBER(DELIVERY_DONE)),
        NULL, diag);
}

/* Two statements, as one with an "or" would read every delivery for those of one alert. */
static void query_list(
    struct store *store, struct db_rows *rows, const char *alert, struct diag *diag) {
    static const char all[] = SELECT_DELIVERIES WITH_ALERTS " ORDER BY delivery.id DESC";
    static const char of_alert[] = SELECT_DELIVERIES WITH_ALERTS
        " WHERE alert.id = ?1 ORDER BY delivery.id DESC";
    if (*alert)
        db_query(store->db, rows, of_alert, VALUES(TEXT(str_of(alert))), diag);
    else
        db_query(store->db, rows, all, NO_VALUES, diag);
}

bool store_deliveries_list(struct store *store, const char *alert, store_delivery_each *each,
    void *context, struct diag *diag) {
    struct db_rows rows;
    struct arena arena;
    struct delivery delivery;
    arena_init(&arena);
    bool entered = store_enter(store), more = true;
    query_list(store, &rows, alert, diag);
    for (; more && db_next(&rows, diag); arena_reset(&arena)) {
        read_delivery(&rows, &arena, &delivery);
        more = each(context, &delivery);
    }
    bool good = db_end(&rows);
    store_leave(store, entered);
    arena_release(&arena);
    return good;
}

static bool queue_again(struct store *store, const char *alert, struct str destination,
    int64_t now_ms, struct diag *diag) {
    return db_run(store->db,
        "UPDATE delivery SET state = 0, attempts = 0, created_ms = ?5, due_ms = ?5, updated_ms = ?5"
        " WHERE state IN (?3, ?4) AND (?2 = '' OR destination = ?2)"
        " AND (?1 = '' OR alert = (SELECT number FROM alert WHERE id = ?1))",
        VALUES(TEXT(str_of(alert)), TEXT(destination), NUMBER(DELIVERY_QUEUED),
            NUMBER(DELIVERY_GIVEN_UP), NUMBER(now_ms)),
        diag);
}

static bool drop(struct store *store, const char *alert, struct str destination, int64_t now_ms,
    struct diag *diag) {
    return db_run(store->db,
        "UPDATE delivery SET state = ?6, updated_ms = ?5"
        " WHERE state IN (?3, ?4) AND (?2 = '' OR destination = ?2)"
        " AND (?1 = '' OR alert = (SELECT number FROM alert WHERE id = ?1))",
        VALUES(TEXT(str_of(alert)), TEXT(destination), NUMBER(DELIVERY_QUEUED),
            NUMBER(DELIVERY_GIVEN_UP), NUMBER(now_ms), NUMBER(DELIVERY_DROPPED)),
        diag);
}

bool store_deliveries_set(struct store *store, const char *alert, struct str destination,
    enum delivery_state to, int64_t now_ms, int64_t *changed, struct diag *diag) {
    struct store_change change;
    *changed = 0;
    if (!store_change_begin(store, &change, diag)) return false;
    bool good = to == DELIVERY_QUEUED ? queue_again(store, alert, destination, now_ms, diag)
                                      : drop(store, alert, destination, now_ms, diag);
    if (good) *changed = db_changes(store->db);
    return store_change_end(store, &change, good, diag);
}
