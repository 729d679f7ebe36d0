/* How often each of many texts was seen. Of more different ones than it has room for, those that came
 * first are told apart, and the rest is counted together: its memory has a bound. */
#ifndef BASE_COUNTER_H
#define BASE_COUNTER_H

#include "base/arena.h"

#include <stdint.h>

enum { COUNTER_MOST = 5000 };

struct counted {
    struct str text; /* a copy */
    int64_t times;
};

/* Begins zeroed. */
struct counter {
    struct arena arena;
    struct counted *list; /* by text, until counter_end */
    size_t count;
    int64_t rest; /* of texts for which there was no room */
};

void counter_add(struct counter *counter, struct str text);
void counter_end(struct counter *counter); /* what was seen most stands first, then by text */
void counter_release(struct counter *counter);

#endif
