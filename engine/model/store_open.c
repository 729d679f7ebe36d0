#include "model/store_private.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

/* ---- who is inside ---- */

/* Its address is what a thread is known by. */
static _Thread_local char self;

static bool owned(struct store *store) {
    return atomic_load_explicit(&store->owner, memory_order_relaxed) == &self;
}

bool store_enter(struct store *store) {
    if (owned(store)) return false;
    pthread_mutex_lock(&store->mutex);
    atomic_store_explicit(&store->owner, &self, memory_order_relaxed);
    return true;
}

void store_leave(struct store *store, bool entered) {
    if (!entered) return;
    atomic_store_explicit(&store->owner, NULL, memory_order_relaxed);
    pthread_mutex_unlock(&store->mutex);
}

bool store_begin(struct store *store, struct diag *diag) {
    if (!store_enter(store)) return diag_set(diag, "a transaction cannot begin inside another");
    store->begun = db_begin(store->db, diag);
    if (!store->begun) store_leave(store, true);
    return store->begun;
}

static void end(struct store *store) {
    store->begun = false;
    store_leave(store, true);
}

/* An `each` owns the store too, without a transaction that is its to end. */
static bool has_begun(struct store *store) {
    return owned(store) && store->begun;
}

bool store_commit(struct store *store, struct diag *diag) {
    if (!has_begun(store)) return diag_set(diag, "cannot commit: no transaction was begun");
    if (!db_commit(store->db, diag)) return false;
    end(store);
    return true;
}

static void roll_back(struct store *store) {
    memory_lines_clear(store->lines);
    db_rollback(store->db);
}

void store_rollback(struct store *store) {
    if (!has_begun(store)) return;
    roll_back(store);
    end(store);
}

bool store_change_begin(struct store *store, struct store_change *change, struct diag *diag) {
    change->entered = store_enter(store);
    change->began = !db_inside(store->db);
    if (!change->began || db_begin(store->db, diag)) return true;
    store_leave(store, change->entered);
    return false;
}

bool store_change_end(
    struct store *store, const struct store_change *change, bool good, struct diag *diag) {
    if (change->began) {
        good = good && db_commit(store->db, diag);
        if (!good) roll_back(store);
    }
    store_leave(store, change->entered);
    return good;
}

bool store_run(struct store *store, const char *sql, const struct db_value *values, size_t count,
    int64_t *changed, struct diag *diag) {
    struct store_change change;
    if (!store_change_begin(store, &change, diag)) return false;
    bool good = db_run(store->db, sql, values, count, diag);
    if (changed) *changed = good ? db_changes(store->db) : 0;
    return store_change_end(store, &change, good, diag);
}

bool store_ask(struct store *store, const char *sql, const struct db_value *values, size_t count,
    int64_t *answer, struct diag *diag) {
    bool entered = store_enter(store);
    bool good = db_ask(store->db, sql, values, count, answer, diag);
    store_leave(store, entered);
    return good;
}

/* ---- one `run` at a time ---- */

static bool tell_holder(const char *path, int fd, struct diag *diag) {
    char pid[24] = "";
    ssize_t len = pread(fd, pid, sizeof pid - 1, 0);
    long holder = len > 0 ? strtol(pid, NULL, 10) : 0;
    if (holder <= 0)
        return diag_set(diag, "cannot open store '%s': another process holds it", path);
    return diag_set(
        diag, "cannot open store '%s': another process (pid %ld) holds it", path, holder);
}

static bool write_holder(const char *path, int fd, struct diag *diag) {
    if (ftruncate(fd, 0) == 0 && dprintf(fd, "%ld\n", (long)getpid()) > 0) return true;
    return diag_set(diag, "cannot write the lock of store '%s': %s", path, strerror(errno));
}

/* Beside the store and not on it: closing a descriptor of the database itself would drop SQLite's
 * own locks. The file stays when the lock goes, as removing it would race with who opens it. */
static bool take_lock(struct store *store, const char *path, struct diag *diag) {
    char real[PATH_MAX];
    struct buf name;
    buf_init(&name);
    buf_add_format(&name, "%s.lock", realpath(path, real) ? real : path);
    store->lock = open(buf_text(&name), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock < 0) diag_set(diag, "cannot open '%s': %s", buf_text(&name), strerror(errno));
    buf_release(&name);
    if (store->lock < 0) return false;
    if (flock(store->lock, LOCK_EX | LOCK_NB) != 0) return tell_holder(path, store->lock, diag);
    return write_holder(path, store->lock, diag);
}

static void drop_lock(struct store *store) {
    if (store->lock >= 0) close(store->lock);
    store->lock = -1;
}

/* ---- what the file is ---- */

static bool read_version(
    struct store *store, const char *path, int64_t *version, struct diag *diag) {
    int64_t application = 0, tables = 0;
    if (!db_ask(store->db, "PRAGMA application_id", NO_VALUES, &application, diag) ||
        !db_ask(store->db, "PRAGMA user_version", NO_VALUES, version, diag) ||
        !db_ask(store->db, "SELECT count(*) FROM sqlite_schema", NO_VALUES, &tables, diag))
        return false;
    bool empty = application == 0 && *version == 0 && tables == 0;
    if ((application != STORE_APPLICATION && !empty) || *version < 0)
        return diag_set(diag, "cannot open store '%s': it belongs to another program", path);
    if (*version > STORE_VERSION)
        return diag_set(diag,
            "store '%s' is of version %lld, this program knows up to %d: use a newer tocsin", path,
            (long long)*version, STORE_VERSION);
    return true;
}

/* Beside a running engine of an older version nothing is brought forward. The version is
 * read again under the lock: another may have done it meanwhile. */
static bool migrate(struct store *store, const char *path, int64_t version, struct diag *diag) {
    if (version == STORE_VERSION) return true;
    bool borrowed = store->lock < 0;
    if (borrowed && !(take_lock(store, path, diag) && read_version(store, path, &version, diag)))
        return false;
    bool good = db_migrate(store->db, store_scripts, version, STORE_VERSION, diag);
    if (borrowed) drop_lock(store);
    return good;
}

/* auto_vacuum is for retention, and counts only before the first table is made. A log (WAL) that
 * grew in a long transaction is cut back to 16 MiB. Memories of many keys change pages all over the
 * file: 32 MiB of them stay in memory, and are written back once for many changes. */
static bool open_file(
    struct store *store, const char *path, enum store_mode mode, struct diag *diag) {
    static const char settings[] = "PRAGMA auto_vacuum = INCREMENTAL;"
                                   "PRAGMA journal_mode = WAL;"
                                   "PRAGMA journal_size_limit = 16777216;"
                                   "PRAGMA wal_autocheckpoint = 8192;"
                                   "PRAGMA cache_size = -32768;"
                                   "PRAGMA synchronous = FULL;"
                                   "PRAGMA secure_delete = FAST;"
                                   "PRAGMA foreign_keys = ON;";
    int64_t version = 0;
    store->db = db_open(path, mode == STORE_EXCLUSIVE, diag);
    return store->db && (mode != STORE_EXCLUSIVE || take_lock(store, path, diag)) &&
           read_version(store, path, &version, diag) && db_script(store->db, settings, diag) &&
           migrate(store, path, version, diag);
}

/* Nobody reads it after a crash. 64 MiB of it stay in memory, the rest goes to a file. */
static bool open_temporary(struct store *store, struct diag *diag) {
    static const char settings[] = "PRAGMA journal_mode = MEMORY;"
                                   "PRAGMA synchronous = OFF;"
                                   "PRAGMA locking_mode = EXCLUSIVE;"
                                   "PRAGMA secure_delete = OFF;"
                                   "PRAGMA cache_size = -65536;"
                                   "PRAGMA foreign_keys = ON;";
    store->db = db_open(NULL, true, diag);
    return store->db && db_script(store->db, settings, diag) &&
           db_migrate(store->db, store_scripts, 0, STORE_VERSION, diag);
}

struct store *store_open(const char *path, enum store_mode mode, struct diag *diag) {
    struct store *store = mem_alloc(sizeof *store);
    store->lock = -1;
    store->lines = memory_lines_new();
    pthread_mutex_init(&store->mutex, NULL);
    bool good = mode == STORE_TEMPORARY ? open_temporary(store, diag)
                                        : open_file(store, path, mode, diag);
    if (good) return store;
    store_close(store);
    return NULL;
}

void store_close(struct store *store) {
    if (!store) return;
    memory_lines_free(store->lines);
    db_close(store->db);
    drop_lock(store);
    pthread_mutex_destroy(&store->mutex);
    mem_free(store);
}
