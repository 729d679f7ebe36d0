/* Memory of events: which matches of a rule fire, exactly, by event time, whatever the order they
 * come in (rules/MEMORY.md). Lives in the store, inside the caller's transaction. Knows nothing of
 * Lua, of alerts or of the wall clock. */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include "model/memory_rule.h"
#include "model/store.h"

/* The memory of one rule, as it was found or made in the store. Opened anew after a rollback. */
struct memory {
    struct store *store;            /* borrows */
    const struct memory_rule *rule; /* borrows */
    struct str log;
    int64_t number;
    int64_t lateness_ms; /* of the log type */
    int64_t started_ms;  /* the earliest match; INT64_MAX: none yet */
    int64_t keys;        /* there are so many */
    int64_t dropped;     /* matches for which there was no room, since it was opened */
};

/* Finds the memory of the rule, or makes one. `definition` is a hash of what decides what is
 * remembered: where it is another than before, all is forgotten, and `forgot` true. */
bool memory_open(struct memory *memory, struct str rule_id, struct str definition, bool *forgot,
    struct diag *diag);

/* A match of a rule; borrows. */
struct memory_match {
    struct str event_id;
    int64_t time_ms;   /* of the event; never CLOCK_UNKNOWN */
    int64_t newest_ms; /* of all events of the log so far, this one among them */
    uint32_t step;     /* of a sequence; else 0 */
    struct str key;    /* what belongs together */
    struct str value;  /* of `unique`: any text; of `aggregate`: a number in text; else empty */
    struct str kept;   /* given back when it fires later than now: whatever the caller wants */
};

/* An event that fires counts. */
struct memory_hit {
    struct str event_id;
    int64_t time_ms;
};

/* A match that fires; or one that fired before, and on which more counts now. */
struct memory_fire {
    int64_t time_ms; /* of the match that fires */
    struct str event_id;
    struct str kept;         /* of that match; empty where it fired at once */
    struct memory_hit *hits; /* matches that count now and did not before, by (time, id) */
    size_t hit_count;
};

struct memory_fires {
    struct memory_fire *list; /* by (time, id) */
    size_t count;
};

/* Takes a match and says what fires by it now. One that was taken before changes nothing. */
bool memory_take(struct memory *memory, const struct memory_match *match, struct arena *arena,
    struct memory_fires *fires, struct diag *diag);

/* The next decision of a log that is due at `now_ms`: of which rule's memory, and which match.
 * `found` false: there is none. */
struct memory_due {
    int64_t memory; /* its number */
    int64_t key;
    int64_t due_ms;
    int64_t time_ms;
    struct str event_id, kept;
};
bool memory_next_due(struct store *store, struct str log, int64_t now_ms, struct arena *arena,
    struct memory_due *due, bool *found, struct diag *diag);

/* Decides it: it is due no more, or due later, which memory_next_due says. At most one fires. */
bool memory_decide(struct memory *memory, const struct memory_due *due, struct arena *arena,
    struct memory_fires *fires, struct diag *diag);

/* It will never be decided: its rule is no more. */
bool memory_drop_due(
    struct store *store, struct str log, const struct memory_due *due, struct diag *diag);

/* When the next decision of a log is due; INT64_MAX for none. */
bool memory_when_due(struct store *store, struct str log, int64_t *due_ms, struct diag *diag);

/* Forgets what can matter no more when events of its log have come up to newest_ms, a slice a call. */
bool memory_expire(struct memory *memory, int64_t newest_ms, int64_t *removed, struct diag *diag);

/* The next memory behind `number` none of whose keys was used since before_ms; 0: there is none. */
bool memory_next_unused(struct store *store, int64_t before_ms, struct arena *arena,
    int64_t *number, struct str *rule_id, struct diag *diag);

/* Forgets the memory of a rule that is no more, a slice a call; `removed` 0: it is gone. */
bool memory_drop(struct store *store, int64_t number, int64_t *removed, struct diag *diag);

/* ---- looking: changes nothing ---- */

/* What is remembered beside one match, of the rule as it is defined now. */
struct memory_sight {
    bool known;                /* there is something under the key */
    int64_t matches;           /* of the step, before it and less than `within` apart from it */
    int64_t different;         /* values among them and its own */
    int64_t first_ms, last_ms; /* first_seen: when its values were seen, the newest stretch */
};
bool memory_look(struct store *store, const struct memory_rule *rule, struct str rule_id,
    struct str definition, const struct memory_match *match, struct memory_sight *sight,
    struct diag *diag);

/* ---- periods: how many alerts what fires makes ---- */

/* Lays periods over the times at which a rule fired under one dedup key, from the left: each begins
 * at the first time behind the one before. `raises`: with this one there is one more of them. The
 * same, in sum, for any order. Times older than `horizon_ms` - period are forgotten. */
struct memory_period {
    struct str rule, dedup;
    int64_t time_ms, period_ms, horizon_ms;
};
bool memory_period_take(
    struct store *store, const struct memory_period *period, bool *raises, struct diag *diag);

/* Forgets times before before_ms, a slice a call. */
bool memory_period_expire(
    struct store *store, int64_t before_ms, int64_t *removed, struct diag *diag);

/* ---- time ---- */

/* The newest event time of a log type; CLOCK_UNKNOWN for none. */
bool memory_time_find(struct store *store, struct str log, int64_t *newest_ms, struct diag *diag);
bool memory_time_save(struct store *store, struct str log, int64_t newest_ms, struct diag *diag);

#endif
