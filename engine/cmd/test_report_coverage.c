/* For formats that are of coverage alone, which is told at the end: standard output has nothing else,
 * and what fails is told on standard error. */
#include "cmd/test_report.h"

#include "base/plain.h"

static void result(struct test_report *report, const struct test_result *told) {
    struct buf why = {0}, line = {0};
    (void)report;
    if (!told->differences->count) return;
    test_report_why(&why, told->differences);
    plain_print(&line, told->test->name);
    buf_add_text(&line, ": ");
    plain_print(&line, buf_str(&why));
    fprintf(stderr, "FAIL %.*s: %s\n", STR_ARG(told->rule->id), buf_text(&line));
    buf_release(&why);
    buf_release(&line);
}

static void gap(struct test_report *report, const struct test_gap *told) {
    (void)report;
    if (told->fails)
        fprintf(stderr, "FAIL %.*s has no %s\n", STR_ARG(told->rule->id), told->missing);
}

const struct test_reporter test_report_coverage = {NULL, result, gap, NULL};
