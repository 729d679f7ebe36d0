/* first_seen: a key's stretch is the time from its first to its last sighting, no two of which are
 * `within` apart. Sightings that are not decided yet are rows beside it; they are decided in the
 * order of their times, but for those that came too late. */
#include "model/memory_private.h"

struct stretch {
    int64_t first_ms, last_ms, started_ms;
};

static bool read_stretch(const struct memory_taking *taking, struct stretch *stretch) {
    struct db_rows rows;
    db_query(taking->memory->store->db, &rows,
        "SELECT first_ms, last_ms, (SELECT started_ms FROM memory WHERE number = ?2)"
        " FROM memory_key WHERE number = ?1",
        VALUES(NUMBER(taking->key), NUMBER(taking->memory->number)), taking->diag);
    *stretch = (struct stretch){INT64_MAX, INT64_MIN, INT64_MAX};
    if (db_next(&rows, taking->diag))
        *stretch = (struct stretch){db_number(&rows, 0), db_number(&rows, 1), db_number(&rows, 2)};
    return db_end(&rows);
}

/* The newest stretch says all where nothing that counts in full comes later than `within`: what was
 * seen before it is then too far away. Else what was decided is kept in its rows. */
static bool keeps_rows(const struct memory *memory) {
    return memory->rule->within_ms <= memory->lateness_ms;
}

/* A sighting just before the stretch comes late: the first of it was told as new. */
static bool lies_in(const struct stretch *stretch, int64_t time_ms, int64_t within_ms) {
    if (stretch->last_ms < stretch->first_ms) return false;
    return time_ms > memory_add_ms(stretch->first_ms, -within_ms) &&
           time_ms < memory_add_ms(stretch->last_ms, within_ms);
}

/* Whether one that was decided lies less than `within` away; `fired` says that of a row here. */
static bool was_seen(const struct memory_taking *taking, const struct stretch *stretch,
    const struct memory_due *due, bool *seen) {
    int64_t within_ms = taking->memory->rule->within_ms;
    struct memory_rows rows;
    *seen = !keeps_rows(taking->memory) && lies_in(stretch, due->time_ms, within_ms);
    if (!keeps_rows(taking->memory)) return true;
    if (!memory_rows_on(taking, 0, memory_add_ms(due->time_ms, 1 - within_ms),
            memory_add_ms(due->time_ms, within_ms), -1, &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) *seen |= rows.list[i].fired;
    return true;
}

static bool grow(const struct memory_taking *taking, const struct stretch *stretch,
    const struct memory_due *due, bool joins) {
    struct stretch grown = {due->time_ms, due->time_ms, 0};
    if (joins && stretch->first_ms < grown.first_ms) grown.first_ms = stretch->first_ms;
    if (joins && stretch->last_ms > grown.last_ms) grown.last_ms = stretch->last_ms;
    if (!joins && stretch->last_ms > due->time_ms) grown = *stretch;
    return db_run(taking->memory->store->db,
        "UPDATE memory_key SET first_ms = ?2, last_ms = ?3, events = events - 1 WHERE number = ?1",
        VALUES(NUMBER(taking->key), NUMBER(grown.first_ms), NUMBER(grown.last_ms)), taking->diag);
}

/* `open` false: there was no room for it, and it was forgotten before its time. */
static bool close_row(
    const struct memory_taking *taking, const struct memory_due *due, bool *open) {
    static const char forget[] = "DELETE FROM memory_event"
                                 " WHERE key = ?1 AND step = 0 AND time_ms = ?2 AND event = ?3";
    static const char decided[] = "UPDATE memory_event SET fired = 1"
                                  " WHERE key = ?1 AND step = 0 AND time_ms = ?2 AND event = ?3";
    struct db *db = taking->memory->store->db;
    bool good = db_run(db, keeps_rows(taking->memory) ? decided : forget,
        VALUES(NUMBER(taking->key), NUMBER(due->time_ms), TEXT(due->event_id)), taking->diag);
    *open = good && db_changes(db) > 0;
    return good;
}

bool memory_seen_decide(const struct memory_taking *taking, const struct memory_due *due) {
    const struct memory_rule *rule = taking->memory->rule;
    struct stretch stretch;
    bool seen, open;
    if (!read_stretch(taking, &stretch) || !was_seen(taking, &stretch, due, &seen) ||
        !close_row(taking, due, &open))
        return false;
    if (!open) return true;
    bool learnt = due->time_ms >= memory_add_ms(stretch.started_ms, rule->learn_ms);
    struct memory_row own = {.time_ms = due->time_ms, .event = due->event_id};
    if (!seen && learnt &&
        !memory_fire_row(taking, 0, &own, due->kept, &(struct memory_rows){&own, 1}, NULL))
        return false;
    return keeps_rows(taking->memory) || grow(taking, &stretch, due, seen);
}
