/* What the files of the store share. Only store_*.c and the tests of the store include it. */
#ifndef MODEL_STORE_PRIVATE_H
#define MODEL_STORE_PRIVATE_H

#include "model/db.h"
#include "model/memory_line.h"
#include "model/store.h"

#include <pthread.h>
#include <stdatomic.h>

struct store {
    struct db *db;
    int lock; /* descriptor of the lock file, -1 for none */
    pthread_mutex_t mutex;
    _Atomic(const void *) owner; /* which thread holds the mutex */
    bool begun;                  /* by store_begin; only the owner looks */
    struct memory_lines *lines;  /* of the memories; as true as the transaction */
};

/* Every function of store.h stands between one of these pairs. A thread that is inside already
 * (its transaction, an `each`) passes through. */
bool store_enter(struct store *store); /* whether to leave */
void store_leave(struct store *store, bool entered);

/* The same for what writes: a transaction of its own, unless the caller has one. */
struct store_change {
    bool entered, began;
};
bool store_change_begin(struct store *store, struct store_change *change, struct diag *diag);
bool store_change_end(
    struct store *store, const struct store_change *change, bool good, struct diag *diag);

/* One statement alone: what it changes, with how many rows that were (or NULL), and what it answers
 * (db_run, db_ask). */
bool store_run(struct store *store, const char *sql, const struct db_value *values, size_t count,
    int64_t *changed, struct diag *diag);
bool store_ask(struct store *store, const char *sql, const struct db_value *values, size_t count,
    int64_t *answer, struct diag *diag);

/* store_schema.c */
enum {
    STORE_APPLICATION = 0x746f6373
}; /* "tocs", https://sqlite.org/fileformat.html#application_id */
extern const char *const store_scripts[STORE_VERSION];

#endif
