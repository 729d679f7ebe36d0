#include "flow/follow.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/notify.h"
#include "flow/follow_seen.h"

#include <stdlib.h>
#include <sys/stat.h>

struct follower {
    struct pipeline *pipeline;
    const struct config *config;
    struct notify *notify;
    bool *missing; /* of each input: it cannot be walked, and that was told */
    struct seen_list seen;
    struct arena arena;
    struct paths changed; /* since the last look, in the arena */
    int64_t walked_ms;    /* when everything was last looked at, monotonic */
    int64_t walk_ms;      /* and when it is next */
    int64_t worked_ms;    /* processor time of the last look */
    bool rereads;         /* it read a record of which there is not all yet, and reads it again */
    bool blind;           /* changes may not be told */
};

struct follower *follower_new(struct pipeline *pipeline, const struct config *config) {
    struct follower *follower = mem_alloc(sizeof *follower);
    follower->pipeline = pipeline;
    follower->config = config;
    follower->notify = notify_new();
    follower->missing = mem_alloc(config->input_count * sizeof *follower->missing);
    return follower;
}

void follower_free(struct follower *follower) {
    if (!follower) return;
    notify_free(follower->notify);
    seen_release(&follower->seen);
    paths_release(&follower->changed);
    arena_release(&follower->arena);
    mem_free(follower->missing);
    mem_free(follower);
}

/* ---- one file ---- */

static enum pipeline_end read_file(
    struct follower *follower, struct seen *seen, struct diag *diag) {
    struct input_file file;
    enum pipeline_end end = PIPELINE_END;
    if (!input_open(follower->pipeline, seen->path, false, &file, diag)) return PIPELINE_FAILED;
    if (file.records)
        end = input_drain(follower->pipeline, file.records, seen->path, &file.saved,
            seen->cut && seen_is_stale(seen), diag);
    else if (!pipeline_keep(follower->pipeline, &file.saved, diag))
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
    follower->rereads = follower->rereads || seen->cut;
    seen->failed = failed;
    seen->again_ms = clock_monotonic_ms() + FOLLOW_AGAIN_MS;
    seen->kept_ms = clock_wall_ms();
    return end != PIPELINE_STOPPED;
}

static bool look_at(struct follower *follower, struct seen *seen, const struct stat *st) {
    seen_note(seen, st);
    return !seen_needs_reading(seen) || take_file(follower, seen);
}

/* ---- everything ---- */

static void watch(struct follower *follower, enum notify_kind kind, const char *path) {
    if (!notify_watch(follower->notify, kind, path)) follower->blind = true;
}

static void watch_directory(void *context, const char *dir) {
    watch(context, NOTIFY_ENTRIES, dir);
}

static void watch_input(struct follower *follower, const char *path) {
    watch(follower, NOTIFY_ARRIVAL, path);
    if (path_exists(path) && !path_is_directory(path)) watch(follower, NOTIFY_CONTENT, path);
}

/* What has another name, or is behind a link, changes in another directory. */
static bool is_file(struct follower *follower, const char *path, struct stat *st) {
    if (lstat(path, st) < 0) return false;
    bool link = S_ISLNK(st->st_mode);
    if (link || (S_ISREG(st->st_mode) && st->st_nlink > 1)) watch(follower, NOTIFY_CONTENT, path);
    if (link && stat(path, st) < 0) return false;
    return S_ISREG(st->st_mode);
}

static int by_path(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct paths *paths) {
    size_t count = 0;
    if (paths->count) qsort(paths->list, paths->count, sizeof *paths->list, by_path);
    for (size_t i = 0; i < paths->count; i++)
        if (i == 0 || strcmp(paths->list[i], paths->list[count - 1]) != 0)
            paths->list[count++] = paths->list[i];
    paths->count = count;
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
    struct paths files = {.enter = watch_directory, .context = follower};
    for (size_t i = 0; i < config->input_count; i++) {
        struct diag diag = {0};
        watch_input(follower, config->inputs[i].file.at);
        bool good = paths_walk(&files, arena, config->inputs[i].file.at, NULL, &diag);
        tell_missing(follower, i, !good, diag.text);
    }
    sort(&files);
    return files;
}

/* What is known of them moves to a new list. */
static bool look_at_files(struct follower *follower, const struct paths *files) {
    struct seen_list before = follower->seen;
    struct stat st;
    bool more = true;
    follower->seen = (struct seen_list){0};
    for (size_t i = 0; i < files->count && more; i++) {
        const char *path = files->list[i];
        if (!is_file(follower, path, &st)) continue;
        more = look_at(follower, seen_add(&follower->seen, seen_find(&before, path), path), &st);
    }
    seen_release(&before);
    return more;
}

static bool look_at_all(struct follower *follower) {
    struct arena arena = {0};
    follower->walked_ms = clock_monotonic_ms();
    follower->blind = false;
    notify_begin(follower->notify);
    struct paths files = list_files(follower, &arena);
    bool more = look_at_files(follower, &files);
    notify_end(follower->notify);
    paths_release(&files);
    arena_release(&arena);
    follower->walk_ms = clock_monotonic_ms() + (follower->blind ? FOLLOW_PAUSE_MS : FOLLOW_WALK_MS);
    return more;
}

/* ---- what changed ---- */

/* Where much comes and goes, everything is still not looked at without end. */
static void walk_soon(struct follower *follower) {
    int64_t soon_ms = follower->walked_ms + FOLLOW_PAUSE_MS;
    if (soon_ms < follower->walk_ms) follower->walk_ms = soon_ms;
}

static void take_news(struct follower *follower) {
    enum notify_news news;
    char *path;
    while ((news = notify_next(follower->notify, &follower->arena, &path)) != NOTIFY_NOTHING)
        if (news == NOTIFY_FILE)
            paths_add(&follower->changed, path);
        else
            walk_soon(follower);
}

static bool look_at_one(struct follower *follower, const char *path) {
    struct stat st;
    if (stat(path, &st) < 0) return true;
    if (S_ISDIR(st.st_mode)) walk_soon(follower);
    if (!S_ISREG(st.st_mode)) return true;
    struct seen *seen = seen_find(&follower->seen, path);
    if (!seen) seen = seen_add(&follower->seen, NULL, path);
    return look_at(follower, seen, &st);
}

static bool look_at_changed(struct follower *follower) {
    bool more = true;
    sort(&follower->changed);
    for (size_t i = 0; i < follower->changed.count && more; i++)
        more = look_at_one(follower, follower->changed.list[i]);
    return more;
}

/* ---- the whole ---- */

static bool save(struct follower *follower) {
    struct diag diag = {0};
    return pipeline_save(follower->pipeline, false, &diag);
}

bool follower_look(struct follower *follower) {
    int64_t began_ms = clock_thread_ms();
    follower->rereads = false;
    bool all = clock_monotonic_ms() >= follower->walk_ms;
    bool more = all ? look_at_all(follower) : look_at_changed(follower);
    follower->changed.count = 0;
    arena_reset(&follower->arena);
    follower->worked_ms = clock_thread_ms() - began_ms;
    return more && save(follower);
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* Rests as long as it worked, and longer where the same is to be done again, so that a large record
 * that comes in pieces, or a gzip file, does not take the processor whenever it grows. */
static int64_t rest_ms(const struct follower *follower) {
    int64_t worked_ms = follower->worked_ms * (follower->rereads ? FOLLOW_REREAD_REST : 1);
    int64_t rest_ms = least(worked_ms, FOLLOW_PAUSE_MS);
    return rest_ms < FOLLOW_REST_MS ? FOLLOW_REST_MS : rest_ms;
}

void follower_wait(struct follower *follower, int64_t most_ms) {
    struct pipeline *pipeline = follower->pipeline;
    notify_rest(rest_ms(follower), pipeline->stop);
    most_ms = least(most_ms, follower->walk_ms - clock_monotonic_ms());
    most_ms = least(most_ms, positions_wait_ms(&pipeline->positions));
    notify_wait(follower->notify, most_ms, pipeline->stop);
    take_news(follower);
}
