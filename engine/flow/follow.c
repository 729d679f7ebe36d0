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
    int64_t kept_ms; /* when its position was last written */
    bool cut;        /* it ended inside a record */
    bool reported;   /* that it cannot be read */
};

struct follower {
    struct pipeline *pipeline;
    const struct config *config;
    struct seen *list; /* sorted by path, as a walk gives them */
    size_t count;
};

struct follower *follower_new(struct pipeline *pipeline, const struct config *config) {
    struct follower *follower = mem_alloc(sizeof *follower);
    follower->pipeline = pipeline;
    follower->config = config;
    return follower;
}

static void forget(struct seen *list, size_t count) {
    for (size_t i = 0; i < count; i++) mem_free(list[i].path);
    mem_free(list);
}

void follower_free(struct follower *follower) {
    if (!follower) return;
    forget(follower->list, follower->count);
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

/* A position that is not written for long is forgotten by retention. */
static bool needs_reading(const struct seen *seen, const struct stat *st, int64_t now_ms) {
    int64_t mtime_ms = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
    if (seen->inode != st->st_ino || seen->size != st->st_size || seen->mtime_ms != mtime_ms)
        return true;
    if (now_ms - seen->kept_ms > FOLLOW_KEEP_MS) return true;
    return seen->cut && now_ms - mtime_ms > FOLLOW_CUT_MS;
}

static bool keep_position(struct follower *follower, struct input_file *file, struct diag *diag) {
    const struct committer *committer = &follower->pipeline->committer;
    return store_input_save(committer->store, &file->saved, clock_now_ms(committer->clock), diag);
}

static enum pipeline_end read_file(
    struct follower *follower, struct seen *seen, struct input_file *file, struct diag *diag) {
    struct pipeline *pipeline = follower->pipeline;
    bool give_up = clock_wall_ms() - file->mtime_ms > FOLLOW_CUT_MS;
    enum pipeline_end end =
        give_up ? input_drain(pipeline, file->records, seen->path, &file->saved, diag)
                : pipeline_drain(pipeline, file->records, seen->path, &file->saved, diag);
    seen->cut = end == PIPELINE_CUT;
    return end;
}

static bool take_file(struct follower *follower, struct seen *seen, const struct stat *st) {
    struct diag diag = {0};
    struct input_file file;
    enum pipeline_end end = PIPELINE_FAILED;
    if (input_open(follower->pipeline, seen->path, false, &file, &diag)) {
        if (file.records)
            end = read_file(follower, seen, &file, &diag);
        else if (keep_position(follower, &file, &diag))
            end = PIPELINE_END;
        input_close(&file);
    }
    if (end == PIPELINE_FAILED && !seen->reported) log_error("%s", diag.text);
    seen->reported = end == PIPELINE_FAILED;
    seen->kept_ms = clock_wall_ms();
    seen->inode = st->st_ino;
    seen->size = st->st_size;
    seen->mtime_ms = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
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
    if (!needs_reading(seen, &st, clock_wall_ms())) return true;
    return take_file(follower, seen, &st);
}

static int by_path(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct paths list_files(const struct config *config, struct arena *arena) {
    struct paths files = {0};
    for (size_t i = 0; i < config->input_count; i++)
        paths_walk(&files, arena, config->inputs[i].file.at, NULL, NULL);
    if (files.count) qsort(files.list, files.count, sizeof *files.list, by_path);
    return files;
}

bool follower_look(struct follower *follower) {
    struct arena arena = {0};
    struct paths files = list_files(follower->config, &arena);
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
