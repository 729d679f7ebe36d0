#include "model/store_private.h"

bool store_rejected_add(struct store *store, const struct rejected *rejected, struct diag *diag) {
    struct store_change change;
    if (!store_change_begin(store, &change, diag)) return false;
    bool good = db_run(store->db,
        "INSERT INTO rejected (source, line, record, rule, at_ms, reason, bytes)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        VALUES(TEXT(rejected->source), NUMBER(rejected->line), NUMBER(rejected->index),
            TEXT(rejected->rule), NUMBER(rejected->at_ms), TEXT(rejected->reason),
            TEXT(rejected->bytes)),
        diag);
    return store_change_end(store, &change, good, diag);
}

static struct rejected read_rejected(const struct db_rows *rows, struct arena *arena) {
    return (struct rejected){
        .id = db_number(rows, 0),
        .source = db_text(rows, 1, arena),
        .line = (uint64_t)db_number(rows, 2),
        .index = (uint64_t)db_number(rows, 3),
        .rule = db_text(rows, 4, arena),
        .at_ms = db_number(rows, 5),
        .reason = db_text(rows, 6, arena),
        .bytes = db_text(rows, 7, arena),
    };
}

bool store_rejected_list(struct store *store, int64_t limit, store_rejected_each *each,
    void *context, struct diag *diag) {
    struct db_rows rows;
    struct arena arena;
    arena_init(&arena);
    bool entered = store_enter(store), more = true;
    db_query(store->db, &rows,
        "SELECT id, source, line, record, rule, at_ms, reason, bytes FROM rejected"
        " WHERE id IN (SELECT id FROM rejected ORDER BY id DESC LIMIT ?1) ORDER BY id",
        VALUES(NUMBER(limit > 0 ? limit : -1)), diag);
    for (; more && db_next(&rows, diag); arena_reset(&arena)) {
        struct rejected rejected = read_rejected(&rows, &arena);
        more = each(context, &rejected);
    }
    bool good = db_end(&rows);
    store_leave(store, entered);
    arena_release(&arena);
    return good;
}
