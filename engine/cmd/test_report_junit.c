/* JUnit XML as its readers agree on it: what stands here is valid by the schema of Ant's reports and
 * by that of Jenkins. A rule is a suite. Counts stand before what they count, so all is printed at
 * the end. */
#include "cmd/test_report.h"

#include "base/clock.h"
#include "base/utf8.h"

/* XML 1.0 can hold neither controls nor U+FFFE and U+FFFF, not even escaped. */
static bool is_refused(const char *at, size_t len) {
    unsigned char c = (unsigned char)*at;
    if (len == 1) return c < ' ' && c != '\t' && c != '\n' && c != '\r';
    return len == 3 && (memcmp(at, "\xEF\xBF\xBE", 3) == 0 || memcmp(at, "\xEF\xBF\xBF", 3) == 0);
}

/* In an attribute a line's end would become a space. */
static void add_character(struct buf *to, const char *at, size_t len, bool is_attribute) {
    if (!is_attribute && (*at == '\n' || *at == '\t' || *at == '"')) {
        buf_add(to, at, len);
        return;
    }
    switch (*at) {
    case '&': buf_add_text(to, "&amp;"); return;
    case '<': buf_add_text(to, "&lt;"); return;
    case '>': buf_add_text(to, "&gt;"); return;
    case '"': buf_add_text(to, "&quot;"); return;
    case '\n':
    case '\r':
    case '\t': buf_add_format(to, "&#%d;", *at); return;
    default: buf_add(to, at, len);
    }
}

static void add_escaped(struct buf *to, struct str text, bool is_attribute) {
    for (size_t i = 0, len; i < text.len; i += len) {
        bool valid = utf8_next(text.at + i, text.len - i, &len);
        if (!valid) len = 1;
        if (!valid || is_refused(text.at + i, len))
            buf_add_text(to, "\xEF\xBF\xBD");
        else
            add_character(to, text.at + i, len, is_attribute);
    }
}

static void add_attribute(struct buf *to, const char *name, struct str text) {
    buf_add_format(to, " %s=\"", name);
    add_escaped(to, text, true);
    buf_add_char(to, '"');
}

/* ---- suites ---- */

static void add_timestamp(struct buf *to) {
    char now[CLOCK_TEXT];
    clock_format(clock_wall_ms() / 1000 * 1000, now);
    add_attribute(to, "timestamp", (struct str){now, strlen("2024-01-01T00:00:00")});
}

static void close_suite(struct test_report *report) {
    struct buf *to = &report->suites;
    if (!report->suite) return;
    buf_add_text(to, "  <testsuite");
    add_attribute(to, "name", report->suite->id);
    add_attribute(to, "package", str_of(report->suite->place.file));
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
    add_attribute(to, "classname", rule->id);
    add_attribute(to, "name", name);
    buf_add_text(to, " time=\"0\"");
}

static void add_failure(
    struct test_report *report, const char *type, struct str message, struct str text) {
    struct buf *to = &report->cases;
    report->suite_failed++;
    buf_add_text(to, ">\n      <failure");
    add_attribute(to, "type", str_of(type));
    add_attribute(to, "message", message);
    buf_add_char(to, '>');
    add_escaped(to, text, false);
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
