/* first_seen: a key's stretch is the time from its first to its last sighting, no two of which are
 * `within` apart. One that falls into it is known at once, whatever comes late; the others are decided
 * in the order of their times, but for those that came too late.
 *
 * The newest stretch says all where nothing that counts in full comes later than `within`: what was
 * seen before it is then too far away. Else sightings are rows, and those that were decided `fired`. */
#include "model/memory_private.h"

struct stretch {
    int64_t first_ms, last_ms; /* last < first: there is none */
};

bool memory_seen_has_rows(const struct memory *memory) {
    return memory->rule->within_ms <= memory->lateness_ms;
}

/* ---- by the stretch ---- */

/* `found` false: the key is no more, for lack of room. */
static bool read_stretch(const struct memory_taking *taking, struct stretch *stretch, bool *found) {
    struct db_rows rows;
    db_query(taking->memory->store->db, &rows,
        "SELECT first_ms, last_ms FROM memory_key WHERE number = ?1", VALUES(NUMBER(taking->key)),
        taking->diag);
    *found = db_next(&rows, taking->diag);
    if (*found) *stretch = (struct stretch){db_number(&rows, 0), db_number(&rows, 1)};
    return db_end(&rows);
}

static bool write_stretch(
    struct memory *memory, int64_t key, const struct stretch *stretch, struct diag *diag) {
    return db_run(memory->store->db,
        "UPDATE memory_key SET first_ms = ?2, last_ms = ?3 WHERE number = ?1",
        VALUES(NUMBER(key), NUMBER(stretch->first_ms), NUMBER(stretch->last_ms)), diag);
}

/* A sighting just before the stretch comes late: the first of it was told as new. */
static bool lies_in(const struct stretch *stretch, int64_t time_ms, int64_t within_ms) {
    if (stretch->last_ms < stretch->first_ms) return false;
    return time_ms > clock_add_ms(stretch->first_ms, -within_ms) &&
           time_ms < clock_add_ms(stretch->last_ms, within_ms);
}

static bool join(const struct memory_taking *taking, struct stretch stretch, int64_t time_ms) {
    if (time_ms >= stretch.first_ms && time_ms <= stretch.last_ms) return true;
    if (time_ms < stretch.first_ms) stretch.first_ms = time_ms;
    if (time_ms > stretch.last_ms) stretch.last_ms = time_ms;
    return write_stretch(taking->memory, taking->key, &stretch, taking->diag);
}

/* A new stretch, unless it lies before the one that there is. */
static bool begin(
    const struct memory_taking *taking, const struct stretch *stretch, int64_t time_ms) {
    const struct stretch begun = {time_ms, time_ms};
    return stretch->last_ms > time_ms ||
           write_stretch(taking->memory, taking->key, &begun, taking->diag);
}

static bool is_learnt(const struct memory *memory, int64_t time_ms) {
    return time_ms >= clock_add_ms(memory->started_ms, memory->rule->learn_ms);
}

/* Nothing that comes late can say that the rule had learnt by then. */
static bool is_learning(const struct memory *memory, const struct memory_match *match) {
    int64_t started_ms = clock_add_ms(match->newest_ms, -memory->lateness_ms);
    if (memory->started_ms < started_ms) started_ms = memory->started_ms;
    return match->time_ms < clock_add_ms(started_ms, memory->rule->learn_ms);
}

static bool again_by_stretch(const struct memory_taking *taking, const struct memory_key *key,
    const struct memory_match *match, bool *known) {
    struct stretch stretch = {key->first_ms, key->last_ms};
    bool joins = lies_in(&stretch, match->time_ms, taking->memory->rule->within_ms);
    *known = joins || is_learning(taking->memory, match);
    if (joins) return join(taking, stretch, match->time_ms);
    return !*known || begin(taking, &stretch, match->time_ms);
}

/* One that lies before the stretch came late beyond measure, if it was not told long ago and is
 * delivered again: when its value was last seen then, nobody knows any more. */
static bool decide_by_stretch(const struct memory_taking *taking, const struct memory_due *due) {
    const struct memory_row own = {.time_ms = due->time_ms, .event = due->event_id};
    struct stretch stretch;
    bool found;
    if (!read_stretch(taking, &stretch, &found)) return false;
    if (!found) return true;
    if (lies_in(&stretch, due->time_ms, taking->memory->rule->within_ms))
        return join(taking, stretch, due->time_ms);
    bool newer = due->time_ms > stretch.last_ms || stretch.last_ms < stretch.first_ms;
    if (newer && is_learnt(taking->memory, due->time_ms))
        memory_fire_alone(taking, &own, due->kept);
    return begin(taking, &stretch, due->time_ms);
}

/* ---- by rows ---- */

/* Whether one that was decided lies less than `within` away. */
static bool was_seen(const struct memory_taking *taking, int64_t time_ms, bool *seen) {
    int64_t within_ms = taking->memory->rule->within_ms;
    struct memory_rows rows;
    *seen = false;
    if (!memory_rows_between(taking, 0, clock_add_ms(time_ms, 1 - within_ms),
            clock_add_ms(time_ms, within_ms), &rows))
        return false;
    for (size_t i = 0; i < rows.count && !*seen; i++) *seen = rows.list[i].fired;
    return true;
}

static bool again_by_rows(
    const struct memory_taking *taking, const struct memory_match *match, bool *known) {
    const struct memory_row row = {.time_ms = match->time_ms, .event = match->event_id};
    if (!was_seen(taking, match->time_ms, known)) return false;
    *known |= is_learning(taking->memory, match);
    return !*known || memory_row_decided(taking, &row);
}

static bool decide_by_rows(const struct memory_taking *taking, const struct memory_due *due) {
    struct memory_row *own;
    bool seen;
    if (!memory_row_find(taking, 0, due, &own)) return false;
    if (!own) return true;
    if (!was_seen(taking, due->time_ms, &seen)) return false;
    if (seen || !is_learnt(taking->memory, due->time_ms)) return memory_row_decided(taking, own);
    return memory_fire_row(taking, 0, own, due->kept, &(struct memory_rows){own, 1}, NULL);
}

bool memory_seen_again(const struct memory_taking *taking, const struct memory_key *key,
    const struct memory_match *match, bool *known) {
    return memory_seen_has_rows(taking->memory) ? again_by_rows(taking, match, known)
                                                : again_by_stretch(taking, key, match, known);
}

bool memory_seen_decide(const struct memory_taking *taking, const struct memory_due *due) {
    return memory_seen_has_rows(taking->memory) ? decide_by_rows(taking, due)
                                                : decide_by_stretch(taking, due);
}
