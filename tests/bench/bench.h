/* What the parts of the bench share. Each compares two ways to do the same work, prints its rows, and
 * complains where they do not find the same. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "cost.h"
#include "events.h"

struct bench {
    const char *build; /* where the programs are */
    size_t events, rounds;
    struct arena arena;
    struct rules *all, *twenty;
    bool failed;
};

bool bench_complain(struct bench *bench, const char *what); /* always false */

/* One row of the table: what, of which clock. */
void bench_row(const char *what, const char *clock, struct spread ratio, const char *wanted);

/* How many events a second both ways came to. */
void bench_row_of_events(const struct bench *bench, double seconds_of_a, double seconds_of_b);

/* Workers against one process, the whole program. */
void compare_programs(struct bench *bench, const struct events_set *events);

/* Isolated rules against rules in a shared state, judging alone. */
void compare_judging(
    struct bench *bench, const struct events_set *events, const char *of, const char *wanted);

#endif
