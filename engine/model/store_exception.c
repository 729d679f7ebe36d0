#include "model/store_private.h"

bool store_exception_count(struct store *store, const struct store_exception *exception,
    int64_t now_ms, struct diag *diag) {
    return store_run(store,
        "INSERT INTO exception (rule, id, hits, last_ms, seen_ms, owner, until, reason)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET"
        " hits = hits + ?3, last_ms = max(last_ms, ?4), seen_ms = ?5, owner = ?6, until = ?7",
        VALUES(TEXT(exception->rule), TEXT(exception->id), NUMBER(exception->hits),
            NUMBER(exception->last_ms), NUMBER(now_ms), TEXT(exception->owner),
            TEXT(exception->until), TEXT(exception->reason)),
        NULL, diag);
}

static void read_exception(
    const struct db_rows *rows, struct arena *arena, struct store_exception *exception) {
    *exception = (struct store_exception){
        .rule = db_text(rows, 0, arena),
        .id = db_text(rows, 1, arena),
        .hits = db_number(rows, 2),
        .last_ms = db_number(rows, 3),
        .owner = db_text(rows, 4, arena),
        .until = db_text(rows, 5, arena),
        .reason = db_text(rows, 6, arena),
    };
}

bool store_exceptions_list(
    struct store *store, store_exception_each *each, void *context, struct diag *diag) {
    struct db_rows rows;
    struct arena arena = {0};
    struct store_exception exception;
    bool entered = store_enter(store), more = true;
    db_query(store->db, &rows,
        "SELECT rule, id, hits, last_ms, owner, until, reason FROM exception"
        " ORDER BY rule, hits DESC, reason, id",
        NO_VALUES, diag);
    for (; more && db_next(&rows, diag); arena_reset(&arena)) {
        read_exception(&rows, &arena, &exception);
        more = each(context, &exception);
    }
    bool good = db_end(&rows);
    store_leave(store, entered);
    arena_release(&arena);
    return good;
}
