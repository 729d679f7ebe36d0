/* A SQL database in a few words: run a statement, read rows, begin and commit. The one home of
 * SQLite is store_sqlite.c behind it. Knows nothing of alerts, and nothing of threads: the caller
 * sees to it that one at a time comes in.
 *
 * `sql` of db_run, db_query and db_ask is a string literal: the prepared statement is kept under
 * its address. Functions that return false have set the diagnostic; after a failure inside a
 * transaction everything but db_rollback fails. */
#ifndef MODEL_DB_H
#define MODEL_DB_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdint.h>

struct db;

/* A value for ?1, ?2 and so on. Text is borrowed while the statement runs. */
struct db_value {
    bool is_text;
    int64_t number;
    struct str text;
};

#define NUMBER(n) ((struct db_value){.number = (int64_t)(n)})
#define TEXT(s) ((struct db_value){.is_text = true, .text = (s)})

/* The values of a statement, in order: VALUES(NUMBER(1), TEXT(name)). */
#define VALUES(...)                                                                                \
    (const struct db_value[]){__VA_ARGS__},                                                        \
        sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)
#define NO_VALUES NULL, 0

/* `path` NULL: a temporary database that nobody else sees; it lives in memory until it is large.
 * `create`: made, for its owner alone, where it is missing. */
struct db *db_open(const char *path, bool create, struct diag *diag);
void db_close(struct db *db);

/* Any number of statements without values, their rows ignored. */
bool db_script(struct db *db, const char *sql, struct diag *diag);

bool db_run(
    struct db *db, const char *sql, const struct db_value *values, size_t count, struct diag *diag);
int64_t db_changes(struct db *db); /* rows changed by the last db_run */

/* The first column of the first row; *answer stays as it was when there is no row. */
bool db_ask(struct db *db, const char *sql, const struct db_value *values, size_t count,
    int64_t *answer, struct diag *diag);

/* db_query(…); while (db_next(&rows, diag)) …; return db_end(&rows);
 * db_end tells whether any of it failed, and may come before the last row. Queries may nest. */
struct db_rows {
    struct db *db;
    void *statement;
    bool passing; /* the statement is not kept */
    bool failed;
};
void db_query(struct db *db, struct db_rows *rows, const char *sql, const struct db_value *values,
    size_t count, struct diag *diag);
bool db_next(struct db_rows *rows, struct diag *diag);
int64_t db_number(const struct db_rows *rows, int column);
struct str db_text(const struct db_rows *rows, int column, struct arena *arena); /* a copy */
bool db_end(struct db_rows *rows);

/* A transaction takes the right to write at once. After db_commit has failed the transaction is
 * still there, until db_rollback. */
bool db_begin(struct db *db, struct diag *diag);
bool db_commit(struct db *db, struct diag *diag);
void db_rollback(struct db *db);
bool db_inside(const struct db *db);

/* Brings the database from version `from` to `to`: scripts[n] leads from n to n + 1, each in one
 * transaction with the version it leads to, so that a crash leaves the one or the other. Foreign
 * keys are not enforced meanwhile, and are checked before each commit. */
bool db_migrate(
    struct db *db, const char *const *scripts, int64_t from, int64_t to, struct diag *diag);

#endif
