/* What a piece of work cost, and how two of them compare when they are run in turns. */
#ifndef BENCH_COST_H
#define BENCH_COST_H

#include <stdbool.h>
#include <stddef.h>

/* Seconds. */
struct cost {
    double wall, cpu;
};

/* Of this process, from `begin` on. */
struct cost cost_now(void);
struct cost cost_since(struct cost begin);

/* Runs a program with its standard error in the file `log`; its processes count, those it waited
 * for too. False: it did not end with 0. */
bool cost_of_program(char *const *argv, const char *log, struct cost *cost);

/* ---- pairs ---- */

enum { ROUNDS_MOST = 100 };

/* One of two ways to do the same work. */
struct side {
    bool (*run)(void *context, struct cost *cost);
    void *context;
};

/* In the order A B, B A, A B …, so that what the machine does beside it falls on both. */
struct pair {
    struct side a, b;
    struct cost of_a[ROUNDS_MOST], of_b[ROUNDS_MOST];
    size_t rounds;
};

bool pair_run(struct pair *pair, size_t rounds);

struct spread {
    double least, median, most;
};

/* Of a / b, round by round. */
struct spread pair_wall(const struct pair *pair);
struct spread pair_cpu(const struct pair *pair);

/* The least that one of them took. */
struct cost cost_least(const struct cost *costs, size_t count);

#endif
