/* What `tocsin test --coverage` tells behind the results. */
#ifndef CMD_TEST_COVERAGE_H
#define CMD_TEST_COVERAGE_H

#include "cmd/test_run.h"

/* To standard output with -f text and -f lcov, else to standard error, where it is in nobody's way.
 * False: less was seen than --min asks for, which is told. */
bool test_coverage(const struct test_run *run);

/* One rule as sections of a trace file of LCOV: clauses are branches. */
void test_coverage_lcov(
    struct buf *to, const struct manifest *rule, const struct covered_rule *covered);

#endif
