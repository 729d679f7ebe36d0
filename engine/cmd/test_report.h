/* What `tocsin test` tells, in one of several formats. Writes to standard output; knows nothing of
 * how tests are run. */
#ifndef CMD_TEST_REPORT_H
#define CMD_TEST_REPORT_H

#include "flow/difference.h"
#include "model/manifest.h"

enum test_format {
    TEST_TEXT,
    TEST_TAP,
    TEST_JUNIT,
    TEST_JSON,
    TEST_GITHUB,
    TEST_LCOV,
    TEST_COBERTURA
};

extern const char *const test_format_names[]; /* NULL-terminated */

struct test_result {
    const struct manifest *rule;
    const struct manifest_test *test;
    const struct differences *differences; /* none: it passed */
};

/* A rule that is not tested enough. */
struct test_gap {
    const struct manifest *rule;
    const char *missing; /* "test that alerts", "test that does not alert", "test" */
    bool fails;          /* --require-tests */
};

struct test_report {
    enum test_format format;
    bool color, quiet, verbose;
    size_t rules; /* of which a test was run */
    size_t passed, failed;
    size_t gaps;              /* that fail */
    size_t number;            /* TAP: of what was told last */
    struct buf suites, cases; /* JUnit: those that are complete, and of the one that is not */
    const struct manifest *suite;
    size_t suite_count, suite_tests, suite_failed;
};

void test_report_begin(struct test_report *report);
void test_report_result(struct test_report *report, const struct test_result *result);
void test_report_gap(struct test_report *report, const struct test_gap *gap);
/* `broken`: why not all were run; NULL: they were. Prints the sum and releases the report. */
void test_report_end(struct test_report *report, const char *broken);

/* All differences as sentences, `; ` between them. */
void test_report_why(struct buf *to, const struct differences *differences);

/* A row a format; each in a file of its own. Any may be NULL. */
struct test_reporter {
    void (*begin)(struct test_report *report);
    void (*result)(struct test_report *report, const struct test_result *result);
    void (*gap)(struct test_report *report, const struct test_gap *gap);
    void (*end)(struct test_report *report, const char *broken);
};

extern const struct test_reporter test_report_text, test_report_tap, test_report_junit,
    test_report_json, test_report_github, test_report_coverage;

#endif
