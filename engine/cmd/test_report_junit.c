/* JUnit XML as its readers agree on it: what stands here is valid by the schema of Ant's reports and
 * by that of Jenkins. A rule is a suite. Counts stand before what they count, so all is printed at
 * the end. */
#include "cmd/test_report.h"

#include "base/clock.h"
#include "cmd/xml.h"

/* ---- suites ---- */

static void add_timestamp(struct buf *to) {
    char now[CLOCK_TEXT];
    clock_format(clock_wall_ms() / 1000 * 1000, now);
    xml_add_attribute(to, "timestamp", (struct str){now, strlen("2024-01-01T00:00:00")});
}

static void close_suite(struct test_report *report) {
    struct buf *to = &report->suites;
    if (!report->suite) return;
    buf_add_text(to, "  <testsuite");
    xml_add_attribute(to, "name", report->suite->id);
    xml_add_attribute(to, "package", str_of(report->suite->place.file));
    buf_add_format(to, " id=\"%zu\"", report->suite_count++);
    add_timestamp(to);
    buf_add_format(to, " hostname=\"localhost\" tests=\"%zu\" failures=\"%zu\" errors=\"0\"",
        report->suite_tests, report->suite_failed);
    buf_add_text(to, " time=\"0\">\n    <properties/>\n");
    buf_add_str(to, buf_str(&report->cases));
    buf_add_text(to, "    <system-out/>\n    <system-err/>\n  </testsuite>\n");
    buf_reset(&report->cases);
}

static void open_suite(struct test_report *report, const struct manifest *rule) {
    if (report->suite == rule) return;
    close_suite(report);
    report->suite = rule;
    report->suite_tests = report->suite_failed = 0;
}

/* ---- cases ---- */

static void begin_case(struct test_report *report, const struct manifest *rule, struct str name) {
    struct buf *to = &report->cases;
    report->suite_tests++;
    buf_add_text(to, "    <testcase");
    xml_add_attribute(to, "classname", rule->id);
    xml_add_attribute(to, "name", name);
    buf_add_text(to, " time=\"0\"");
}

static void add_failure(
    struct test_report *report, const char *type, struct str message, struct str text) {
    struct buf *to = &report->cases;
    report->suite_failed++;
    buf_add_text(to, ">\n      <failure");
    xml_add_attribute(to, "type", str_of(type));
    xml_add_attribute(to, "message", message);
    buf_add_char(to, '>');
    xml_add_text(to, text);
    buf_add_text(to, "</failure>\n    </testcase>\n");
}

static void add_place(struct buf *to, const struct place *place) {
    buf_add_format(to, "%s:%u:%u: ", place->file, place->line, place->column);
}

static void result(struct test_report *report, const struct test_result *told) {
    const struct differences *differences = told->differences;
    struct buf why = {0}, text = {0};
    open_suite(report, told->rule);
    begin_case(report, told->rule, told->test->name);
    test_report_why(&why, differences);
    for (size_t i = 0; i < differences->count; i++) {
        add_place(&text, &differences->list[i].place);
        difference_print(&text, &differences->list[i]);
        if (i + 1 < differences->count) buf_add_char(&text, '\n');
    }
    if (differences->count)
        add_failure(report, "difference", buf_str(&why), buf_str(&text));
    else
        buf_add_text(&report->cases, "/>\n");
    buf_release(&why);
    buf_release(&text);
}

static void gap(struct test_report *report, const struct test_gap *told) {
    struct buf why = {0}, text = {0};
    if (!told->fails) return;
    open_suite(report, told->rule);
    begin_case(report, told->rule, STR("is tested"));
    buf_add_format(&why, "the rule has no %s", told->missing);
    add_place(&text, &told->rule->id_place);
    buf_add_str(&text, buf_str(&why));
    add_failure(report, "gap", buf_str(&why), buf_str(&text));
    buf_release(&why);
    buf_release(&text);
}

static void end(struct test_report *report, const char *broken) {
    (void)broken;
    close_suite(report);
    puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>");
    if (report->suites.len) fwrite(report->suites.at, 1, report->suites.len, stdout);
    puts("</testsuites>");
}

const struct test_reporter test_report_junit = {NULL, result, gap, end};
