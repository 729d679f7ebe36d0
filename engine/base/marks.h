/* A set of numbers below a bound that gives them back in ascending order, each once. Adding one takes
 * no time to speak of; giving them back takes it in proportion to what is in the set, and to 1 in
 * 4,096 of the bound. Allocates nothing after it was made. */
#ifndef BASE_MARKS_H
#define BASE_MARKS_H

#include "base/arena.h"

#include <stdint.h>

struct marks {
    uint64_t *words;  /* a bit a number */
    uint64_t *filled; /* a bit a word that is not 0 */
    size_t filled_count;
};

void marks_init(struct marks *marks, struct arena *arena, size_t bound); /* lives in the arena */

static inline void marks_add(struct marks *marks, uint32_t number) {
    marks->words[number / 64] |= (uint64_t)1 << number % 64;
    marks->filled[number / 4096] |= (uint64_t)1 << number / 64 % 64;
}

/* Moves all of them to `list`, which has room, and returns how many there were. */
size_t marks_take(struct marks *marks, uint32_t *list);

#endif
