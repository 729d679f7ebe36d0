#include "text/source_gzip.h"

#include "base/mem.h"

#include <stdint.h>
#include <zlib.h>

enum member { MEMBER_BEGINS, MEMBER_INSIDE, MEMBER_BETWEEN, MEMBER_PADDING };

struct gzip {
    enum member member;
    bool inflating; /* `z` is in use */
    const char *fault;
    z_stream z;
};

struct gzip *gzip_new(void) {
    return mem_alloc(sizeof(struct gzip));
}

void gzip_free(struct gzip *gzip) {
    if (!gzip) return;
    if (gzip->inflating) inflateEnd(&gzip->z);
    mem_free(gzip);
}

const char *gzip_fault(const struct gzip *gzip) {
    return gzip->fault;
}

bool gzip_is_inside(const struct gzip *gzip) {
    return gzip->member == MEMBER_BEGINS || gzip->member == MEMBER_INSIDE;
}

void gzip_take(struct gzip *gzip) {
    gzip->member = MEMBER_BETWEEN;
}

/* Behind a member: padding, the next member, or something that should not be there. */
static void pass_padding(struct gzip *gzip, struct str *bytes) {
    for (; bytes->len && *bytes->at == 0; bytes->at++, bytes->len--) gzip->member = MEMBER_PADDING;
    if (bytes->len == 0) return;
    if (gzip->member == MEMBER_PADDING || *bytes->at != 0x1F)
        gzip->fault = "something else follows the compressed data";
    else
        gzip->member = MEMBER_BEGINS;
}

bool gzip_begins(struct gzip *gzip, struct str *bytes) {
    if (!gzip_is_inside(gzip) && !gzip->fault) pass_padding(gzip, bytes);
    return gzip->member == MEMBER_BEGINS && !gzip->fault;
}

static void begin_member(struct gzip *gzip) {
    enum { GZIP_ONLY = 16 };
    int result = gzip->inflating ? inflateReset(&gzip->z)
                                 : inflateInit2(&gzip->z, MAX_WBITS + GZIP_ONLY);
    if (result != Z_OK) mem_exhausted(sizeof gzip->z);
    gzip->inflating = true;
    gzip->member = MEMBER_INSIDE;
}

static size_t inflate_some(struct gzip *gzip, struct str *bytes, char *to, size_t room) {
    z_stream *z = &gzip->z;
    z->next_in = (Bytef *)(uintptr_t)bytes->at;
    z->avail_in = (uInt)bytes->len;
    z->next_out = (Bytef *)to;
    z->avail_out = (uInt)room;
    int result = inflate(z, Z_NO_FLUSH);
    bytes->at += bytes->len - z->avail_in;
    bytes->len = z->avail_in;
    if (result == Z_STREAM_END)
        gzip->member = MEMBER_BETWEEN;
    else if (result == Z_NEED_DICT || (result < 0 && result != Z_BUF_ERROR))
        gzip->fault = z->msg ? z->msg : "the data is corrupt";
    return room - z->avail_out;
}

size_t gzip_inflate(struct gzip *gzip, struct str *bytes, char *to, size_t room) {
    size_t got;
    do {
        if (gzip_begins(gzip, bytes)) begin_member(gzip);
        bool inside = gzip->member == MEMBER_INSIDE && !gzip->fault;
        got = inside ? inflate_some(gzip, bytes, to, room) : 0;
    } while (got == 0 && bytes->len && !gzip->fault);
    return got;
}
