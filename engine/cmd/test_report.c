#include "cmd/test_report.h"

const char *const test_format_names[] = {
    "text", "tap", "junit", "json", "github", "lcov", "cobertura", NULL};

static const struct test_reporter *const reporters[] = {
    [TEST_TEXT] = &test_report_text,
    [TEST_TAP] = &test_report_tap,
    [TEST_JUNIT] = &test_report_junit,
    [TEST_JSON] = &test_report_json,
    [TEST_GITHUB] = &test_report_github,
    [TEST_LCOV] = &test_report_coverage,
    [TEST_COBERTURA] = &test_report_coverage,
};

void test_report_begin(struct test_report *report) {
    if (reporters[report->format]->begin) reporters[report->format]->begin(report);
}

void test_report_result(struct test_report *report, const struct test_result *result) {
    *(result->differences->count ? &report->failed : &report->passed) += 1;
    reporters[report->format]->result(report, result);
}

void test_report_gap(struct test_report *report, const struct test_gap *gap) {
    report->gaps += gap->fails;
    reporters[report->format]->gap(report, gap);
}

void test_report_end(struct test_report *report, const char *broken) {
    if (reporters[report->format]->end) reporters[report->format]->end(report, broken);
    buf_release(&report->suites);
    buf_release(&report->cases);
}

void test_report_why(struct buf *to, const struct differences *differences) {
    for (size_t i = 0; i < differences->count; i++) {
        if (i) buf_add_text(to, "; ");
        difference_print(to, &differences->list[i]);
    }
}
