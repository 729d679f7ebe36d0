/* What a piece of work cost, and how two of them compare when they are run in turns. */
#ifndef BENCH_SPENT_H
#define BENCH_SPENT_H

#include <stdbool.h>
#include <stddef.h>

/* Seconds. */
struct spent {
    double wall, cpu;
};

/* Of this process, from `begin` on. */
struct spent spent_now(void);
struct spent spent_since(struct spent begin);

/* Runs a program with its standard error in the file `log`; its processes count, those it waited
 * for too. False: it did not end with 0. */
bool spent_by_program(char *const *argv, const char *log, struct spent *spent);

/* ---- pairs ---- */

enum { ROUNDS_MOST = 100 };

/* One of two ways to do the same work. */
struct side {
    bool (*run)(void *context, struct spent *spent);
    void *context;
};

/* In the order A B, B A, A B …, so that what the machine does beside it falls on both. */
struct pair {
    struct side a, b;
    struct spent of_a[ROUNDS_MOST], of_b[ROUNDS_MOST];
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
struct spent spent_least(const struct spent *list, size_t count);

#endif
