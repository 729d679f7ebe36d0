#include "base/file.h"

#include "base/mem.h"
#include "base/overlay.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef DATA_DIR
#define DATA_DIR "/usr/local/share/tocsin"
#endif

static bool read_all(int fd, const char *path, size_t limit, struct buf *to, struct diag *diag) {
    size_t start = to->len;
    for (;;) {
        char *room = buf_reserve(to, 64 * 1024);
        ssize_t got = read(fd, room, 64 * 1024);
        if (got < 0) return diag_set(diag, "cannot read '%s': %s", path, strerror(errno));
        to->len += (size_t)got;
        to->at[to->len] = '\0';
        if (got == 0) return true;
        if (to->len - start > limit)
            return diag_set(diag, "'%s' is larger than %zu bytes", path, limit);
    }
}

static bool add_whole(
    struct str bytes, const char *path, size_t limit, struct buf *to, struct diag *diag) {
    if (bytes.len > limit) return diag_set(diag, "'%s' is larger than %zu bytes", path, limit);
    buf_add_str(to, bytes);
    return true;
}

bool file_read(const char *path, size_t limit, struct buf *to, struct diag *diag) {
    struct str bytes;
    if (overlay_is(path, &bytes)) return add_whole(bytes, path, limit, to, diag);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return diag_set(diag, "cannot open '%s': %s", path, strerror(errno));
    bool good = read_all(fd, path, limit, to, diag);
    close(fd);
    return good;
}

char *path_join(struct arena *arena, const char *dir, const char *name) {
    if (name[0] == '/' || !*dir || strcmp(dir, ".") == 0) return arena_text(arena, name);
    const char *slash = dir[strlen(dir) - 1] == '/' ? "" : "/";
    return arena_format(arena, "%s%s%s", dir, slash, name);
}

char *path_directory(struct arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return arena_text(arena, ".");
    if (slash == path) return arena_text(arena, "/");
    return (char *)arena_copy(arena, (struct str){path, (size_t)(slash - path)}).at;
}

bool path_is_directory(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool path_exists(const char *path) {
    return access(path, F_OK) == 0;
}

static bool wanted(const char *name, const char *const *suffixes) {
    if (!suffixes) return true;
    for (; *suffixes; suffixes++)
        if (str_ends(str_of(name), str_of(*suffixes))) return true;
    return false;
}

void paths_add(struct paths *paths, char *path) {
    paths->list = mem_grow(paths->list, paths->count);
    paths->list[paths->count++] = path;
}

/* The directories that a walk is in. A link back to one of them would be walked without end. */
struct inside {
    const struct inside *outer;
    dev_t device;
    ino_t inode;
};

static bool is_inside(const struct inside *inside, const struct stat *st) {
    for (; inside; inside = inside->outer)
        if (inside->device == st->st_dev && inside->inode == st->st_ino) return true;
    return false;
}

/* Asks only where the entry does not say: a link, or a file system that does not tell. */
static bool leads_on(const struct dirent *entry, const char *path) {
    bool unsaid = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
    return entry->d_type == DT_DIR || (unsaid && path_is_directory(path));
}

static bool walk(struct paths *paths, struct arena *arena, const char *dir,
    const char *const *suffixes, const struct inside *outer, struct diag *diag) {
    struct dirent **entries = NULL;
    struct stat st;
    int count = stat(dir, &st) == 0 ? 0 : -1;
    if (count == 0 && is_inside(outer, &st)) return true;
    if (count == 0 && paths->enter) paths->enter(paths->context, dir);
    if (count == 0) count = scandir(dir, &entries, NULL, NULL);
    if (count < 0) return diag_set(diag, "cannot read directory '%s': %s", dir, strerror(errno));
    struct inside here = {outer, st.st_dev, st.st_ino};
    bool good = true;
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *path = name[0] == '.' ? NULL : path_join(arena, strcmp(dir, ".") ? dir : "", name);
        if (path && leads_on(entries[i], path))
            good = walk(paths, arena, path, suffixes, &here, diag) && good;
        else if (path && wanted(name, suffixes))
            paths_add(paths, path);
        free(entries[i]);
    }
    free(entries);
    return good;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool paths_walk(struct paths *paths, struct arena *arena, const char *path,
    const char *const *suffixes, struct diag *diag) {
    if (!path_exists(path) && !overlay_is(path, NULL))
        return diag_set(diag, "cannot open '%s': %s", path, strerror(errno));
    if (!path_is_directory(path)) {
        paths_add(paths, arena_text(arena, path));
        return true;
    }
    size_t before = paths->count;
    bool good = walk(paths, arena, path, suffixes, NULL, diag);
    if (paths->count > before)
        qsort(paths->list + before, paths->count - before, sizeof *paths->list, by_bytes);
    return good;
}

void paths_release(struct paths *paths) {
    mem_free(paths->list);
    *paths = (struct paths){0};
}

static bool holds_data(struct arena *arena, const char *dir) {
    return path_exists(path_join(arena, dir, "lua/prelude.lua"));
}

static char *program_dir(struct arena *arena) {
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len <= 0) return arena_text(arena, "/");
    self[len] = '\0';
    return path_directory(arena, self);
}

const char *file_data_dir(struct arena *arena) {
    const char *named = getenv("TOCSIN_DATA");
    if (named && *named) return named;
    char *dir = program_dir(arena);
    for (; strcmp(dir, "/") != 0; dir = path_directory(arena, dir)) {
        char *installed = path_join(arena, dir, "share/tocsin");
        if (holds_data(arena, dir)) return dir;
        if (holds_data(arena, installed)) return installed;
    }
    return DATA_DIR;
}
