/* Matches of a key: in the store, and in its lines. */
#include "model/memory_private.h"

enum { PRUNED_SHARE = 256 }; /* of the room there is */

/* ---- reading ---- */

static bool load(const struct memory_taking *taking, struct memory_line *line) {
    struct memory_lines *lines = taking->memory->store->lines;
    struct db_rows rows;
    db_query(taking->memory->store->db, &rows,
        "SELECT time_ms, event, keep_ms, counted, fired, value FROM memory_event"
        " WHERE key = ?1 AND step = ?2 ORDER BY time_ms, event",
        VALUES(NUMBER(line->key), NUMBER(line->step)), taking->diag);
    while (db_next(&rows, taking->diag)) {
        const struct memory_row row = {
            .time_ms = db_number(&rows, 0),
            .event = db_text(&rows, 1, taking->arena),
            .keep_ms = db_number(&rows, 2),
            .counted = db_number(&rows, 3) != 0,
            .fired = db_number(&rows, 4) != 0,
        };
        memory_line_add(lines, line, &row, db_text(&rows, 5, taking->arena));
    }
    return db_end(&rows);
}

bool memory_line_read(
    const struct memory_taking *taking, uint32_t step, struct memory_line **line) {
    struct memory_lines *lines = taking->memory->store->lines;
    *line = memory_line_find(lines, taking->key, step);
    if (*line) return true;
    const struct memory_rule *rule = taking->memory->rule;
    bool valued = rule->is_unique || rule->kind == MEMORY_AGGREGATE;
    *line = memory_line_make(lines, taking->key, step, valued);
    return load(taking, *line);
}

bool memory_rows_between(const struct memory_taking *taking, uint32_t step, int64_t from_ms,
    int64_t before_ms, struct memory_rows *rows) {
    struct memory_line *line;
    *rows = (struct memory_rows){0};
    if (!memory_line_read(taking, step, &line)) return false;
    size_t from = memory_line_place(line, from_ms, (struct str){0});
    size_t end = memory_line_place(line, before_ms, (struct str){0});
    if (from < end) *rows = (struct memory_rows){line->list + from, end - from};
    return true;
}

bool memory_row_find(const struct memory_taking *taking, uint32_t step,
    const struct memory_due *due, struct memory_row **row) {
    struct memory_line *line;
    *row = NULL;
    if (!memory_line_read(taking, step, &line)) return false;
    size_t at = memory_line_place(line, due->time_ms, due->event_id);
    if (at < line->count && line->list[at].time_ms == due->time_ms &&
        str_eq(line->list[at].event, due->event_id))
        *row = &line->list[at];
    return true;
}

/* ---- adding ---- */

static bool insert(const struct memory_taking *taking, const struct memory_match *match) {
    return db_run(taking->memory->store->db,
        "INSERT INTO memory_event (key, step, time_ms, event, keep_ms, counted, fired, value)"
        " VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, ?6)",
        VALUES(NUMBER(taking->key), NUMBER(match->step), NUMBER(match->time_ms),
            TEXT(match->event_id), NUMBER(match->newest_ms), TEXT(match->value)),
        taking->diag);
}

/* The oldest `count` go. */
static bool cut(const struct memory_taking *taking, struct memory_line *line, size_t count) {
    const struct memory_row *last = &line->list[count - 1];
    bool good = db_run(taking->memory->store->db,
        "DELETE FROM memory_event WHERE key = ?1 AND step = ?2 AND (time_ms, event) <= (?3, ?4)",
        VALUES(NUMBER(line->key), NUMBER(line->step), NUMBER(last->time_ms), TEXT(last->event)),
        taking->diag);
    if (good) memory_line_cut(taking->memory->store->lines, line, count);
    return good;
}

static bool is_full(const struct memory_taking *taking, const struct memory_line *line) {
    return line->count >= (size_t)taking->memory->rule->most_events;
}

/* What can matter no more goes, some at a time. */
static bool prune(const struct memory_taking *taking, struct memory_line *line, int64_t newest_ms) {
    int64_t horizon_ms = memory_horizon_ms(taking->memory, line->step, newest_ms);
    size_t old = 0;
    while (old < line->count && line->list[old].keep_ms < horizon_ms) old++;
    bool few = old <= (size_t)taking->memory->rule->most_events / PRUNED_SHARE;
    return old == 0 || (few && !is_full(taking, line)) || cut(taking, line, old);
}

/* The oldest goes, be it the new one itself: `*has` false. */
static bool make_room(const struct memory_taking *taking, struct memory_line *line,
    const struct memory_row *row, bool *has) {
    *has = true;
    if (!is_full(taking, line)) return true;
    *has = memory_row_cmp(&line->list[0], row) <= 0;
    taking->memory->dropped++;
    return !*has || cut(taking, line, 1);
}

static bool is_there(const struct memory_line *line, const struct memory_row *row) {
    size_t at = memory_line_place(line, row->time_ms, row->event);
    return at < line->count && memory_row_cmp(&line->list[at], row) == 0;
}

bool memory_row_add(
    const struct memory_taking *taking, const struct memory_match *match, bool *fresh) {
    const struct memory_row row = {
        .time_ms = match->time_ms, .keep_ms = match->newest_ms, .event = match->event_id};
    struct memory_line *line;
    *fresh = false;
    if (!memory_line_read(taking, match->step, &line)) return false;
    if (is_there(line, &row)) return true;
    if (!prune(taking, line, match->newest_ms) || !make_room(taking, line, &row, fresh))
        return false;
    if (!*fresh) return true;
    memory_line_add(taking->memory->store->lines, line, &row, match->value);
    return insert(taking, match);
}

/* ---- firing ---- */

static bool mark(
    const struct memory_taking *taking, uint32_t step, const struct memory_row *row, bool fired) {
    struct memory_line *line;
    if (!memory_line_read(taking, step, &line)) return false;
    size_t at = memory_line_place(line, row->time_ms, row->event);
    line->list[at].counted = true;
    line->list[at].fired |= fired;
    return db_run(taking->memory->store->db,
        "UPDATE memory_event SET counted = 1, fired = max(fired, ?5)"
        " WHERE key = ?1 AND step = ?2 AND time_ms = ?3 AND event = ?4",
        VALUES(NUMBER(taking->key), NUMBER(step), NUMBER(row->time_ms), TEXT(row->event),
            NUMBER(fired)),
        taking->diag);
}

static void add_hit(struct memory_fire *fire, struct arena *arena, const struct memory_row *row) {
    fire->hits = arena_grow(arena, fire->hits, fire->hit_count);
    fire->hits[fire->hit_count++] = (struct memory_hit){
        arena_copy(arena, row->event), row->time_ms};
}

static void add_fire(
    struct memory_fires *fires, struct arena *arena, const struct memory_fire *fire) {
    fires->list = arena_grow(arena, fires->list, fires->count);
    fires->list[fires->count++] = *fire;
}

void memory_fire_alone(
    const struct memory_taking *taking, const struct memory_row *row, struct str kept) {
    struct memory_fire fire = {
        .time_ms = row->time_ms, .event_id = arena_copy(taking->arena, row->event), .kept = kept};
    add_hit(&fire, taking->arena, row);
    add_fire(taking->fires, taking->arena, &fire);
}

bool memory_row_decided(const struct memory_taking *taking, const struct memory_row *row) {
    return mark(taking, 0, row, true);
}

bool memory_fire_row(const struct memory_taking *taking, uint32_t step,
    const struct memory_row *row, struct str kept, const struct memory_rows *hits,
    const uint32_t *steps) {
    struct memory_fire fire = {
        .time_ms = row->time_ms, .event_id = arena_copy(taking->arena, row->event), .kept = kept};
    for (size_t i = 0; i < hits->count; i++) {
        const struct memory_row *hit = &hits->list[i];
        uint32_t of = steps ? steps[i] : step;
        if (hit->counted) continue;
        add_hit(&fire, taking->arena, hit);
        bool own = of == step && memory_row_cmp(hit, row) == 0;
        if (!own && !mark(taking, of, hit, false)) return false;
    }
    add_fire(taking->fires, taking->arena, &fire);
    return mark(taking, step, row, true);
}
