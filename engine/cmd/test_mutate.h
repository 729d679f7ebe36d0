/* `tocsin test --mutate`: small changes of the rules, each put to its rule's tests. */
#ifndef CMD_TEST_MUTATE_H
#define CMD_TEST_MUTATE_H

#include "cmd/test_run.h"
#include "flow/mutant_trial.h"

/* One rule that was changed. */
struct mutated {
    const struct manifest *rule;
    struct mutants mutants;
    uint8_t *outcomes; /* enum mutant_outcome of each */
};

struct mutation_sum {
    size_t killed, lived, untried;
};

/* After the tests, of the rules whose tests hold. False: fewer are killed than --min asks for, or there
 * was no trying; it is told. */
bool test_mutate(struct test_run *run);

/* ---- test_mutate_tell.c ---- */

struct mutation_sum mutation_sum_of(const struct mutated *mutated);

/* Whole percents of those that were tried, rounded down; of none 100. */
unsigned mutation_percent(const struct mutation_sum *sum);

/* To standard output with -f text, json and github, else to standard error. */
void mutation_tell(const struct test_run *run, const struct mutated *list, size_t count,
    const struct mutation_sum *total);

#endif
