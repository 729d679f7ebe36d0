#include "model/store_private.h"

bool store_rejected_add(struct store *store, const struct rejected *rejected, struct diag *diag) {
    return store_run(store,
        "INSERT INTO rejected (source, line, record, rule, at_ms, reason, bytes, kind, event)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        VALUES(TEXT(rejected->source), NUMBER(rejected->line), NUMBER(rejected->index),
            TEXT(rejected->rule), NUMBER(rejected->at_ms), TEXT(rejected->reason),
            TEXT(rejected->bytes), NUMBER(rejected->kind), TEXT(rejected->event_id)),
        NULL, diag);
}

/* Of a newer program's it is a failure all the same. */
static enum failure_kind read_kind(int64_t number) {
    bool known = number >= 0 && number < FAILURE_KINDS;
    return known ? (enum failure_kind)number : FAILURE_ERROR;
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
        .kind = read_kind(db_number(rows, 8)),
        .event_id = db_text(rows, 9, arena),
    };
}

bool store_rejected_list(struct store *store, const struct store_rejected_filter *filter,
    store_rejected_each *each, void *context, struct diag *diag) {
    struct db_rows rows;
    struct arena arena;
    arena_init(&arena);
    bool entered = store_enter(store), more = true;
    db_query(store->db, &rows,
        "SELECT id, source, line, record, rule, at_ms, reason, bytes, kind, event FROM rejected"
        " WHERE id IN (SELECT id FROM rejected WHERE (rule <> '') = ?1 AND (?2 = '' OR rule = ?2)"
        "   AND at_ms >= ?3 ORDER BY id DESC LIMIT ?4) ORDER BY id",
        VALUES(NUMBER(filter->failures), TEXT(filter->rule), NUMBER(filter->since_ms),
            NUMBER(filter->limit > 0 ? filter->limit : -1)),
        diag);
    for (; more && db_next(&rows, diag); arena_reset(&arena)) {
        struct rejected rejected = read_rejected(&rows, &arena);
        more = each(context, &rejected);
    }
    bool good = db_end(&rows);
    store_leave(store, entered);
    arena_release(&arena);
    return good;
}
