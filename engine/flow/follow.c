#include "flow/follow.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>
#include <sys/stat.h>

/* What the last look saw of a path, so that the next one need not open what did not change. */
struct seen {
    char *path;
    ino_t inode;
    int64_t size, mtime_ms;
    int64_t changed_ms; /* when that was other than the look before, monotonic */
    int64_t again_ms;   /* when one that cannot be read is tried again, monotonic */
    int64_t kept_ms;    /* when its position was last written */
    bool changed;       /* with this look */
    bool cut;           /* it ended inside a record */
    bool failed;        /* it cannot be read, and that was told */
};

struct follower {
    struct pipeline *pipeline;
    const struct config *config;
    bool *missing;     /* of each input: it cannot be walked, and that was told */
    struct seen *list; /* sorted by path, as a walk gives them */
    size_t count;
};

struct follower *follower_new(struct pipeline *pipeline, const struct config *config) {
    struct follower *follower = mem_alloc(sizeof *follower);
    follower->pipeline = pipeline;
    follower->config = config;
    follower->missing = mem_alloc(config->input_count * sizeof *follower->missing);
    return follower;
}

static void forget(struct seen *list, size_t count) {
    for (size_t i = 0; i < count; i++) mem_free(list[i].path);
    mem_free(list);
}

void follower_free(struct follower *follower) {
    if (!follower) return;
    forget(follower->list, follower->count);
    mem_free(follower->missing);
    mem_free(follower);
}

static struct seen *find_seen(struct follower *follower, const char *path) {
    size_t low = 0, high = follower->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(follower->list[middle].path, path);
        if (order == 0) return &follower->list[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static int64_t mtime_ms(const struct stat *st) {
    return (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
}

static void note(struct seen *seen, const struct stat *st) {
    bool same = seen->inode == st->st_ino && seen->size == st->st_size &&
                seen->mtime_ms == mtime_ms(st);
    if (!same) seen->changed_ms = clock_monotonic_ms();
    seen->changed = !same;
    seen->inode = st->st_ino;
    seen->size = st->st_size;
    seen->mtime_ms = mtime_ms(st);
}

/* The file's own time is the word of another clock, which may be behind: it is not taken alone. */
static bool is_stale(const struct seen *seen) {
    return clock_wall_ms() - seen->mtime_ms > FOLLOW_CUT_MS &&
           clock_monotonic_ms() - seen->changed_ms > FOLLOW_STILL_MS;
}

/* A position that is not written for long is forgotten by retention. A file that may not be read
 * does not change when it may. */
static bool needs_reading(const struct seen *seen) {
    if (seen->changed || clock_wall_ms() - seen->kept_ms > FOLLOW_KEEP_MS) return true;
    if (seen->failed) return clock_monotonic_ms() >= seen->again_ms;
    return seen->cut && is_stale(seen);
}

static bool keep_position(struct follower *follower, struct input_file *file, struct diag *diag) {
    const struct committer *committer = &follower->pipeline->committer;
    return store_input_save(committer->store, &file->saved, clock_now_ms(committer->clock), diag);
}

static enum pipeline_end read_file(
    struct follower *follower, struct seen *seen, struct diag *diag) {
    struct input_file file;
    enum pipeline_end end = PIPELINE_END;
    if (!input_open(follower->pipeline, seen->path, false, &file, diag)) return PIPELINE_FAILED;
    if (file.records)
        end = input_drain(follower->pipeline, file.records, seen->path, &file.saved,
            seen->cut && is_stale(seen), diag);
    else if (!keep_position(follower, &file, diag))
        end = PIPELINE_FAILED;
    input_close(&file);
    return end;
}

/* One that went away between the look and the reading is no fault. */
static bool take_file(struct follower *follower, struct seen *seen) {
    struct diag diag = {0};
    enum pipeline_end end = read_file(follower, seen, &diag);
    bool failed = end == PIPELINE_CORRUPT || (end == PIPELINE_FAILED && path_exists(seen->path));
    if (failed && !seen->failed) {
        log_error("%s", diag.text);
        follower->pipeline->committer.tally.unreadable++;
    }
    seen->cut = end == PIPELINE_CUT;
    seen->failed = failed;
    seen->again_ms = clock_monotonic_ms() + FOLLOW_AGAIN_MS;
    seen->kept_ms = clock_wall_ms();
    return end != PIPELINE_STOPPED;
}

/* Looks at one file and moves what is known of it to the new list. */
static bool look_at(
    struct follower *follower, const char *path, struct seen **list, size_t *count) {
    struct stat st;
    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode)) return true;
    struct seen *known = find_seen(follower, path);
    *list = mem_grow(*list, *count);
    struct seen *seen = &(*list)[(*count)++];
    *seen = known ? *known : (struct seen){.size = -1};
    seen->path = mem_copy(path, strlen(path));
    note(seen, &st);
    return !needs_reading(seen) || take_file(follower, seen);
}

static int by_path(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Who is not there may come, and one of whom a part cannot be read is read in part: both are told. */
static void tell_missing(struct follower *follower, size_t i, bool missing, const char *why) {
    if (missing && !follower->missing[i]) log_warn("%s; looking again until it can be read", why);
    if (!missing && follower->missing[i])
        log_info("'%s' can be read now", follower->config->inputs[i].file.at);
    follower->missing[i] = missing;
}

static struct paths list_files(struct follower *follower, struct arena *arena) {
    const struct config *config = follower->config;
    struct paths files = {0};
    for (size_t i = 0; i < config->input_count; i++) {
        struct diag diag = {0};
        bool good = paths_walk(&files, arena, config->inputs[i].file.at, NULL, &diag);
        tell_missing(follower, i, !good, diag.text);
    }
    if (files.count) qsort(files.list, files.count, sizeof *files.list, by_path);
    return files;
}

bool follower_look(struct follower *follower) {
    struct arena arena = {0};
    struct paths files = list_files(follower, &arena);
    struct seen *list = NULL;
    size_t count = 0;
    bool more = true;
    for (size_t i = 0; i < files.count && more; i++)
        if (i == 0 || strcmp(files.list[i], files.list[i - 1]) != 0)
            more = look_at(follower, files.list[i], &list, &count);
    forget(follower->list, follower->count);
    follower->list = list;
    follower->count = count;
    paths_release(&files);
    arena_release(&arena);
    return more;
}
