#include "model/memory_private.h"

int memory_row_cmp(const struct memory_row *a, const struct memory_row *b) {
    if (a->time_ms != b->time_ms) return a->time_ms < b->time_ms ? -1 : 1;
    return str_cmp(a->event, b->event);
}

#define COLUMNS "time_ms, event, keep_ms, counted, fired, value"

static bool read_rows(
    const struct memory_taking *taking, struct db_rows *from, struct memory_rows *rows) {
    *rows = (struct memory_rows){0};
    while (db_next(from, taking->diag)) {
        rows->list = arena_grow(taking->arena, rows->list, rows->count);
        rows->list[rows->count++] = (struct memory_row){
            .time_ms = db_number(from, 0),
            .event = db_text(from, 1, taking->arena),
            .keep_ms = db_number(from, 2),
            .counted = db_number(from, 3) != 0,
            .fired = db_number(from, 4) != 0,
            .value = db_text(from, 5, taking->arena),
        };
    }
    return db_end(from);
}

bool memory_rows_back(const struct memory_taking *taking, uint32_t step, int64_t lowest_ms,
    int64_t highest_ms, int64_t limit, struct memory_rows *rows) {
    struct db_rows from;
    db_query(taking->memory->store->db, &from,
        "SELECT " COLUMNS " FROM memory_event"
        " WHERE key = ?1 AND step = ?2 AND time_ms > ?3 AND time_ms <= ?4"
        " ORDER BY time_ms DESC, event DESC LIMIT ?5",
        VALUES(NUMBER(taking->key), NUMBER(step), NUMBER(lowest_ms), NUMBER(highest_ms),
            NUMBER(limit)),
        taking->diag);
    return read_rows(taking, &from, rows);
}

bool memory_rows_on(const struct memory_taking *taking, uint32_t step, int64_t lowest_ms,
    int64_t highest_ms, int64_t limit, struct memory_rows *rows) {
    struct db_rows from;
    db_query(taking->memory->store->db, &from,
        "SELECT " COLUMNS " FROM memory_event"
        " WHERE key = ?1 AND step = ?2 AND time_ms >= ?3 AND time_ms < ?4"
        " ORDER BY time_ms, event LIMIT ?5",
        VALUES(NUMBER(taking->key), NUMBER(step), NUMBER(lowest_ms), NUMBER(highest_ms),
            NUMBER(limit)),
        taking->diag);
    return read_rows(taking, &from, rows);
}

static bool mark(
    const struct memory_taking *taking, uint32_t step, const struct memory_row *row, bool fired) {
    return db_run(taking->memory->store->db,
        "UPDATE memory_event SET counted = 1, fired = max(fired, ?5)"
        " WHERE key = ?1 AND step = ?2 AND time_ms = ?3 AND event = ?4",
        VALUES(NUMBER(taking->key), NUMBER(step), NUMBER(row->time_ms), TEXT(row->event),
            NUMBER(fired)),
        taking->diag);
}

static void add_hit(struct memory_fire *fire, struct arena *arena, const struct memory_row *row) {
    fire->hits = arena_grow(arena, fire->hits, fire->hit_count);
    fire->hits[fire->hit_count++] = (struct memory_hit){row->event, row->time_ms};
}

bool memory_fire_row(const struct memory_taking *taking, uint32_t step,
    const struct memory_row *row, struct str kept, const struct memory_rows *hits,
    const uint32_t *steps) {
    struct memory_fire fire = {.time_ms = row->time_ms, .event_id = row->event, .kept = kept};
    for (size_t i = 0; i < hits->count; i++) {
        struct memory_row *hit = &hits->list[i];
        if (hit->counted) continue;
        hit->counted = true;
        add_hit(&fire, taking->arena, hit);
        if (!mark(taking, steps ? steps[i] : step, hit, false)) return false;
    }
    struct memory_fires *fires = taking->fires;
    fires->list = arena_grow(taking->arena, fires->list, fires->count);
    fires->list[fires->count++] = fire;
    return mark(taking, step, row, true);
}
