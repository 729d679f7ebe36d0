#include "model/memory_private.h"

#include "base/hash.h"

enum { KEY_MOST = 256, KEYS_A_SLICE = 500 };

/* ---- room ---- */

static bool remove_key(struct memory *memory, int64_t number, struct diag *diag) {
    struct db *db = memory->store->db;
    return db_run(db, "DELETE FROM memory_event WHERE key = ?1", VALUES(NUMBER(number)), diag) &&
           db_run(db, "DELETE FROM memory_key WHERE number = ?1", VALUES(NUMBER(number)), diag) &&
           db_run(db, "UPDATE memory SET keys = keys - 1 WHERE number = ?1",
               VALUES(NUMBER(memory->number)), diag);
}

/* The key that was longest without a match; `events` is -1 where none is older than that. */
static bool find_oldest(
    struct memory *memory, int64_t before_ms, int64_t *number, int64_t *events, struct diag *diag) {
    struct db_rows rows;
    *events = -1;
    db_query(memory->store->db, &rows,
        "SELECT number, events FROM memory_key WHERE memory = ?1 AND keep_ms <= ?2"
        " ORDER BY keep_ms, number LIMIT 1",
        VALUES(NUMBER(memory->number), NUMBER(before_ms)), diag);
    if (db_next(&rows, diag)) {
        *number = db_number(&rows, 0);
        *events = db_number(&rows, 1);
    }
    return db_end(&rows);
}

static bool make_room(struct memory *memory, struct diag *diag) {
    int64_t keys = 0, number, events;
    if (!db_ask(memory->store->db, "SELECT keys FROM memory WHERE number = ?1",
            VALUES(NUMBER(memory->number)), &keys, diag))
        return false;
    if (keys < memory->rule->most_keys) return true;
    if (!find_oldest(memory, INT64_MAX, &number, &events, diag)) return false;
    if (events < 0) return true;
    memory->dropped += events > 0 ? events : 1;
    return remove_key(memory, number, diag);
}

/* ---- keys ---- */

/* A long key is known by its hash. */
static struct str spelling(struct str key, char hex[HASH_HEX]) {
    if (key.len <= KEY_MOST) return key;
    struct hash *hash = hash_new();
    hash_part(hash, key);
    hash_hex(hash, hex);
    hash_free(hash);
    return str_of(hex);
}

static bool find_key(struct memory *memory, struct str text, struct memory_key *key, bool *found,
    struct diag *diag) {
    struct db_rows rows;
    db_query(memory->store->db, &rows,
        "SELECT number, keep_ms, events, first_ms, last_ms FROM memory_key"
        " WHERE memory = ?1 AND key = ?2",
        VALUES(NUMBER(memory->number), TEXT(text)), diag);
    *found = db_next(&rows, diag);
    if (*found)
        *key = (struct memory_key){db_number(&rows, 0), db_number(&rows, 1), db_number(&rows, 2),
            db_number(&rows, 3), db_number(&rows, 4)};
    return db_end(&rows);
}

static bool make_key(struct memory *memory, struct str text, int64_t keep_ms, struct diag *diag) {
    struct db *db = memory->store->db;
    return make_room(memory, diag) &&
           db_run(db,
               "INSERT INTO memory_key (memory, key, keep_ms, events, first_ms, last_ms)"
               " VALUES (?1, ?2, ?3, 0, ?4, ?5)",
               VALUES(NUMBER(memory->number), TEXT(text), NUMBER(keep_ms), NUMBER(INT64_MAX),
                   NUMBER(INT64_MIN)),
               diag) &&
           db_run(db, "UPDATE memory SET keys = keys + 1 WHERE number = ?1",
               VALUES(NUMBER(memory->number)), diag);
}

bool memory_key_take(struct memory *memory, const struct memory_match *match,
    struct memory_key *key, struct diag *diag) {
    char hex[HASH_HEX];
    struct str text = spelling(match->key, hex);
    bool found;
    if (!find_key(memory, text, key, &found, diag)) return false;
    return found || (make_key(memory, text, match->newest_ms, diag) &&
                        find_key(memory, text, key, &found, diag));
}

/* ---- matches of a key ---- */

/* A match whose last step must be absent is decided up to `within` later, and its window still
 * matters then. */
static int64_t window_ms(const struct memory_rule *rule) {
    bool waits = rule->step_count > 0 && rule->steps[rule->step_count - 1].absent;
    return memory_add_ms(rule->within_ms, waits ? rule->within_ms : 0);
}

/* What is older than this, by when it came, can matter no more. */
static int64_t horizon(const struct memory *memory, int64_t newest_ms) {
    int64_t span = memory_add_ms(memory->lateness_ms, window_ms(memory->rule));
    span = memory_add_ms(
        span, memory_add_ms(memory->rule->lateness_ms, memory->rule->within_ms / 8));
    return memory_add_ms(newest_ms, -span);
}

static bool insert(struct memory *memory, const struct memory_key *key,
    const struct memory_match *match, bool *fresh, struct diag *diag) {
    bool good = db_run(memory->store->db,
        "INSERT INTO memory_event (key, step, time_ms, event, keep_ms, counted, fired, value)"
        " VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, ?6) ON CONFLICT DO NOTHING",
        VALUES(NUMBER(key->number), NUMBER(match->step), NUMBER(match->time_ms),
            TEXT(match->event_id), NUMBER(match->newest_ms), TEXT(match->value)),
        diag);
    *fresh = good && db_changes(memory->store->db) > 0;
    return good;
}

static bool prune(struct memory *memory, const struct memory_key *key,
    const struct memory_match *match, int64_t *removed, struct diag *diag) {
    bool good = db_run(memory->store->db,
        "DELETE FROM memory_event WHERE key = ?1 AND step = ?2 AND time_ms < ?3 AND keep_ms < ?3",
        VALUES(NUMBER(key->number), NUMBER(match->step), NUMBER(horizon(memory, match->newest_ms))),
        diag);
    *removed = good ? db_changes(memory->store->db) : 0;
    return good;
}

/* Which step has the oldest match. */
static bool find_oldest_step(
    struct memory *memory, const struct memory_key *key, size_t *oldest, struct diag *diag) {
    int64_t oldest_ms = INT64_MAX;
    *oldest = 0;
    for (size_t step = 0; step < memory->rule->step_count; step++) {
        int64_t time_ms = INT64_MAX;
        if (!db_ask(memory->store->db,
                "SELECT time_ms FROM memory_event WHERE key = ?1 AND step = ?2"
                " ORDER BY time_ms LIMIT 1",
                VALUES(NUMBER(key->number), NUMBER(step)), &time_ms, diag))
            return false;
        if (time_ms < oldest_ms) oldest_ms = time_ms, *oldest = step;
    }
    return true;
}

/* The oldest of the key goes, whatever its step. */
static bool drop_event(struct memory *memory, const struct memory_key *key, struct diag *diag) {
    size_t step;
    memory->dropped++;
    if (!find_oldest_step(memory, key, &step, diag)) return false;
    return db_run(memory->store->db,
        "DELETE FROM memory_event WHERE (key, step, time_ms, event) IN"
        " (SELECT key, step, time_ms, event FROM memory_event WHERE key = ?1 AND step = ?2"
        "  ORDER BY time_ms, event LIMIT 1)",
        VALUES(NUMBER(key->number), NUMBER(step)), diag);
}

/* keep_ms is indexed, and moves only when that makes a difference. */
static bool update(struct memory *memory, const struct memory_key *key, int64_t newest_ms,
    int64_t added, struct diag *diag) {
    bool moves = memory_add_ms(newest_ms, -(memory->rule->within_ms / 8)) > key->keep_ms;
    return db_run(memory->store->db,
        "UPDATE memory_key SET events = events + ?2, keep_ms = ?3 WHERE number = ?1",
        VALUES(NUMBER(key->number), NUMBER(added), NUMBER(moves ? newest_ms : key->keep_ms)), diag);
}

bool memory_key_add(struct memory *memory, const struct memory_key *key,
    const struct memory_match *match, bool *fresh, struct diag *diag) {
    int64_t removed = 0;
    if (!insert(memory, key, match, fresh, diag)) return false;
    if (!*fresh) return true;
    if (!prune(memory, key, match, &removed, diag)) return false;
    bool full = key->events - removed >= memory->rule->most_events;
    if (full && !drop_event(memory, key, diag)) return false;
    return update(memory, key, match->newest_ms, (full ? 0 : 1) - removed, diag);
}

/* ---- age ---- */

bool memory_expire(struct memory *memory, int64_t newest_ms, int64_t *removed, struct diag *diag) {
    struct store_change change;
    int64_t number, events = 0;
    *removed = 0;
    if (!store_change_begin(memory->store, &change, diag)) return false;
    bool good = true;
    while (good && *removed < KEYS_A_SLICE) {
        good = find_oldest(memory, horizon(memory, newest_ms), &number, &events, diag);
        if (!good || events < 0) break;
        good = remove_key(memory, number, diag);
        ++*removed;
    }
    return store_change_end(memory->store, &change, good, diag);
}
