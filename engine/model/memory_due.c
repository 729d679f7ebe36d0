#include "model/memory_private.h"

int64_t memory_due_ms(const struct memory_rule *rule, int64_t time_ms, int64_t newest_ms) {
    bool late = clock_add_ms(newest_ms, -rule->lateness_ms) > time_ms;
    return clock_add_ms(late ? newest_ms : time_ms, rule->lateness_ms);
}

bool memory_due_add(struct memory *memory, const struct memory_due *due, struct diag *diag) {
    return db_run(memory->store->db,
        "INSERT INTO memory_due (log, due_ms, memory, time_ms, event, key, kept)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        VALUES(TEXT(memory->log), NUMBER(due->due_ms), NUMBER(due->memory), NUMBER(due->time_ms),
            TEXT(due->event_id), NUMBER(due->key), TEXT(due->kept)),
        diag);
}

bool memory_drop_due(
    struct store *store, struct str log, const struct memory_due *due, struct diag *diag) {
    return db_run(store->db,
        "DELETE FROM memory_due WHERE log = ?1 AND due_ms = ?2 AND memory = ?3 AND time_ms = ?4"
        " AND event = ?5 AND key = ?6",
        VALUES(TEXT(log), NUMBER(due->due_ms), NUMBER(due->memory), NUMBER(due->time_ms),
            TEXT(due->event_id), NUMBER(due->key)),
        diag);
}

bool memory_next_due(struct store *store, struct str log, int64_t now_ms, struct arena *arena,
    struct memory_due *due, bool *found, struct diag *diag) {
    struct db_rows rows;
    bool entered = store_enter(store);
    db_query(store->db, &rows,
        "SELECT memory, key, due_ms, time_ms, event, kept FROM memory_due"
        " WHERE log = ?1 AND due_ms <= ?2"
        " ORDER BY due_ms, memory, time_ms, event, key LIMIT 1",
        VALUES(TEXT(log), NUMBER(now_ms)), diag);
    *found = db_next(&rows, diag);
    if (*found)
        *due = (struct memory_due){
            .memory = db_number(&rows, 0),
            .key = db_number(&rows, 1),
            .due_ms = db_number(&rows, 2),
            .time_ms = db_number(&rows, 3),
            .event_id = db_text(&rows, 4, arena),
            .kept = db_text(&rows, 5, arena),
        };
    bool good = db_end(&rows);
    store_leave(store, entered);
    return good;
}

bool memory_when_due(struct store *store, struct str log, int64_t *due_ms, struct diag *diag) {
    *due_ms = INT64_MAX;
    return store_ask(store, "SELECT due_ms FROM memory_due WHERE log = ?1 ORDER BY due_ms LIMIT 1",
        VALUES(TEXT(log)), due_ms, diag);
}
