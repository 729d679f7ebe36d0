#include "model/store_private.h"

bool store_unread_add(struct store *store, struct str alert, struct diag *diag) {
    return store_run(
        store, "INSERT INTO unread_alert (alert) VALUES (?1)", VALUES(TEXT(alert)), NULL, diag);
}

bool store_unread_list(
    struct store *store, store_unread_each *each, void *context, struct diag *diag) {
    struct db_rows rows;
    struct arena arena;
    arena_init(&arena);
    bool entered = store_enter(store), more = true;
    db_query(store->db, &rows, "SELECT number, alert FROM unread_alert ORDER BY number", NO_VALUES,
        diag);
    for (; more && db_next(&rows, diag); arena_reset(&arena))
        more = each(context, db_number(&rows, 0), db_text(&rows, 1, &arena));
    bool good = db_end(&rows);
    store_leave(store, entered);
    arena_release(&arena);
    return good;
}

bool store_unread_drop(struct store *store, int64_t until, struct diag *diag) {
    return store_run(
        store, "DELETE FROM unread_alert WHERE number <= ?1", VALUES(NUMBER(until)), NULL, diag);
}
