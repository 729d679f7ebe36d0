/* What the files of the memory share. Only memory*.c include it. */
#ifndef MODEL_MEMORY_PRIVATE_H
#define MODEL_MEMORY_PRIVATE_H

#include "base/clock.h"
#include "base/hash.h"
#include "model/memory.h"
#include "model/store_private.h"

/* A row of memory_key. */
struct memory_key {
    int64_t number;
    int64_t keep_ms; /* the newest time when it was last used, or a little before */
    int64_t first_ms, last_ms;
};

/* Rows of a line: until the next match is taken, or copies. */
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

/* ---- memory_key.c ---- */

/* As the store has it, maybe in `hex`. */
struct str memory_key_spelling(struct str key, char hex[HASH_HEX]);

/* The key's row, made where it is missing and room for it, too. */
bool memory_key_take(struct memory *memory, const struct memory_match *match,
    struct memory_key *key, struct diag *diag);

/* The key is in use. */
bool memory_key_touch(
    struct memory *memory, const struct memory_key *key, int64_t newest_ms, struct diag *diag);

/* Its matches are remembered as long as this: events before it can matter no more. */
int64_t memory_horizon_ms(const struct memory *memory, uint32_t step, int64_t newest_ms);

/* ---- memory_row.c ---- */

/* Adds the match under the key; `fresh` false: it was there. Makes room for it. */
bool memory_row_add(
    const struct memory_taking *taking, const struct memory_match *match, bool *fresh);

/* The line of a step, read where it is not at hand. */
bool memory_line_read(const struct memory_taking *taking, uint32_t step, struct memory_line **line);

/* The rows of a step with from <= time < before. */
bool memory_rows_between(const struct memory_taking *taking, uint32_t step, int64_t from_ms,
    int64_t before_ms, struct memory_rows *rows);

/* The row that is to be decided; NULL: it is no more, for lack of room. */
bool memory_row_find(const struct memory_taking *taking, uint32_t step,
    const struct memory_due *due, struct memory_row **row);

/* Notes that the row was decided, as if it had fired. */
bool memory_row_decided(const struct memory_taking *taking, const struct memory_row *row);

/* Notes that the row of the step fired, with those of `hits` that did not count before. */
bool memory_fire_row(const struct memory_taking *taking, uint32_t step,
    const struct memory_row *row, struct str kept, const struct memory_rows *hits,
    const uint32_t *steps);

/* The same of a match that has no row. */
void memory_fire_alone(
    const struct memory_taking *taking, const struct memory_row *row, struct str kept);

/* ---- the kinds ---- */

bool memory_threshold(const struct memory_taking *taking, const struct memory_match *match);
bool memory_aggregate_decide(const struct memory_taking *taking, const struct memory_due *due);
/* Whether each sighting is a row, beside the newest stretch. */
bool memory_seen_has_rows(const struct memory *memory);
/* `known`: whatever comes late, it is no first one that fires. */
bool memory_seen_again(const struct memory_taking *taking, const struct memory_key *key,
    const struct memory_match *match, bool *known);
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
