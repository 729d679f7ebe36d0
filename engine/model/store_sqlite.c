#include "model/db.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_MS = 5000 };

struct kept {
    const char *sql;
    sqlite3_stmt *statement;
};

struct db {
    sqlite3 *handle;
    char *name;
    struct kept *kept;
    size_t kept_count;
    bool inside;
    bool failed; /* a statement of this transaction */
};

/* ---- opening ---- */

/* SQLite would let everybody read what it makes; its companion files take the mode of this one. An
 * existing file is not opened: closing it would drop the locks of other connections (POSIX). */
static bool make_file(const char *path, bool create, struct diag *diag) {
    int fd = create ? open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (fd >= 0) close(fd);
    struct stat st;
    if (create && fd < 0 && errno != EEXIST)
        return diag_set(diag, "cannot create store '%s': %s", path, strerror(errno));
    if (stat(path, &st) != 0 || access(path, R_OK | W_OK) != 0)
        return diag_set(diag, "cannot open store '%s': %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return diag_set(diag, "cannot open store '%s': not a regular file", path);
    return true;
}

struct db *db_open(const char *path, bool create, struct diag *diag) {
    if (path && !make_file(path, create, diag)) return NULL;
    struct db *db = mem_alloc(sizeof *db);
    db->name = mem_copy(path ? path : "(temporary)", strlen(path ? path : "(temporary)"));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (path ? 0 : SQLITE_OPEN_CREATE);
    if (sqlite3_open_v2(path ? path : "", &db->handle, flags, NULL) != SQLITE_OK) {
        diag_set(diag, "cannot open store '%s': %s", db->name, sqlite3_errmsg(db->handle));
        db_close(db);
        return NULL;
    }
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    return db;
}

void db_close(struct db *db) {
    if (!db) return;
    for (size_t i = 0; i < db->kept_count; i++) sqlite3_finalize(db->kept[i].statement);
    sqlite3_close(db->handle);
    mem_free(db->kept);
    mem_free(db->name);
    mem_free(db);
}

/* ---- statements ---- */

static bool fail(struct db *db, struct diag *diag) {
    db->failed = db->inside;
    int cause = sqlite3_errcode(db->handle) == SQLITE_IOERR ? sqlite3_system_errno(db->handle) : 0;
    return diag_set(diag, "cannot use store '%s': %s%s%s", db->name, sqlite3_errmsg(db->handle),
        cause ? ": " : "", cause ? strerror(cause) : "");
}

/* SQLite rolls a transaction back by itself when the disk fails; what came after would then be
 * committed alone. */
static bool may_go_on(struct db *db, struct diag *diag) {
    if (!db->failed) return true;
    return diag_set(diag, "cannot use store '%s': its transaction has failed", db->name);
}

bool db_script(struct db *db, const char *sql, struct diag *diag) {
    if (!may_go_on(db, diag)) return false;
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK || fail(db, diag);
}

static sqlite3_stmt *keep(struct db *db, const char *sql, sqlite3_stmt *statement) {
    db->kept = mem_grow(db->kept, db->kept_count);
    db->kept[db->kept_count++] = (struct kept){sql, statement};
    return statement;
}

static struct kept *find_kept(struct db *db, const char *sql) {
    for (size_t i = 0; i < db->kept_count; i++)
        if (db->kept[i].sql == sql) return &db->kept[i];
    return NULL;
}

/* A statement that is being read further out cannot be used again; the inner one is a passing one. */
static sqlite3_stmt *prepare(struct db *db, const char *sql, bool *passing, struct diag *diag) {
    struct kept *kept = find_kept(db, sql);
    *passing = kept && sqlite3_stmt_busy(kept->statement);
    if (kept && !*passing) return kept->statement;
    sqlite3_stmt *statement = NULL;
    unsigned flags = *passing ? 0 : SQLITE_PREPARE_PERSISTENT;
    if (sqlite3_prepare_v3(db->handle, sql, -1, flags, &statement, NULL) != SQLITE_OK) {
        fail(db, diag);
        return NULL;
    }
    return *passing ? statement : keep(db, sql, statement);
}

static bool bind(sqlite3_stmt *statement, const struct db_value *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct db_value *value = &values[i];
        int at = (int)i + 1;
        const char *text = value->text.at ? value->text.at : "";
        int result = value->is_text ? sqlite3_bind_text64(statement, at, text, value->text.len,
                                          SQLITE_STATIC, SQLITE_UTF8)
                                    : sqlite3_bind_int64(statement, at, value->number);
        if (result != SQLITE_OK) return false;
    }
    return true;
}

void db_query(struct db *db, struct db_rows *rows, const char *sql, const struct db_value *values,
    size_t count, struct diag *diag) {
    *rows = (struct db_rows){.db = db, .failed = true};
    if (!may_go_on(db, diag)) return;
    rows->statement = prepare(db, sql, &rows->passing, diag);
    if (!rows->statement) return;
    rows->failed = !bind(rows->statement, values, count);
    if (rows->failed) fail(db, diag);
}

bool db_next(struct db_rows *rows, struct diag *diag) {
    if (rows->failed) return false;
    int result = sqlite3_step(rows->statement);
    if (result == SQLITE_ROW) return true;
    rows->failed = result != SQLITE_DONE;
    if (rows->failed) fail(rows->db, diag);
    return false;
}

int64_t db_number(const struct db_rows *rows, int column) {
    return sqlite3_column_int64(rows->statement, column);
}

struct str db_text(const struct db_rows *rows, int column, struct arena *arena) {
    const char *text = (const char *)sqlite3_column_text(rows->statement, column);
    int len = sqlite3_column_bytes(rows->statement, column);
    return arena_copy(arena, (struct str){text, text ? (size_t)len : 0});
}

bool db_end(struct db_rows *rows) {
    if (rows->passing) {
        sqlite3_finalize(rows->statement);
    } else if (rows->statement) {
        sqlite3_reset(rows->statement);
        sqlite3_clear_bindings(rows->statement);
    }
    return !rows->failed;
}

bool db_run(struct db *db, const char *sql, const struct db_value *values, size_t count,
    struct diag *diag) {
    struct db_rows rows;
    db_query(db, &rows, sql, values, count, diag);
    while (db_next(&rows, diag)) continue;
    return db_end(&rows);
}

int64_t db_changes(struct db *db) {
    return sqlite3_changes64(db->handle);
}

bool db_ask(struct db *db, const char *sql, const struct db_value *values, size_t count,
    int64_t *answer, struct diag *diag) {
    struct db_rows rows;
    db_query(db, &rows, sql, values, count, diag);
    if (db_next(&rows, diag)) *answer = db_number(&rows, 0);
    return db_end(&rows);
}

/* ---- transactions ---- */

bool db_begin(struct db *db, struct diag *diag) {
    db->inside = db_run(db, "BEGIN IMMEDIATE", NO_VALUES, diag);
    return db->inside;
}

bool db_commit(struct db *db, struct diag *diag) {
    if (!db_run(db, "COMMIT", NO_VALUES, diag)) return false;
    db->inside = false;
    return true;
}

void db_rollback(struct db *db) {
    db->failed = false;
    if (db->inside && !sqlite3_get_autocommit(db->handle)) db_script(db, "ROLLBACK", NULL);
    db->inside = db->failed = false;
}

bool db_inside(const struct db *db) {
    return db->inside;
}

/* ---- migrations ---- */

static bool check_references(struct db *db, struct diag *diag) {
    struct db_rows rows;
    db_query(db, &rows, "PRAGMA foreign_key_check", NO_VALUES, diag);
    bool broken = db_next(&rows, diag);
    if (!db_end(&rows)) return false;
    return !broken || diag_set(diag, "cannot migrate store '%s': a reference is broken", db->name);
}

static bool migrate_step(struct db *db, const char *script, int64_t to, struct diag *diag) {
    char version[64];
    snprintf(version, sizeof version, "PRAGMA user_version = %lld", (long long)to);
    return db_script(db, script, diag) && check_references(db, diag) &&
           db_script(db, version, diag) && db_commit(db, diag);
}

bool db_migrate(
    struct db *db, const char *const *scripts, int64_t from, int64_t to, struct diag *diag) {
    bool good = db_script(db, "PRAGMA foreign_keys = OFF", diag);
    for (int64_t version = from; good && version < to; version++) {
        good = db_begin(db, diag) && migrate_step(db, scripts[version], version + 1, diag);
        if (!good) db_rollback(db);
    }
    return db_script(db, "PRAGMA foreign_keys = ON", good ? diag : NULL) && good;
}
