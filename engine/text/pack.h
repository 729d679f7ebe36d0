/* Many JSON texts of one line in a form that a page can hold and unpack: some together, one a line, gzip'd, in
 * base64. Has a bound: what goes beyond it is not taken. */
#ifndef TEXT_PACK_H
#define TEXT_PACK_H

#include "base/buf.h"

#include <stdint.h>

enum {
    PACK_CHUNK = 192 << 10, /* bytes of text that are packed together, or one that is longer */
    PACK_TEXT = 1 << 20,    /* no text is longer, */
    PACK_SIZE = 6 << 20,    /* and packed they are about so much, in base64 */
};

struct pack_place {
    int64_t chunk, index; /* chunk -1: it was not taken */
};

/* Begins zeroed. */
struct pack {
    struct buf open;   /* texts of the last chunk, each with a newline behind it */
    size_t in_open;    /* how many */
    struct buf chunks; /* base64, each with a newline behind it */
    size_t count;      /* of those */
    size_t left_out;
};

void pack_release(struct pack *pack);

struct pack_place pack_add(struct pack *pack, struct str json);
void pack_end(struct pack *pack); /* packs what is open */

/* A text of any length as a chunk of its own. Nothing is open. */
void pack_text(struct pack *pack, struct str text);

#endif
