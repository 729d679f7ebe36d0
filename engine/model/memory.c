#include "model/memory_private.h"

/* ---- opening ---- */

static bool forget(struct memory *memory, struct diag *diag) {
    struct db *db = memory->store->db;
    memory_lines_clear(memory->store->lines);
    return db_run(db,
               "DELETE FROM memory_event WHERE key IN"
               " (SELECT number FROM memory_key WHERE memory = ?1)",
               VALUES(NUMBER(memory->number)), diag) &&
           db_run(db, "DELETE FROM memory_key WHERE memory = ?1", VALUES(NUMBER(memory->number)),
               diag) &&
           db_run(db, "DELETE FROM memory_due WHERE memory = ?1", VALUES(NUMBER(memory->number)),
               diag) &&
           db_run(db, "DELETE FROM memory WHERE number = ?1", VALUES(NUMBER(memory->number)), diag);
}

static bool find(struct memory *memory, struct str rule_id, struct str definition, bool *found,
    bool *same, struct diag *diag) {
    struct db_rows rows;
    db_query(memory->store->db, &rows,
        "SELECT number, definition = ?2, started_ms FROM memory WHERE rule = ?1",
        VALUES(TEXT(rule_id), TEXT(definition)), diag);
    *found = db_next(&rows, diag);
    if (*found) memory->number = db_number(&rows, 0);
    *same = *found && db_number(&rows, 1);
    memory->started_ms = *same ? db_number(&rows, 2) : INT64_MAX;
    return db_end(&rows);
}

static bool make(
    struct memory *memory, struct str rule_id, struct str definition, struct diag *diag) {
    struct db *db = memory->store->db;
    return db_run(db, "INSERT INTO memory (rule, definition, started_ms) VALUES (?1, ?2, ?3)",
               VALUES(TEXT(rule_id), TEXT(definition), NUMBER(INT64_MAX)), diag) &&
           db_ask(db, "SELECT number FROM memory WHERE rule = ?1", VALUES(TEXT(rule_id)),
               &memory->number, diag);
}

static bool count_keys(struct memory *memory, struct diag *diag) {
    return db_ask(memory->store->db, "SELECT count(*) FROM memory_key WHERE memory = ?1",
        VALUES(NUMBER(memory->number)), &memory->keys, diag);
}

bool memory_open(struct memory *memory, struct str rule_id, struct str definition, bool *forgot,
    struct diag *diag) {
    struct store_change change;
    bool found = false, same = false;
    if (!store_change_begin(memory->store, &change, diag)) return false;
    bool good = find(memory, rule_id, definition, &found, &same, diag);
    *forgot = found && !same;
    if (good && *forgot) good = forget(memory, diag);
    if (good && !same) good = make(memory, rule_id, definition, diag);
    good = good && count_keys(memory, diag);
    return store_change_end(memory->store, &change, good, diag);
}

/* ---- taking ---- */

/* What comes late beyond measure does not move it. */
static bool start(struct memory *memory, const struct memory_match *match, struct diag *diag) {
    int64_t time_ms = clock_add_ms(match->newest_ms, -memory->lateness_ms);
    if (match->time_ms > time_ms) time_ms = match->time_ms;
    if (memory->started_ms <= time_ms) return true;
    memory->started_ms = time_ms;
    return db_run(memory->store->db, "UPDATE memory SET started_ms = ?2 WHERE number = ?1",
        VALUES(NUMBER(memory->number), NUMBER(time_ms)), diag);
}

/* It waits for what may come late. */
static bool postpone(const struct memory_taking *taking, const struct memory_match *match) {
    const struct memory_rule *rule = taking->memory->rule;
    struct memory_due due = {
        .memory = taking->memory->number,
        .key = taking->key,
        .due_ms = memory_due_ms(rule, match->time_ms, match->newest_ms),
        .time_ms = match->time_ms,
        .event_id = match->event_id,
        .kept = match->kept,
    };
    if (rule->kind == MEMORY_SEQUENCE && match->step != memory_rule_last(rule)) return true;
    return memory_due_add(taking->memory, &due, taking->diag);
}

static bool take_row(const struct memory_taking *taking, const struct memory_match *match) {
    bool fresh = false;
    if (!memory_row_add(taking, match, &fresh)) return false;
    if (!fresh) return true;
    if (memory_rule_waits(taking->memory->rule)) return postpone(taking, match);
    if (taking->memory->rule->kind == MEMORY_THRESHOLD) return memory_threshold(taking, match);
    return memory_sequence(taking, match);
}

static bool take_sighting(const struct memory_taking *taking, const struct memory_key *key,
    const struct memory_match *match) {
    bool fresh = true, known = false;
    if (memory_seen_has_rows(taking->memory) && !memory_row_add(taking, match, &fresh))
        return false;
    if (!fresh) return true;
    return memory_seen_again(taking, key, match, &known) && (known || postpone(taking, match));
}

static bool take(struct memory_taking *taking, const struct memory_match *match) {
    struct memory_key key;
    memory_lines_trim(taking->memory->store->lines);
    if (!start(taking->memory, match, taking->diag) ||
        !memory_key_take(taking->memory, match, &key, taking->diag) ||
        !memory_key_touch(taking->memory, &key, match->newest_ms, taking->diag))
        return false;
    taking->key = key.number;
    if (taking->memory->rule->kind == MEMORY_FIRST_SEEN) return take_sighting(taking, &key, match);
    return take_row(taking, match);
}

bool memory_take(struct memory *memory, const struct memory_match *match, struct arena *arena,
    struct memory_fires *fires, struct diag *diag) {
    struct memory_taking taking = {memory, arena, fires, diag, 0};
    struct store_change change;
    *fires = (struct memory_fires){0};
    if (!store_change_begin(memory->store, &change, diag)) return false;
    return store_change_end(memory->store, &change, take(&taking, match), diag);
}

/* ---- deciding ---- */

static bool decide(
    const struct memory_taking *taking, const struct memory_due *due, int64_t *again_ms) {
    switch (taking->memory->rule->kind) {
    case MEMORY_FIRST_SEEN: return memory_seen_decide(taking, due);
    case MEMORY_AGGREGATE: return memory_aggregate_decide(taking, due);
    case MEMORY_SEQUENCE: return memory_sequence_decide(taking, due, again_ms);
    default: return true;
    }
}

static bool decide_and_drop(const struct memory_taking *taking, const struct memory_due *due) {
    struct memory_due again = *due;
    memory_lines_trim(taking->memory->store->lines);
    if (!decide(taking, due, &again.due_ms)) return false;
    if (!memory_drop_due(taking->memory->store, taking->memory->log, due, taking->diag))
        return false;
    return again.due_ms == due->due_ms || memory_due_add(taking->memory, &again, taking->diag);
}

bool memory_decide(struct memory *memory, const struct memory_due *due, struct arena *arena,
    struct memory_fires *fires, struct diag *diag) {
    struct memory_taking taking = {memory, arena, fires, diag, due->key};
    struct store_change change;
    *fires = (struct memory_fires){0};
    if (!store_change_begin(memory->store, &change, diag)) return false;
    return store_change_end(memory->store, &change, decide_and_drop(&taking, due), diag);
}
