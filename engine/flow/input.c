#include "flow/input.h"

#include "base/file.h"
#include "base/log.h"
#include "flow/both.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD_BYTES = 1024, PATIENCE_MS = 100 };

/* "LENGTH:HASH" of the first bytes, `len` of them or fewer. */
static void hash_head(int fd, size_t len, char *head, size_t room) {
    char bytes[HEAD_BYTES], hex[HASH_HEX];
    ssize_t got = pread(fd, bytes, len < sizeof bytes ? len : sizeof bytes, 0);
    struct hash *hash = hash_new();
    hash_part(hash, (struct str){bytes, got > 0 ? (size_t)got : 0});
    hash_hex(hash, hex);
    hash_free(hash);
    snprintf(head, room, "%zd:%.32s", got > 0 ? got : 0, hex);
}

static bool begins_as_before(int fd, const struct store_input *saved) {
    if (!saved->head[0]) return true;
    char head[sizeof saved->head];
    hash_head(fd, (size_t)strtoull(saved->head, NULL, 10), head, sizeof head);
    return strcmp(head, saved->head) == 0;
}

/* What is held is later than what the store knows. */
static bool recall(struct pipeline *pipeline, const char *key, struct arena *arena,
    struct store_input *saved, bool *found, struct diag *diag) {
    const struct store_input *held = positions_find(&pipeline->positions, key);
    *found = held != NULL;
    if (held) *saved = *held;
    return held || store_input_find(pipeline->committer.store, key, arena, saved, found, diag);
}

static bool find(struct pipeline *pipeline, int fd, const struct stat *st, const char *path,
    struct store_input *saved, struct diag *diag) {
    struct arena arena = {0};
    bool found = false;
    char key[sizeof saved->key];
    snprintf(key, sizeof key, "%ju:%ju", (uintmax_t)st->st_dev, (uintmax_t)st->st_ino);
    bool good = recall(pipeline, key, &arena, saved, &found, diag);
    if (!found || st->st_size < saved->size || !begins_as_before(fd, saved)) {
        if (found) log_info("'%s' is not the file it was: reading it from its beginning", path);
        *saved = (struct store_input){0};
        memcpy(saved->key, key, sizeof key);
    }
    if (atoi(saved->head) < HEAD_BYTES) hash_head(fd, HEAD_BYTES, saved->head, sizeof saved->head);
    saved->path = str_of(path);
    arena_release(&arena);
    return good;
}

/* What the store knows of the open file, compared with it. `same`: nothing was added. */
static bool look_up(struct pipeline *pipeline, const char *path, int fd, struct input_file *file,
    bool *same, struct diag *diag) {
    struct stat st;
    if (fstat(fd, &st) < 0) return diag_set(diag, "cannot open '%s': %s", path, strerror(errno));
    if (!find(pipeline, fd, &st, path, &file->saved, diag)) return false;
    *same = file->saved.done && file->saved.size == st.st_size;
    file->saved.size = st.st_size;
    return true;
}

/* It is opened once, so that what is looked up and what is read are the same file. */
bool input_open(struct pipeline *pipeline, const char *path, bool again, struct input_file *file,
    struct diag *diag) {
    bool same = false;
    *file = (struct input_file){0};
    struct source *source = source_open(path, diag);
    if (!source) return false;
    bool good = look_up(pipeline, path, source_fd(source), file, &same, diag);
    if (!good || (same && !again)) {
        source_close(source);
        return good;
    }
    if (same) file->saved.position = (struct record_position){0};
    file->records = records_new(source, pipeline->rules->types.wrappers, file->saved.position);
    return true;
}

void input_close(struct input_file *file) {
    records_free(file->records);
    file->records = NULL;
}

enum pipeline_end input_drain(struct pipeline *pipeline, struct records *records, const char *name,
    struct store_input *input, bool give_up, struct diag *diag) {
    for (;;) {
        enum pipeline_end end = pipeline_drain(pipeline, records, name, input, diag);
        if (end != PIPELINE_CORRUPT && !(end == PIPELINE_CUT && give_up)) return end;
        enum pipeline_end tail = pipeline_reject_tail(pipeline, records, name, input, diag);
        if (tail != PIPELINE_CUT) return tail == PIPELINE_END ? end : tail;
    }
}

static enum pipeline_end read_stream(
    struct pipeline *pipeline, const char *path, struct diag *diag) {
    struct source *source = source_open(path, diag);
    if (!source) return PIPELINE_FAILED;
    source_set_patience(source, PATIENCE_MS);
    struct records *records = records_new(
        source, pipeline->rules->types.wrappers, (struct record_position){0});
    enum pipeline_end end = input_drain(pipeline, records, path, NULL, true, diag);
    records_free(records);
    return end;
}

static enum pipeline_end read_kept(struct pipeline *pipeline, const char *path, struct diag *diag) {
    struct input_file file;
    if (!input_open(pipeline, path, true, &file, diag)) return PIPELINE_FAILED;
    enum pipeline_end end = input_drain(pipeline, file.records, path, &file.saved, true, diag);
    input_close(&file);
    return end;
}

static bool is_regular(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static void tell_unreadable(struct pipeline *pipeline, const struct diag *diag) {
    log_error("%s", diag->text);
    pipeline->committer.tally.unreadable++;
}

/* False when nothing further shall be read. */
static bool read_one(struct pipeline *pipeline, const char *path) {
    struct diag diag = {0};
    enum pipeline_end end = is_regular(path) ? read_kept(pipeline, path, &diag)
                                             : read_stream(pipeline, path, &diag);
    if (end == PIPELINE_STOPPED) return false;
    if (end == PIPELINE_FAILED || end == PIPELINE_CORRUPT) tell_unreadable(pipeline, &diag);
    return true;
}

/* What cannot be walked is told, the rest is read. */
static void walk(
    struct pipeline *pipeline, struct paths *files, struct arena *arena, char *const *paths) {
    for (; *paths; paths++) {
        struct diag diag = {0};
        if (strcmp(*paths, "-") == 0)
            paths_add(files, *paths);
        else if (!paths_walk(files, arena, *paths, NULL, &diag))
            tell_unreadable(pipeline, &diag);
    }
}

bool input_read_kept(struct pipeline *pipeline, char *const *paths) {
    struct paths files = {0};
    struct arena arena = {0};
    bool more = true;
    walk(pipeline, &files, &arena, paths);
    for (size_t i = 0; i < files.count && more; i++) more = read_one(pipeline, files.list[i]);
    paths_release(&files);
    arena_release(&arena);
    return more;
}

/* Who waits for a pipe in a thread cannot be stopped. */
static size_t threads_for(const struct paths *files, size_t jobs) {
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->list[i], "-") == 0 || !is_regular(files->list[i])) return 0;
    return jobs > 1 ? jobs : 0;
}

static struct reader_options reader_for(
    const struct pipeline *pipeline, const struct paths *files, size_t jobs) {
    return (struct reader_options){.paths = files->list,
        .count = files->count,
        .threads = threads_for(files, jobs),
        .pool = pipeline->pool,
        .reading = {pipeline->rules->types.wrappers, pipeline_filter(pipeline), pipeline->sample}};
}

static bool take_files(struct pipeline *pipeline, const struct paths *files, size_t jobs) {
    struct diag diag = {0};
    struct reader_options options = reader_for(pipeline, files, jobs);
    struct reader *reader = reader_new(&options);
    enum pipeline_end end = pipeline_take(pipeline, reader, &diag);
    reader_free(reader);
    if (end == PIPELINE_FAILED) tell_unreadable(pipeline, &diag);
    return end != PIPELINE_STOPPED;
}

bool input_read_all(struct pipeline *pipeline, char *const *paths, size_t jobs) {
    struct paths files = {0};
    struct arena arena = {0};
    walk(pipeline, &files, &arena, paths);
    bool more = take_files(pipeline, &files, jobs);
    paths_release(&files);
    arena_release(&arena);
    return more;
}

/* ---- for two versions of a rule set ---- */

static bool is_for_both(struct pipeline *const both[2]) {
    const char *const *a = both[0]->rules->types.wrappers, *const *b =
                                                               both[1]->rules->types.wrappers;
    for (; a && b && *a && *b; a++, b++)
        if (strcmp(*a, *b) != 0) return false;
    return !(a && *a) && !(b && *b);
}

static bool take_files_for_both(
    struct pipeline *const both[2], const struct paths *files, size_t jobs) {
    struct diag diag = {0};
    struct both_filter filter;
    struct reader_options options = reader_for(both[0], files, jobs);
    both_filter_init(&filter, both);
    options.reading.filter = both_filter_record(&filter);
    struct reader *reader = reader_new(&options);
    enum pipeline_end end = both_take(both, reader, &diag);
    reader_free(reader);
    both_filter_release(&filter);
    if (end == PIPELINE_FAILED) tell_unreadable(both[1], &diag);
    return end != PIPELINE_STOPPED;
}

static bool take_files_twice(
    struct pipeline *const both[2], const struct paths *files, size_t jobs) {
    for (size_t i = 0; i < files->count; i++) {
        struct diag diag = {0};
        if (strcmp(files->list[i], "-") != 0) continue;
        diag_set(&diag, "cannot read standard input twice, and envelopes of log types differ");
        tell_unreadable(both[1], &diag);
        return false;
    }
    return take_files(both[0], files, jobs) && take_files(both[1], files, jobs);
}

bool input_read_both(struct pipeline *const both[2], char *const *paths, size_t jobs) {
    struct paths files = {0};
    struct arena arena = {0};
    walk(both[1], &files, &arena, paths);
    bool more = is_for_both(both) ? take_files_for_both(both, &files, jobs)
                                  : take_files_twice(both, &files, jobs);
    paths_release(&files);
    arena_release(&arena);
    return more;
}

static int64_t size_of(const char *path) {
    struct paths files = {0};
    struct arena arena = {0};
    struct stat st;
    int64_t total = 0;
    paths_walk(&files, &arena, path, NULL, NULL);
    for (size_t i = 0; i < files.count; i++)
        if (stat(files.list[i], &st) == 0) total += st.st_size;
    paths_release(&files);
    arena_release(&arena);
    return total;
}

int64_t input_total(char *const *paths) {
    int64_t total = 0;
    for (; *paths; paths++) {
        if (strcmp(*paths, "-") == 0) return -1;
        total += size_of(*paths);
    }
    return total;
}
