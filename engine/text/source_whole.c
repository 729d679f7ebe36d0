#include "text/source_whole.h"

#include "base/mem.h"

#include <errno.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER = 10, TRAILER = 8 }; /* the least that a member has */

struct whole {
    struct libdeflate_decompressor *decompressor;
    uint64_t offset; /* of what is held */
    char *packed;
    size_t packed_size;
    char *text;
    size_t room; /* of a member's text */
};

struct whole *whole_new(void) {
    return mem_alloc(sizeof(struct whole));
}

static void drop(struct whole *whole) {
    if (whole->decompressor) libdeflate_free_decompressor(whole->decompressor);
    mem_free(whole->packed);
    mem_free(whole->text);
    *whole = (struct whole){0};
}

void whole_free(struct whole *whole) {
    if (!whole) return;
    drop(whole);
    mem_free(whole);
}

static bool read_all(int fd, char *to, size_t size, uint64_t offset) {
    while (size > 0) {
        ssize_t got = pread(fd, to, size, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to += got;
        size -= (size_t)got;
        offset += (uint64_t)got;
    }
    return true;
}

/* A gzip file ends with the size of its last member: the others are taken to be no larger. */
static size_t last_size(const struct whole *whole) {
    const unsigned char *end = (const unsigned char *)whole->packed + whole->packed_size;
    return end[-4] | (size_t)end[-3] << 8 | (size_t)end[-2] << 16 | (size_t)end[-1] << 24;
}

/* Everything from there to where the file ends now. */
static bool hold(struct whole *whole, int fd, uint64_t offset) {
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) return false;
    uint64_t size = (uint64_t)st.st_size - offset;
    if ((uint64_t)st.st_size < offset + HEADER + TRAILER || size > WHOLE_FILE) return false;
    whole->offset = offset;
    whole->packed_size = (size_t)size;
    whole->packed = mem_resize(NULL, whole->packed_size);
    if (!read_all(fd, whole->packed, whole->packed_size, offset)) return false;
    whole->room = last_size(whole);
    if (whole->room > WHOLE_TEXT) return false;
    whole->text = mem_resize(NULL, whole->room + 1);
    whole->decompressor = libdeflate_alloc_decompressor();
    return whole->decompressor != NULL;
}

/* libdeflate does not look at the check sum that a header may have. */
static bool has_plain_header(struct str member) {
    enum { FLAGS = 3, HEADER_CHECKED = 2 };
    return member.len >= HEADER + TRAILER && !(member.at[FLAGS] & HEADER_CHECKED);
}

static bool inflate_member(struct whole *whole, struct str member, struct str *text, size_t *used) {
    size_t got;
    if (!has_plain_header(member) ||
        libdeflate_gzip_decompress_ex(whole->decompressor, member.at, member.len, whole->text,
            whole->room, used, &got) != LIBDEFLATE_SUCCESS)
        return false;
    *text = (struct str){whole->text, got};
    return true;
}

bool whole_inflate(struct whole *whole, int fd, uint64_t offset, struct str *text, size_t *used) {
    bool held = whole->packed || hold(whole, fd, offset);
    uint64_t at = offset - whole->offset;
    if (held && offset >= whole->offset && at < whole->packed_size) {
        struct str member = {whole->packed + at, whole->packed_size - (size_t)at};
        if (inflate_member(whole, member, text, used)) return true;
    }
    drop(whole);
    return false;
}
