/* skim_block.h twice as wide, where the processor can, which is asked when the program runs. Private to
 * text/. */
#ifndef TEXT_SKIM_WIDE_H
#define TEXT_SKIM_WIDE_H

#include "text/skim_block.h"

#ifdef __x86_64__
#include <immintrin.h>

#define SKIM_WIDE __attribute__((target("avx2,bmi")))

static inline bool wide_is_there(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}

SKIM_WIDE static inline __m256i wide_load(const char *at) {
    return _mm256_loadu_si256((const __m256i *)(const void *)at);
}

SKIM_WIDE static inline __m256i wide_equal(__m256i bytes, char c) {
    return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c));
}

SKIM_WIDE static inline __m256i wide_bracket(__m256i bytes, char curly) {
    return wide_equal(_mm256_or_si256(bytes, _mm256_set1_epi8('{' ^ '[')), curly);
}

SKIM_WIDE static inline __m256i wide_between(__m256i bytes, char space) {
    __m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(space)), bytes);
    return _mm256_or_si256(low, _mm256_or_si256(wide_equal(bytes, ','), wide_equal(bytes, ':')));
}

SKIM_WIDE static inline uint64_t wide_join(__m256i low, __m256i high) {
    uint64_t bits = (unsigned)_mm256_movemask_epi8(high);
    return (unsigned)_mm256_movemask_epi8(low) | bits << 32;
}

#define WIDE_BITS(test, c) wide_join(test(low, c), test(high, c))

SKIM_WIDE static inline void block_read_wide(struct block *block, const char *at) {
    __m256i low = wide_load(at), high = wide_load(at + BLOCK_SIZE / 2);
    block->quotes = WIDE_BITS(wide_equal, '"');
    block->opens = WIDE_BITS(wide_bracket, '{');
    block->closes = WIDE_BITS(wide_bracket, '}');
    block->between = WIDE_BITS(wide_between, ' ');
    block->slashes = WIDE_BITS(wide_equal, '\\');
    block->breaks = WIDE_BITS(wide_equal, '\n');
}

#endif

#endif
