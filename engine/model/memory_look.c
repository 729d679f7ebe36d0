#include "model/memory_private.h"

/* Number of the key; 0: nothing is remembered under it. */
static bool find_key(struct store *store, struct str rule_id, struct str definition, struct str key,
    int64_t *number, struct memory_sight *sight, struct diag *diag) {
    char hex[HASH_HEX];
    struct db_rows rows;
    db_query(store->db, &rows,
        "SELECT memory_key.number, first_ms, last_ms FROM memory"
        " JOIN memory_key ON memory = memory.number"
        " WHERE rule = ?1 AND definition = ?2 AND key = ?3",
        VALUES(TEXT(rule_id), TEXT(definition), TEXT(memory_key_spelling(key, hex))), diag);
    sight->known = db_next(&rows, diag);
    if (sight->known) {
        *number = db_number(&rows, 0);
        sight->first_ms = db_number(&rows, 1);
        sight->last_ms = db_number(&rows, 2);
    }
    return db_end(&rows);
}

static bool count(struct store *store, const struct memory_rule *rule,
    const struct memory_match *match, int64_t key, struct memory_sight *sight, struct diag *diag) {
    struct db_rows rows;
    db_query(store->db, &rows,
        "SELECT count(*), count(DISTINCT value) + 1 - coalesce(max(value = ?6), 0)"
        " FROM memory_event WHERE key = ?1 AND step = ?2 AND time_ms > ?3"
        " AND (time_ms, event) < (?4, ?5)",
        VALUES(NUMBER(key), NUMBER(match->step),
            NUMBER(clock_add_ms(match->time_ms, -rule->within_ms)), NUMBER(match->time_ms),
            TEXT(match->event_id), TEXT(match->value)),
        diag);
    if (db_next(&rows, diag)) {
        sight->matches = db_number(&rows, 0);
        sight->different = db_number(&rows, 1);
    }
    return db_end(&rows);
}

bool memory_look(struct store *store, const struct memory_rule *rule, struct str rule_id,
    struct str definition, const struct memory_match *match, struct memory_sight *sight,
    struct diag *diag) {
    int64_t key = 0;
    *sight = (struct memory_sight){.different = 1};
    bool entered = store_enter(store);
    bool good = find_key(store, rule_id, definition, match->key, &key, sight, diag) &&
                count(store, rule, match, key, sight, diag);
    store_leave(store, entered);
    return good;
}
