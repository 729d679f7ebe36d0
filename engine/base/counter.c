#include "base/counter.h"

#include <stdlib.h>

/* Where the text stands, or where it would. */
static size_t place_of(const struct counter *counter, struct str text) {
    size_t low = 0, high = counter->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(counter->list[middle].text, text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void insert(struct counter *counter, size_t at, struct str text) {
    counter->list = arena_grow(&counter->arena, counter->list, counter->count);
    struct counted *here = &counter->list[at];
    memmove(here + 1, here, (counter->count - at) * sizeof *here);
    *here = (struct counted){arena_copy(&counter->arena, text), 1};
    counter->count++;
}

void counter_add(struct counter *counter, struct str text) {
    size_t at = place_of(counter, text);
    if (at < counter->count && str_eq(counter->list[at].text, text))
        counter->list[at].times++;
    else if (counter->count < COUNTER_MOST)
        insert(counter, at, text);
    else
        counter->rest++;
}

static int most_first(const void *left, const void *right) {
    const struct counted *a = left, *b = right;
    if (a->times != b->times) return a->times < b->times ? 1 : -1;
    return str_cmp(a->text, b->text);
}

void counter_end(struct counter *counter) {
    if (counter->count) qsort(counter->list, counter->count, sizeof *counter->list, most_first);
}

void counter_release(struct counter *counter) {
    arena_release(&counter->arena);
    *counter = (struct counter){0};
}
