/* Where inputs stand of which nothing else has to be kept: held in memory for a second, then saved
 * together, so that a feed in which nobody finds anything costs one transaction a second. A crash
 * loses what is held here, and the same records are read again: they left nothing, so that nothing
 * is missed or raised twice. */
#ifndef FLOW_POSITIONS_H
#define FLOW_POSITIONS_H

#include "model/store.h"

enum { POSITIONS_MOST = 64, POSITIONS_MS = 1000 };

struct positions {
    struct store_input list[POSITIONS_MOST]; /* own their paths */
    size_t count;
    int64_t due_ms; /* monotonic; of the oldest */
};

void positions_release(struct positions *positions);

/* What is held of an input, which is later than what the store knows; NULL: nothing. */
const struct store_input *positions_find(const struct positions *positions, const char *key);

/* Copies the input. False: there is no room for one more, they should have been saved. */
bool positions_hold(struct positions *positions, const struct store_input *input);

/* The input is saved elsewhere, with what it left. */
void positions_drop(struct positions *positions, const char *key);

/* Milliseconds until they are to be saved, not more than 0 when they are; INT64_MAX where none is
 * held. */
int64_t positions_wait_ms(const struct positions *positions);

/* In one transaction. What cannot be saved is held on. */
bool positions_save(
    struct positions *positions, struct store *store, int64_t now_ms, struct diag *diag);

#endif
