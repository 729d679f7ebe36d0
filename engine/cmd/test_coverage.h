/* What `tocsin test --coverage` tells behind the results. */
#ifndef CMD_TEST_COVERAGE_H
#define CMD_TEST_COVERAGE_H

#include "cmd/test_run.h"

/* To standard output with -f text, json and those that are of coverage alone, else to standard error,
 * where it is in nobody's way. With --html, a page of it.
 * False: less was seen than --min asks for, or the page cannot be written, which is told. */
bool test_coverage(const struct test_run *run);

/* Of the rules that are meant. */
struct coverage_sum test_coverage_sum(const struct test_run *run);

/* Appends all of it as one JSON object, as rules/README.md describes it. */
void test_coverage_json(struct buf *to, const struct test_run *run);

/* One rule for people, and a sum as they read it. */
void test_coverage_text(
    struct buf *to, const struct manifest *rule, const struct covered_rule *covered);
void test_coverage_text_sum(struct buf *to, const struct coverage_sum *sum);

/* All of it as XML of Cobertura. */
void test_coverage_cobertura(struct buf *to, const struct test_run *run);

/* One rule as sections of a trace file of LCOV: conditions and clauses are branches. */
void test_coverage_lcov(
    struct buf *to, const struct manifest *rule, const struct covered_rule *covered);

#endif
