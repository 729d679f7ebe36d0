/* The bytes of a source that are read and not yet done with, known by their offsets in the stream.
 * Private to text/. */
#ifndef TEXT_RECORDS_WINDOW_H
#define TEXT_RECORDS_WINDOW_H

#include "base/buf.h"
#include "text/source.h"

struct window {
    struct source *source; /* owned */
    struct buf bytes;
    uint64_t offset; /* of the first of them */
};

void window_init(struct window *window, struct source *source, uint64_t offset); /* takes source */
void window_release(struct window *window);

/* What is there from `offset` on; valid until the next window_fill. */
struct str window_from(const struct window *window, uint64_t offset);
static inline bool window_holds(const struct window *window, uint64_t offset) {
    return offset >= window->offset;
}

/* Drops what stands before `needed` and reads on; answers as source_read does. */
ssize_t window_fill(struct window *window, uint64_t needed, struct diag *diag);

/* At the beginning: the length of a byte order mark, 0 for none, -1 on an error. It is no part of
 * the JSON, and may come in pieces. */
ssize_t window_read_mark(struct window *window, struct diag *diag);

#endif
