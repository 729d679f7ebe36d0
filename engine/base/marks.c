#include "base/marks.h"

void marks_init(struct marks *marks, struct arena *arena, size_t bound) {
    marks->filled_count = bound / 4096 + 1;
    marks->filled = arena_list(arena, uint64_t, marks->filled_count);
    marks->words = arena_list(arena, uint64_t, bound / 64 + 1);
}

/* The lowest bit, which is taken away. */
static uint32_t take_bit(uint64_t *word) {
    uint32_t bit = (uint32_t)__builtin_ctzll(*word);
    *word &= *word - 1;
    return bit;
}

size_t marks_take(struct marks *marks, uint32_t *list) {
    size_t count = 0;
    for (uint32_t i = 0; i < marks->filled_count; i++)
        while (marks->filled[i]) {
            uint32_t at = i * 64 + take_bit(&marks->filled[i]);
            while (marks->words[at]) list[count++] = at * 64 + take_bit(&marks->words[at]);
        }
    return count;
}
