/* first_seen: a key's stretch is the time from its first to its last sighting, no two of which are
 * `within` apart. One that falls into it is known at once, whatever comes late; the others are decided
 * in the order of their times, but for those that came too late. */
#include "model/memory_private.h"

struct stretch {
    int64_t first_ms, last_ms; /* last < first: there is none */
};

static bool read_stretch(const struct memory_taking *taking, struct stretch *stretch) {
    struct db_rows rows;
    db_query(taking->memory->store->db, &rows,
        "SELECT first_ms, last_ms FROM memory_key WHERE number = ?1", VALUES(NUMBER(taking->key)),
        taking->diag);
    *stretch = (struct stretch){INT64_MAX, INT64_MIN};
    if (db_next(&rows, taking->diag))
        *stretch = (struct stretch){db_number(&rows, 0), db_number(&rows, 1)};
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
    return time_ms > memory_add_ms(stretch->first_ms, -within_ms) &&
           time_ms < memory_add_ms(stretch->last_ms, within_ms);
}

static bool join(const struct memory_taking *taking, struct stretch stretch, int64_t time_ms) {
    if (time_ms >= stretch.first_ms && time_ms <= stretch.last_ms) return true;
    if (time_ms < stretch.first_ms) stretch.first_ms = time_ms;
    if (time_ms > stretch.last_ms) stretch.last_ms = time_ms;
    return write_stretch(taking->memory, taking->key, &stretch, taking->diag);
}

bool memory_seen_again(const struct memory_taking *taking, const struct memory_key *key,
    int64_t time_ms, bool *known) {
    struct stretch stretch = {key->first_ms, key->last_ms};
    *known = lies_in(&stretch, time_ms, taking->memory->rule->within_ms);
    return !*known || join(taking, stretch, time_ms);
}

/* A new stretch, unless it lies before the one that there is. */
static bool begin(
    const struct memory_taking *taking, const struct stretch *stretch, int64_t time_ms) {
    const struct stretch begun = {time_ms, time_ms};
    return stretch->last_ms > time_ms ||
           write_stretch(taking->memory, taking->key, &begun, taking->diag);
}

bool memory_seen_decide(const struct memory_taking *taking, const struct memory_due *due) {
    const struct memory_rule *rule = taking->memory->rule;
    const struct memory_row own = {.time_ms = due->time_ms, .event = due->event_id};
    struct stretch stretch;
    if (!read_stretch(taking, &stretch)) return false;
    if (lies_in(&stretch, due->time_ms, rule->within_ms))
        return join(taking, stretch, due->time_ms);
    bool learnt = due->time_ms >= memory_add_ms(taking->memory->started_ms, rule->learn_ms);
    if (learnt) memory_fire_alone(taking, &own, due->kept);
    return begin(taking, &stretch, due->time_ms);
}
