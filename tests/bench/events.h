/* Events to measure with, in memory: the same ones in each run. */
#ifndef BENCH_EVENTS_H
#define BENCH_EVENTS_H

#include "flow/rules.h"

struct events_set {
    struct arena arena;
    struct str *list; /* one JSON object each, without a line's end */
    size_t count;
    size_t bytes;
};

/* `count` events. One of `every` is an event of a test of one of the rules, under an id of its own;
 * the others are what an account does all day, of our making. */
void events_make(struct events_set *set, const struct rules *rules, size_t count, size_t every);

/* The records of the files under `dir`, again and again until there are `count`. False: no such
 * directory, or nothing in it. */
bool events_read(struct events_set *set, const char *dir, size_t count);

void events_release(struct events_set *set);

/* One a line. */
bool events_write(const struct events_set *set, const char *path);

#endif
