/* What the files of the memory share. Only memory*.c include it. */
#ifndef MODEL_MEMORY_PRIVATE_H
#define MODEL_MEMORY_PRIVATE_H

#include "model/memory.h"
#include "model/store_private.h"

/* A row of memory_key. */
struct memory_key {
    int64_t number;
    int64_t keep_ms, events;
    int64_t first_ms, last_ms;
};

/* A row of memory_event. */
struct memory_row {
    int64_t time_ms, keep_ms;
    struct str event, value;
    bool counted, fired;
};

struct memory_rows {
    struct memory_row *list;
    size_t count;
};

/* A match on its way through. */
struct memory_taking {
    struct memory *memory;
    struct arena *arena;
    struct memory_fires *fires;
    struct diag *diag;
    int64_t key;
};

int64_t memory_add_ms(int64_t a, int64_t b); /* saturating */

/* (time, id) */
int memory_row_cmp(const struct memory_row *a, const struct memory_row *b);

/* ---- memory_key.c ---- */

/* The key's row, made where it is missing and room for it, too. */
bool memory_key_take(struct memory *memory, const struct memory_match *match,
    struct memory_key *key, struct diag *diag);

/* Adds the match under the key; `fresh` false: it was there. Makes room for it. */
bool memory_key_add(struct memory *memory, const struct memory_key *key,
    const struct memory_match *match, bool *fresh, struct diag *diag);

/* ---- memory_row.c ---- */

/* The rows of a step with lowest < time (<= highest), newest first, at most `limit` (-1: all). */
bool memory_rows_back(const struct memory_taking *taking, uint32_t step, int64_t lowest_ms,
    int64_t highest_ms, int64_t limit, struct memory_rows *rows);
/* With lowest <= time < highest, oldest first. */
bool memory_rows_on(const struct memory_taking *taking, uint32_t step, int64_t lowest_ms,
    int64_t highest_ms, int64_t limit, struct memory_rows *rows);

/* Notes that the row of the step fired, with those of `hits` that did not count before. */
bool memory_fire_row(const struct memory_taking *taking, uint32_t step,
    const struct memory_row *row, struct str kept, const struct memory_rows *hits,
    const uint32_t *steps);

/* ---- the kinds ---- */

bool memory_threshold(const struct memory_taking *taking, const struct memory_match *match);
bool memory_aggregate_decide(const struct memory_taking *taking, const struct memory_due *due);
bool memory_seen_decide(const struct memory_taking *taking, const struct memory_due *due);
bool memory_sequence(const struct memory_taking *taking, const struct memory_match *match);
/* `again_ms`: when it can be decided; not yet, where that is later than it was due. */
bool memory_sequence_decide(
    const struct memory_taking *taking, const struct memory_due *due, int64_t *again_ms);

/* ---- memory_due.c ---- */

bool memory_due_add(struct memory *memory, const struct memory_due *due, struct diag *diag);

/* When a match that may be taken back is decided: once late ones had their time; that of a match
 * which comes later itself begins when it came. */
int64_t memory_due_ms(const struct memory_rule *rule, int64_t time_ms, int64_t newest_ms);

#endif
