#include "model/memory_private.h"

#include "base/hash.h"

enum { KEY_MOST = 256, KEYS_A_SLICE = 2000 };

/* ---- room ---- */

static bool remove_key(struct memory *memory, int64_t number, struct diag *diag) {
    struct db *db = memory->store->db;
    memory_lines_drop(memory->store->lines, number);
    memory->keys--;
    return db_run(db, "DELETE FROM memory_event WHERE key = ?1", VALUES(NUMBER(number)), diag) &&
           db_run(db, "DELETE FROM memory_key WHERE number = ?1", VALUES(NUMBER(number)), diag);
}

/* The key that was longest without a match, where that is before `before_ms`. */
static bool find_oldest(
    struct memory *memory, int64_t before_ms, int64_t *number, bool *found, struct diag *diag) {
    struct db_rows rows;
    db_query(memory->store->db, &rows,
        "SELECT number FROM memory_key WHERE memory = ?1 AND keep_ms <= ?2"
        " ORDER BY keep_ms, number LIMIT 1",
        VALUES(NUMBER(memory->number), NUMBER(before_ms)), diag);
    *found = db_next(&rows, diag);
    if (*found) *number = db_number(&rows, 0);
    return db_end(&rows);
}

/* A key of first_seen has no matches of its own: it counts as one. */
static bool drop_key(struct memory *memory, int64_t number, struct diag *diag) {
    int64_t events = 0;
    if (!db_ask(memory->store->db, "SELECT count(*) FROM memory_event WHERE key = ?1",
            VALUES(NUMBER(number)), &events, diag))
        return false;
    memory->dropped += events > 0 ? events : 1;
    return remove_key(memory, number, diag);
}

static bool make_room(struct memory *memory, struct diag *diag) {
    int64_t number;
    bool found;
    if (memory->keys < memory->rule->most_keys) return true;
    return find_oldest(memory, INT64_MAX, &number, &found, diag) &&
           (!found || drop_key(memory, number, diag));
}

/* ---- keys ---- */

/* A long key is known by its hash. */
struct str memory_key_spelling(struct str key, char hex[HASH_HEX]) {
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
        "SELECT number, keep_ms, first_ms, last_ms FROM memory_key"
        " WHERE memory = ?1 AND key = ?2",
        VALUES(NUMBER(memory->number), TEXT(text)), diag);
    *found = db_next(&rows, diag);
    if (*found)
        *key = (struct memory_key){
            db_number(&rows, 0), db_number(&rows, 1), db_number(&rows, 2), db_number(&rows, 3)};
    return db_end(&rows);
}

static bool make_key(struct memory *memory, struct str text, int64_t keep_ms,
    struct memory_key *key, struct diag *diag) {
    struct db_rows rows;
    *key = (struct memory_key){0, keep_ms, INT64_MAX, INT64_MIN};
    if (!make_room(memory, diag)) return false;
    db_query(memory->store->db, &rows,
        "INSERT INTO memory_key (memory, key, keep_ms, first_ms, last_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5) RETURNING number",
        VALUES(NUMBER(memory->number), TEXT(text), NUMBER(keep_ms), NUMBER(key->first_ms),
            NUMBER(key->last_ms)),
        diag);
    if (db_next(&rows, diag)) key->number = db_number(&rows, 0);
    memory->keys++;
    return db_end(&rows);
}

bool memory_key_take(struct memory *memory, const struct memory_match *match,
    struct memory_key *key, struct diag *diag) {
    char hex[HASH_HEX];
    struct str text = memory_key_spelling(match->key, hex);
    bool found;
    if (!find_key(memory, text, key, &found, diag)) return false;
    return found || make_key(memory, text, match->newest_ms, key, diag);
}

/* It is indexed, and moves only when that makes a difference. */
bool memory_key_touch(
    struct memory *memory, const struct memory_key *key, int64_t newest_ms, struct diag *diag) {
    if (clock_add_ms(newest_ms, -(memory->rule->within_ms / 8)) <= key->keep_ms) return true;
    return db_run(memory->store->db, "UPDATE memory_key SET keep_ms = ?2 WHERE number = ?1",
        VALUES(NUMBER(key->number), NUMBER(newest_ms)), diag);
}

/* ---- age ---- */

/* How long before another match one still counts with it. What ends in an absent step is decided up to
 * `within` later, and its window still matters then. Those of a last step that waits for nothing are
 * only met by what comes late. */
static int64_t window_ms(const struct memory_rule *rule, uint32_t step) {
    if (rule->kind != MEMORY_SEQUENCE) return rule->within_ms;
    if (rule->steps[rule->step_count - 1].absent)
        return clock_add_ms(rule->within_ms, rule->within_ms);
    bool alone = rule->ordered && rule->steps[step].count == 1 && !memory_rule_waits(rule);
    return alone && step == memory_rule_last(rule) ? 0 : rule->within_ms;
}

/* A key may have been used a little later than it says. */
int64_t memory_horizon_ms(const struct memory *memory, uint32_t step, int64_t newest_ms) {
    const struct memory_rule *rule = memory->rule;
    int64_t span_ms = clock_add_ms(memory->lateness_ms, rule->lateness_ms);
    span_ms = clock_add_ms(span_ms, window_ms(rule, step));
    return clock_add_ms(newest_ms, -clock_add_ms(span_ms, rule->within_ms / 8));
}

/* Keys that were last used before `before_ms`; at most a slice. */
static bool remove_keys(
    struct memory *memory, int64_t before_ms, int64_t *removed, struct diag *diag) {
    bool found = true;
    *removed = 0;
    while (*removed < KEYS_A_SLICE) {
        int64_t number;
        if (!find_oldest(memory, before_ms, &number, &found, diag)) return false;
        if (!found) return true;
        if (!remove_key(memory, number, diag)) return false;
        ++*removed;
    }
    return true;
}

bool memory_expire(struct memory *memory, int64_t newest_ms, int64_t *removed, struct diag *diag) {
    struct store_change change;
    if (!store_change_begin(memory->store, &change, diag)) return false;
    bool good = remove_keys(memory, memory_horizon_ms(memory, 0, newest_ms), removed, diag);
    return store_change_end(memory->store, &change, good, diag);
}

bool memory_next_unused(struct store *store, int64_t before_ms, struct arena *arena,
    int64_t *number, struct str *rule_id, struct diag *diag) {
    struct db_rows rows;
    bool entered = store_enter(store);
    db_query(store->db, &rows,
        "SELECT number, rule FROM memory WHERE number > ?1 AND NOT EXISTS"
        " (SELECT 1 FROM memory_key WHERE memory = memory.number AND keep_ms >= ?2)"
        " ORDER BY number LIMIT 1",
        VALUES(NUMBER(*number), NUMBER(before_ms)), diag);
    *number = 0;
    if (db_next(&rows, diag)) {
        *number = db_number(&rows, 0);
        *rule_id = db_text(&rows, 1, arena);
    }
    bool good = db_end(&rows);
    store_leave(store, entered);
    return good;
}

bool memory_drop(struct store *store, int64_t number, int64_t *removed, struct diag *diag) {
    struct memory memory = {.store = store, .number = number};
    struct store_change change;
    if (!store_change_begin(store, &change, diag)) return false;
    bool good = remove_keys(&memory, INT64_MAX, removed, diag);
    if (good && *removed == 0)
        good = db_run(
            store->db, "DELETE FROM memory WHERE number = ?1", VALUES(NUMBER(number)), diag);
    return store_change_end(store, &change, good, diag);
}
