#include "text/source.h"

#include "base/mem.h"
#include "text/source_gzip.h"
#include "text/source_whole.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024 };

enum form { UNDECIDED, PLAIN, GZIP };

struct source {
    char *name; /* for messages */
    int fd;
    off_t start; /* where the file stood when it was opened, -1 where it cannot seek */
    off_t end;   /* where it is taken to end; 0: where it does */
    enum form form;
    struct gzip *gzip;   /* GZIP; */
    struct whole *whole; /* that which takes members whole, NULL: they are streamed */
    struct str text;     /* what is left of such a member */
    size_t chunk;        /* of one read */
    int patience_ms;     /* negative: without end */
    bool idle;           /* the last read waited in vain */
    bool gave;           /* the last read did not */
    size_t at, len;      /* of what was read ahead, in `bytes` */
    uint64_t raw;        /* bytes of the file read */
    uint64_t given;      /* bytes of the stream that the caller has */
    struct diag failed;  /* for good */
    bool corrupt;        /* by what the file holds */
    char bytes[BUFFER];
};

static bool open_file(struct source *source, const char *path, struct diag *diag) {
    bool standard = strcmp(path, "-") == 0;
    struct stat stat;
    source->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0) return diag_set(diag, "cannot open '%s': %s", path, strerror(errno));
    if (fstat(source->fd, &stat) == 0 && S_ISDIR(stat.st_mode))
        return diag_set(diag, "cannot open '%s': is a directory", path);
    source->start = lseek(source->fd, 0, SEEK_CUR);
    return true;
}

struct source *source_open(const char *path, struct diag *diag) {
    struct source *source = mem_alloc(sizeof *source);
    source->name = mem_copy(path, strlen(path));
    source->chunk = SIZE_MAX;
    source->patience_ms = -1;
    if (open_file(source, path, diag)) return source;
    source_close(source);
    return NULL;
}

void source_close(struct source *source) {
    if (!source) return;
    gzip_free(source->gzip);
    whole_free(source->whole);
    if (source->fd > STDIN_FILENO) close(source->fd);
    mem_free(source->name);
    mem_free(source);
}

void source_end_at(struct source *source, uint64_t offset) {
    source->end = source->start + (off_t)offset;
}

void source_limit_chunk(struct source *source, size_t most) {
    source->chunk = most;
}

static bool fail(struct source *source, const char *verb, const char *why) {
    return diag_set(&source->failed, "cannot %s '%s': %s", verb, source->name, why);
}

static bool fail_corrupt(struct source *source, const char *why) {
    source->corrupt = true;
    return fail(source, "inflate", why);
}

void source_set_patience(struct source *source, int milliseconds) {
    source->patience_ms = milliseconds;
}

bool source_is_idle(const struct source *source) {
    return source->idle;
}

/* False when nothing came in time; a signal ends the wait too, so that its reason is seen to. */
static bool wait_for_bytes(struct source *source) {
    struct pollfd wait = {.fd = source->fd, .events = POLLIN};
    int most_ms = source->gave ? 0 : source->patience_ms;
    source->idle = source->patience_ms >= 0 && poll(&wait, 1, most_ms) <= 0;
    source->gave = !source->idle;
    return source->gave;
}

static size_t room_before_end(const struct source *source) {
    off_t at = source->start + (off_t)source->raw;
    return !source->end ? SIZE_MAX : at < source->end ? (size_t)(source->end - at) : 0;
}

static ssize_t read_file(struct source *source, void *to, size_t room) {
    ssize_t got;
    if (!wait_for_bytes(source)) return 0;
    if (room > source->chunk) room = source->chunk;
    if (room > room_before_end(source)) room = room_before_end(source);
    do got = read(source->fd, to, room);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        fail(source, "read", strerror(errno));
    else
        source->raw += (uint64_t)got;
    return got;
}

/* Adds to what was read ahead; the number of bytes added, 0 at the end, -1 on an error. */
static ssize_t read_ahead(struct source *source) {
    memmove(source->bytes, source->bytes + source->at, source->len - source->at);
    source->len -= source->at;
    source->at = 0;
    ssize_t got = read_file(source, source->bytes + source->len, BUFFER - source->len);
    if (got > 0) source->len += (size_t)got;
    return got;
}

static bool is_read_ahead(const struct source *source, const char *magic, size_t len) {
    return source->len >= len && memcmp(source->bytes, magic, len) == 0;
}

/* Who limits chunks wants to hold no more. */
static void start_inflating(struct source *source) {
    bool may_hold = source->start >= 0 && !source->end && source->chunk == SIZE_MAX;
    source->form = GZIP;
    source->gzip = gzip_new();
    if (may_hold) source->whole = whole_new();
}

/* Two bytes tell, and the first alone where it is no 0x1F: then nobody waits for a second. */
static ssize_t decide(struct source *source) {
    ssize_t got = 1;
    while ((source->len == 0 || (source->len == 1 && is_read_ahead(source, "\x1F", 1))) && got > 0)
        got = read_ahead(source);
    if (got <= 0) return got;
    source->form = PLAIN;
    if (is_read_ahead(source, "\x1F\x8B", 2)) start_inflating(source);
    return 1;
}

static struct str ahead(const struct source *source) {
    return (struct str){source->bytes + source->at, source->len - source->at};
}

static ssize_t give(struct str *from, char *to, size_t room) {
    if (room > from->len) room = from->len;
    memcpy(to, from->at, room);
    *from = (struct str){from->at + room, from->len - room};
    return (ssize_t)room;
}

static ssize_t read_plain(struct source *source, char *to, size_t room) {
    struct str bytes = ahead(source);
    if (bytes.len == 0) return read_file(source, to, room);
    ssize_t got = give(&bytes, to, room);
    source->at = source->len - bytes.len;
    return got;
}

/* ---- gzip ---- */

/* To where a member ends that was not read but taken. */
static bool go_behind(struct source *source, uint64_t offset) {
    if (offset > source->raw) {
        if (lseek(source->fd, source->start + (off_t)offset, SEEK_SET) < 0)
            return fail(source, "seek in", strerror(errno));
        source->raw = offset;
        source->len = 0;
    }
    source->at = source->len - (size_t)(source->raw - offset);
    return true;
}

static void stream_on(struct source *source) {
    whole_free(source->whole);
    source->whole = NULL;
}

/* False when the bytes ahead must be streamed. */
static bool take_member(struct source *source) {
    struct str bytes = ahead(source);
    size_t used;
    if (!source->whole || !gzip_begins(source->gzip, &bytes)) return false;
    uint64_t offset = source->raw - bytes.len;
    uint64_t place = (uint64_t)source->start + offset;
    bool taken = whole_inflate(source->whole, source->fd, place, &source->text, &used);
    if (taken) gzip_take(source->gzip);
    if (!taken) stream_on(source);
    return taken && go_behind(source, offset + used);
}

static ssize_t stream(struct source *source, char *to, size_t room) {
    struct str bytes = ahead(source);
    if (room > source->chunk) room = source->chunk;
    size_t got = gzip_inflate(source->gzip, &bytes, to, room);
    source->at = source->len - bytes.len;
    const char *fault = got ? NULL : gzip_fault(source->gzip);
    return fault && !fail_corrupt(source, fault) ? -1 : (ssize_t)got;
}

static ssize_t read_gzip(struct source *source, char *to, size_t room) {
    for (;;) {
        if (source->text.len) return give(&source->text, to, room);
        if (take_member(source)) continue;
        ssize_t got = source->failed.set ? -1 : stream(source, to, room);
        if (got != 0) return got;
        got = read_ahead(source);
        if (got <= 0) return got;
    }
}

static ssize_t read_form(struct source *source, char *to, size_t room) {
    ssize_t decided = source->form == UNDECIDED ? decide(source) : 1;
    if (decided <= 0) return decided;
    return source->form == GZIP ? read_gzip(source, to, room) : read_plain(source, to, room);
}

ssize_t source_read(struct source *source, char *to, size_t room, struct diag *diag) {
    ssize_t got = source->failed.set ? -1 : read_form(source, to, room);
    if (got < 0) diag_set(diag, "%s", source->failed.text);
    if (got > 0) source->given += (uint64_t)got;
    return got;
}

bool source_is_cut(const struct source *source) {
    if (source->form == UNDECIDED) return source->len > 0;
    return source->form == GZIP && gzip_is_inside(source->gzip);
}

const char *source_fault(const struct source *source) {
    return source->corrupt ? source->failed.text : NULL;
}

static bool can_seek(const struct source *source, uint64_t offset) {
    struct stat stat;
    return source->form == PLAIN && source->start >= 0 && fstat(source->fd, &stat) == 0 &&
           S_ISREG(stat.st_mode) && (uint64_t)stat.st_size >= (uint64_t)source->start + offset;
}

static bool seek(struct source *source, uint64_t offset) {
    if (lseek(source->fd, source->start + (off_t)offset, SEEK_SET) < 0)
        return fail(source, "seek in", strerror(errno));
    source->at = source->len = 0;
    source->raw = source->given = offset;
    return true;
}

static bool read_over(struct source *source, uint64_t offset, struct diag *diag) {
    char bytes[16 * 1024];
    while (source->given < offset) {
        uint64_t left = offset - source->given;
        size_t room = left < sizeof bytes ? (size_t)left : sizeof bytes;
        ssize_t got = source_read(source, bytes, room, diag);
        if (got < 0) return false;
        if (got == 0)
            return diag_set(diag, "cannot go on at byte %llu of '%s': it is shorter",
                (unsigned long long)offset, source->name);
    }
    return true;
}

bool source_skip(struct source *source, uint64_t offset, struct diag *diag) {
    if (offset == 0) return true;
    bool decided = source->failed.set || source->form != UNDECIDED || decide(source) > 0;
    if (decided && can_seek(source, offset) && seek(source, offset)) return true;
    return read_over(source, offset, diag);
}

uint64_t source_raw_offset(const struct source *source) {
    return source->raw;
}

int source_fd(const struct source *source) {
    return source->fd;
}
