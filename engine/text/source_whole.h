/* Inflates members of gzip'd files at once, which takes a third of the time: where the file and the
 * member are small enough to be held. What it refuses, for whatever reason, is streamed by
 * source_gzip, which gives the bytes before a fault and names it. The one home of libdeflate. Private
 * to text/. */
#ifndef TEXT_SOURCE_WHOLE_H
#define TEXT_SOURCE_WHOLE_H

#include "base/str.h"

#include <stdint.h>

enum {
    WHOLE_FILE = 8 << 20,  /* bytes of a file that is held */
    WHOLE_TEXT = 32 << 20, /* bytes of a member, inflated */
};

struct whole;

struct whole *whole_new(void);
void whole_free(struct whole *whole);

/* The member at `offset` of the file: its text, which is valid until the next call, and how many bytes
 * of the file it has. Does not move where the file is read. False: it is refused, and so is whatever
 * follows in the same file. */
bool whole_inflate(struct whole *whole, int fd, uint64_t offset, struct str *text, size_t *used);

#endif
