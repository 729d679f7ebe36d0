/* One pass over blocks of 64 bytes. Each byte and the one behind it are compared with both bytes of
 * every pair by vectors of 32, which GCC makes of what a processor has: two of 16 on x86-64 and ARM.
 * One source makes the code for processors with AVX2, too, which need two thirds of the time. With
 * the number of pairs known to the compiler, the pairs stay in registers: half the time. */
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

/* All ones where a pair begins. Reads one byte more than there are lanes. */
INLINE void compare(const struct pairs *pairs, size_t count, const char *at, lanes *found) {
    lanes here, behind;
    memcpy(&here, at, sizeof here);
    memcpy(&behind, at + 1, sizeof behind);
    *found = (lanes){0};
#pragma GCC unroll 16
    for (size_t i = 0; i < count; i++) {
        lanes first, second;
        memcpy(&first, pairs->first[i], sizeof first);
        memcpy(&second, pairs->second[i], sizeof second);
        *found |= (lanes)(here == first) & (lanes)(behind == second);
    }
}

INLINE bool any(const lanes *found) {
    uint64_t words[PAIRS_LANES / 8];
    memcpy(words, found, sizeof words);
    return (words[0] | words[1] | words[2] | words[3]) != 0;
}

#ifdef __SSE2__

INLINE uint64_t bits_of(const lanes found[VECTORS]) {
    enum { HALF = sizeof(__m128i) };
    uint64_t bits = 0;
#pragma GCC unroll 4
    for (size_t i = 0; i < BLOCK / HALF; i++) {
        __m128i half = _mm_loadu_si128((const __m128i *)found + i);
        bits |= (uint64_t)(unsigned)_mm_movemask_epi8(half) << (i * HALF);
    }
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
        compare(pairs, count, at + i * PAIRS_LANES, &found[i]);
        all |= found[i];
    }
    return any(&all) ? bits_of(found) : 0;
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

INLINE bool search_for(struct pairs_search *search) {
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

#ifdef __SSE2__

__attribute__((target("avx2,bmi"))) static bool search_wide(struct pairs_search *search) {
    return search_for(search);
}

static bool is_wide(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}

#else

static bool search_wide(struct pairs_search *search) {
    return search_for(search);
}

static bool is_wide(void) {
    return false;
}

#endif

bool pairs_search_block(struct pairs_search *search) {
    return is_wide() ? search_wide(search) : search_for(search);
}
