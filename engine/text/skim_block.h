/* What stands where in 64 bytes of JSON: a bit for each byte, the first the lowest. Private to text/. */
#ifndef TEXT_SKIM_BLOCK_H
#define TEXT_SKIM_BLOCK_H

#include <stdbool.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK_SIZE = 64 };

struct block {
    uint64_t quotes;
    uint64_t opens, closes;   /* brackets of either kind */
    uint64_t between;         /* commas, colons and what is not above a space */
    uint64_t slashes, breaks; /* \ and line feeds */
};

/* On any machine, and what the other is tested against. */
static inline void block_read_plain(struct block *block, const char *at) {
    *block = (struct block){0};
    for (unsigned i = 0; i < BLOCK_SIZE; i++) {
        unsigned char c = (unsigned char)at[i];
        block->quotes |= (uint64_t)(c == '"') << i;
        block->opens |= (uint64_t)(c == '{' || c == '[') << i;
        block->closes |= (uint64_t)(c == '}' || c == ']') << i;
        block->between |= (uint64_t)(c <= ' ' || c == ',' || c == ':') << i;
        block->slashes |= (uint64_t)(c == '\\') << i;
        block->breaks |= (uint64_t)(c == '\n') << i;
    }
}

#ifdef __SSE2__

static inline __m128i block_load(const char *at) {
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static inline __m128i block_equal(__m128i bytes, char c) {
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

/* The two kinds of bracket differ in one bit. */
static inline __m128i block_bracket(__m128i bytes, char curly) {
    return block_equal(_mm_or_si128(bytes, _mm_set1_epi8('{' ^ '[')), curly);
}

static inline __m128i block_between(__m128i bytes, char space) {
    __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(space)), bytes);
    return _mm_or_si128(low, _mm_or_si128(block_equal(bytes, ','), block_equal(bytes, ':')));
}

static inline uint64_t block_join(__m128i a, __m128i b, __m128i c, __m128i d) {
    uint64_t low = (unsigned)_mm_movemask_epi8(a) | (unsigned)_mm_movemask_epi8(b) << 16;
    uint64_t high = (unsigned)_mm_movemask_epi8(c) | (unsigned)_mm_movemask_epi8(d) << 16;
    return low | high << 32;
}

/* The bits of the four parts of a block that pass a test. */
#define BLOCK_BITS(part, test, c)                                                                  \
    block_join(test((part)[0], c), test((part)[1], c), test((part)[2], c), test((part)[3], c))

static inline bool block_has(const __m128i part[4], char c) {
    __m128i low = _mm_or_si128(block_equal(part[0], c), block_equal(part[1], c));
    __m128i high = _mm_or_si128(block_equal(part[2], c), block_equal(part[3], c));
    return _mm_movemask_epi8(_mm_or_si128(low, high)) != 0;
}

static inline void block_read(struct block *block, const char *at) {
    const __m128i part[4] = {
        block_load(at), block_load(at + 16), block_load(at + 32), block_load(at + 48)};
    block->quotes = BLOCK_BITS(part, block_equal, '"');
    block->opens = BLOCK_BITS(part, block_bracket, '{');
    block->closes = BLOCK_BITS(part, block_bracket, '}');
    block->between = BLOCK_BITS(part, block_between, ' ');
    block->slashes = block_has(part, '\\') ? BLOCK_BITS(part, block_equal, '\\') : 0;
    block->breaks = block_has(part, '\n') ? BLOCK_BITS(part, block_equal, '\n') : 0;
}

#else

static inline void block_read(struct block *block, const char *at) {
    block_read_plain(block, at);
}

#endif

#endif
