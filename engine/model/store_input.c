#include "model/store_private.h"

#include <stdio.h>

static void read_input(const struct db_rows *rows, struct arena *arena, struct store_input *input) {
    input->path = db_text(rows, 0, arena);
    input->position.offset = (uint64_t)db_number(rows, 1);
    input->position.line = (uint64_t)db_number(rows, 2);
    input->position.index = (uint64_t)db_number(rows, 3);
    input->position.context = (uint32_t)db_number(rows, 4);
    input->size = db_number(rows, 5);
    input->done = db_number(rows, 6) != 0;
    input->position.column = (uint64_t)db_number(rows, 7);
    snprintf(input->head, sizeof input->head, "%s", db_text(rows, 8, arena).at);
}

bool store_input_find(struct store *store, const char *key, struct arena *arena,
    struct store_input *input, bool *found, struct diag *diag) {
    struct db_rows rows;
    bool entered = store_enter(store);
    db_query(store->db, &rows,
        "SELECT path, offset, line, records, context, size, done, line_column, head FROM input"
        " WHERE key = ?1",
        VALUES(TEXT(str_of(key))), diag);
    *input = (struct store_input){0};
    snprintf(input->key, sizeof input->key, "%s", key);
    *found = db_next(&rows, diag);
    if (*found) read_input(&rows, arena, input);
    bool good = db_end(&rows);
    store_leave(store, entered);
    return good;
}

bool store_input_save(
    struct store *store, const struct store_input *input, int64_t now_ms, struct diag *diag) {
    const struct record_position *position = &input->position;
    return store_run(store,
        "REPLACE INTO input"
        " (key, path, offset, line, records, context, size, done, seen_ms, line_column, head)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        VALUES(TEXT(str_of(input->key)), TEXT(input->path), NUMBER(position->offset),
            NUMBER(position->line), NUMBER(position->index), NUMBER(position->context),
            NUMBER(input->size), NUMBER(input->done), NUMBER(now_ms), NUMBER(position->column),
            TEXT(str_of(input->head))),
        NULL, diag);
}
