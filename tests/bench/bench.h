/* What the parts of the bench share. Each compares two ways to do the same work, prints its rows, and
 * complains where they do not find the same. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "events.h"
#include "spent.h"

struct bench {
    const char *build; /* where the programs are */
    size_t events, rounds;
    struct arena arena;
    struct rules *all, *twenty;
    bool failed;
};

bool bench_complain(struct bench *bench, const char *what); /* always false */

/* One row of the table: what over against, of which clock, "wall" or "cpu". Borrows the texts, which
 * hold nothing that JSON would escape. */
struct bench_row {
    const char *what, *against, *clock;
    struct spread ratio;
    double at_least, at_most; /* 0: nothing is wanted */
    const char *note;
};

void bench_row(const struct bench_row *row);

/* Workers against one process, the whole program. */
void compare_programs(struct bench *bench, const struct events_set *events);

/* Isolated rules against rules in a shared state, judging alone. */
void compare_judging(
    struct bench *bench, const struct events_set *events, const char *of, double at_most);

#endif
