/* One pass over blocks of 64 bytes. Each byte and the one behind it are compared with both bytes of
 * every pair by vectors of 16, which x86-64 and ARM have; GCC's own notation says it for both.
 * With the number of pairs known to the compiler, the pairs stay in registers: half the time. */
#include "base/pairs.h"

#ifdef __SSE2__
#include <emmintrin.h>
#else
#include <endian.h>
#endif

typedef unsigned char lanes __attribute__((vector_size(PAIRS_LANES)));

enum { BLOCK = 64, VECTORS = BLOCK / PAIRS_LANES };

#define INLINE static inline __attribute__((always_inline))

static bool has_pair(const struct pairs *pairs, const char *pair) {
    for (size_t i = 0; i < pairs->count; i++)
        if (pairs->first[i][0] == (unsigned char)pair[0] &&
            pairs->second[i][0] == (unsigned char)pair[1])
            return true;
    return false;
}

bool pairs_add(struct pairs *pairs, const char *pair) {
    if (has_pair(pairs, pair)) return true;
    if (pairs->count == PAIRS) return false;
    memset(pairs->first[pairs->count], pair[0], PAIRS_LANES);
    memset(pairs->second[pairs->count], pair[1], PAIRS_LANES);
    pairs->count++;
    return true;
}

INLINE lanes load(const void *at) {
    lanes loaded;
    memcpy(&loaded, at, sizeof loaded);
    return loaded;
}

/* All ones where a pair begins. Reads one byte more than there are lanes. */
INLINE lanes compare(const struct pairs *pairs, size_t count, const char *at) {
    lanes here = load(at), behind = load(at + 1), found = {0};
#pragma GCC unroll 16
    for (size_t i = 0; i < count; i++)
        found |= (lanes)(here == load(pairs->first[i])) & (lanes)(behind == load(pairs->second[i]));
    return found;
}

INLINE bool any(lanes found) {
    uint64_t words[PAIRS_LANES / 8];
    memcpy(words, &found, sizeof words);
    return (words[0] | words[1]) != 0;
}

#ifdef __SSE2__

INLINE uint64_t bits_of(const lanes found[VECTORS]) {
    uint64_t bits = 0;
#pragma GCC unroll 4
    for (size_t i = 0; i < VECTORS; i++)
        bits |= (uint64_t)(unsigned)_mm_movemask_epi8((__m128i)found[i]) << (i * PAIRS_LANES);
    return bits;
}

#else

/* A bit for each byte: the product moves the lowest bit of byte i to bit 56 + i. */
static uint64_t bits_of(const lanes found[VECTORS]) {
    uint64_t bits = 0, words[BLOCK / 8];
    memcpy(words, found, sizeof words);
    for (size_t i = 0; i < BLOCK / 8; i++) {
        uint64_t ones = le64toh(words[i]) & UINT64_C(0x0101010101010101);
        bits |= (ones * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
    }
    return bits;
}

#endif

INLINE uint64_t search_block(const struct pairs *pairs, size_t count, const char *at) {
    lanes found[VECTORS], all = {0};
#pragma GCC unroll 4
    for (size_t i = 0; i < VECTORS; i++) {
        found[i] = compare(pairs, count, at + i * PAIRS_LANES);
        all |= found[i];
    }
    return any(all) ? bits_of(found) : 0;
}

/* The last block is searched in a copy, behind which there are zeros. */
INLINE bool search_blocks(struct pairs_search *search, size_t count) {
    const struct pairs *pairs = search->pairs;
    struct str bytes = search->bytes;
    size_t at = search->next;
    uint64_t hits = 0;
    for (; at + BLOCK < bytes.len && !hits; at += BLOCK)
        hits = search_block(pairs, count, bytes.at + at);
    if (!hits && at < bytes.len) {
        char rest[BLOCK + 1] = {0};
        memcpy(rest, bytes.at + at, bytes.len - at);
        hits = search_block(pairs, count, rest);
        at += BLOCK;
    }
    search->next = at;
    search->block = at - BLOCK;
    search->hits = hits;
    return hits != 0;
}

bool pairs_search_block(struct pairs_search *search) {
    switch (search->pairs->count) {
    case 1: return search_blocks(search, 1);
    case 2: return search_blocks(search, 2);
    case 3: return search_blocks(search, 3);
    case 4: return search_blocks(search, 4);
    case 5: return search_blocks(search, 5);
    case 6: return search_blocks(search, 6);
    case 7: return search_blocks(search, 7);
    case 8: return search_blocks(search, 8);
    default: return search_blocks(search, search->pairs->count);
    }
}
