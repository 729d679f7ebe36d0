/* Finds any of a few pairs of adjacent bytes, at the speed of memory: the first filter of a search
 * for words, which looks closer where a pair of one stands. Knows nothing of words. Reads no byte
 * outside of what it searches, and none of that twice. */
#ifndef BASE_PAIRS_H
#define BASE_PAIRS_H

#include "base/str.h"

#include <stdint.h>

enum { PAIRS = 16, PAIRS_LANES = 32 };

/* Each byte as often as it is compared at once. Begins zeroed. */
struct pairs {
    size_t count;
    unsigned char first[PAIRS][PAIRS_LANES], second[PAIRS][PAIRS_LANES];
};

/* `pair` is two bytes other than NUL. One that is there already takes no room; false: there is
 * none. */
bool pairs_add(struct pairs *pairs, const char *pair);

struct pairs_search {
    const struct pairs *pairs; /* borrowed, as the bytes are */
    struct str bytes;
    size_t next;   /* where the first block begins that was not compared */
    size_t block;  /* where the one before it begins, */
    uint64_t hits; /* and the places in it that were not told yet, a bit each */
};

static inline void pairs_begin(
    struct pairs_search *search, const struct pairs *pairs, struct str bytes) {
    *search = (struct pairs_search){.pairs = pairs, .bytes = bytes};
}

/* Goes on to the next block in which there is a pair. */
bool pairs_search_block(struct pairs_search *search);

/* Where the next pair stands; false: there are no more. Places come in order, each once. */
static inline bool pairs_next(struct pairs_search *search, size_t *at) {
    if (!search->hits && !pairs_search_block(search)) return false;
    *at = search->block + (size_t)__builtin_ctzll(search->hits);
    search->hits &= search->hits - 1;
    return true;
}

#endif
