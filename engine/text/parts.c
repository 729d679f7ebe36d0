#include "text/parts.h"

#include "base/mem.h"
#include "text/json.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_BYTES = 64 * 1024 };

struct parts {
    char *const *paths;
    size_t count, at; /* `at`: the file that is being cut, or the next one */
    int fd;           /* of the file being cut; -1: none is */
    uint64_t from;
    char bytes[LOOK_BYTES];
};

struct parts *parts_new(char *const *paths, size_t count) {
    struct parts *parts = mem_alloc(sizeof *parts);
    parts->paths = paths;
    parts->count = count;
    parts->fd = -1;
    return parts;
}

static void leave_file(struct parts *parts) {
    if (parts->fd >= 0) close(parts->fd);
    parts->fd = -1;
    parts->from = 0;
    parts->at++;
}

void parts_free(struct parts *parts) {
    if (!parts) return;
    if (parts->fd >= 0) close(parts->fd);
    mem_free(parts);
}

/* ---- where to cut ---- */

static bool ends_object(const char *from, const char *newline) {
    while (newline > from && (newline[-1] == '\r' || newline[-1] == ' ')) newline--;
    return newline > from && newline[-1] == '}';
}

/* The `{` behind the first place to cut in the bytes; NULL where there is none. */
static const char *find_cut(const char *from, const char *end) {
    const char *at = from;
    while ((at = memchr(at, '\n', (size_t)(end - at))) && at + 1 < end)
        if (*++at == '{' && ends_object(from, at - 1)) return at;
    return NULL;
}

/* Looks at no more than the longest record can be. 0: there is no such place. */
static uint64_t cut_behind(struct parts *parts, uint64_t from) {
    enum { OVERLAP = 16 };
    for (uint64_t at = from; at < from + RECORD_LIMIT; at += LOOK_BYTES - OVERLAP) {
        ssize_t got = pread(parts->fd, parts->bytes, LOOK_BYTES, (off_t)at);
        if (got <= 0) return 0;
        const char *cut = find_cut(parts->bytes, parts->bytes + got);
        if (cut) return at + (uint64_t)(cut - parts->bytes);
        if (got < LOOK_BYTES) return 0;
    }
    return 0;
}

/* ---- the parts ---- */

/* A file that is not worth a cut, or cannot be read, is one part: who reads it finds out. */
static bool is_large_and_plain(struct parts *parts, const char *path) {
    struct stat st;
    char first;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= PART_BYTES) return false;
    parts->fd = open(path, O_RDONLY | O_CLOEXEC);
    return parts->fd >= 0 && pread(parts->fd, &first, 1, 0) == 1 && first == '{';
}

bool parts_next(struct parts *parts, struct part *part) {
    if (parts->at == parts->count) return false;
    const char *path = parts->paths[parts->at];
    bool cuts = parts->fd >= 0 || is_large_and_plain(parts, path);
    *part = (struct part){path, parts->from, 0, parts->at == 0 && parts->from == 0};
    if (cuts) part->to = cut_behind(parts, parts->from + PART_BYTES);
    parts->from = part->to;
    if (!part->to) leave_file(parts);
    return true;
}
