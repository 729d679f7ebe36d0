#include "text/parts.h"

#include "base/mem.h"
#include "text/json.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_BYTES = 4096 };

struct parts {
    char *const *paths;
    size_t count, at; /* `at`: the file that is being cut, or the next one */
    int fd;           /* of the file being cut; -1: none is */
    uint64_t from;
    uint64_t device, inode;
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

/* Whether a text ends before the line break, and another begins behind it. */
static bool is_cut(struct parts *parts, uint64_t newline) {
    enum { BEFORE = 8, AROUND = BEFORE + 2 };
    char bytes[AROUND];
    if (pread(parts->fd, bytes, AROUND, (off_t)(newline - BEFORE)) < AROUND) return false;
    size_t end = BEFORE;
    while (end > 0 && (bytes[end - 1] == '\r' || bytes[end - 1] == ' ')) end--;
    return end > 0 && bytes[end - 1] == '}' && bytes[AROUND - 1] == '{';
}

/* Of the first line break from there on; 0: there is none within a record's length. */
static uint64_t find_newline(struct parts *parts, uint64_t from) {
    for (uint64_t at = from; at < from + RECORD_LIMIT; at += LOOK_BYTES) {
        ssize_t got = pread(parts->fd, parts->bytes, LOOK_BYTES, (off_t)at);
        const char *newline = got > 0 ? memchr(parts->bytes, '\n', (size_t)got) : NULL;
        if (newline) return at + (uint64_t)(newline - parts->bytes);
        if (got < LOOK_BYTES) return 0;
    }
    return 0;
}

/* Where the part that begins at `from` ends; 0: at the end of the file. One without line breaks is
 * not searched to its end. */
static uint64_t cut_behind(struct parts *parts, uint64_t from) {
    uint64_t at = from / PART_BYTES * PART_BYTES + PART_BYTES, newline;
    for (; (newline = find_newline(parts, at)); at += PART_BYTES)
        if (is_cut(parts, newline)) return newline + 1;
    return 0;
}

/* ---- the parts ---- */

/* A file that is not worth a cut, or cannot be read, is one part: who reads it finds out. */
static bool is_large_and_plain(struct parts *parts, const char *path) {
    struct stat st;
    char first;
    if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode)) return false;
    parts->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (parts->fd < 0 || fstat(parts->fd, &st) != 0 || st.st_size <= PART_BYTES) return false;
    parts->device = st.st_dev;
    parts->inode = st.st_ino;
    return pread(parts->fd, &first, 1, 0) == 1 && first == '{';
}

bool parts_next(struct parts *parts, struct part *part) {
    if (parts->at == parts->count) return false;
    const char *path = parts->paths[parts->at];
    bool cuts = parts->fd >= 0 || is_large_and_plain(parts, path);
    *part = (struct part){
        .path = path, .from = parts->from, .first = parts->at == 0 && parts->from == 0};
    if (cuts) part->to = cut_behind(parts, parts->from);
    part->cut = part->from || part->to;
    part->device = parts->device;
    part->inode = parts->inode;
    parts->from = part->to;
    if (!part->to) leave_file(parts);
    return true;
}
