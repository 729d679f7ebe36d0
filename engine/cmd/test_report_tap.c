/* Test Anything Protocol, version 14: https://testanything.org/tap-version-14-specification.html */
#include "cmd/test_report.h"

#include "base/plain.h"
#include "text/json.h"

static void begin(struct test_report *report) {
    (void)report;
    puts("TAP version 14");
}

/* `#` would begin a directive. */
static void add_escaped(struct buf *to, struct str text) {
    struct buf plain = {0};
    plain_print(&plain, text);
    for (size_t i = 0; i < plain.len; i++) {
        if (plain.at[i] == '#' || plain.at[i] == '\\') buf_add_char(to, '\\');
        buf_add_char(to, plain.at[i]);
    }
    buf_release(&plain);
}

/* A string of JSON is one of YAML. */
static void add_line(struct buf *to, const char *key, struct str text) {
    buf_add_text(to, key);
    json_print_string(to, text);
    buf_add_char(to, '\n');
}

static void add_place(struct buf *to, const char *indent, const struct place *place) {
    buf_add_format(to, "%sat: {file: ", indent);
    json_print_string(to, str_of(place->file));
    buf_add_format(to, ", line: %u, column: %u}\n", place->line, place->column);
}

static void add_difference(struct buf *to, const struct difference *difference) {
    add_line(to, "    - what: ", difference->what);
    add_line(to, "      expected: ", difference->expected);
    add_line(to, "      got: ", difference->got);
    add_place(to, "      ", &difference->place);
}

static void add_diagnostic(struct buf *to, const struct test_result *told) {
    struct buf why = {0};
    test_report_why(&why, told->differences);
    buf_add_text(to, "  ---\n");
    add_line(to, "  message: ", buf_str(&why));
    buf_add_text(to, "  severity: fail\n");
    add_place(to, "  ", &told->test->place);
    buf_add_text(to, "  differences:\n");
    for (size_t i = 0; i < told->differences->count; i++)
        add_difference(to, &told->differences->list[i]);
    buf_add_text(to, "  ...\n");
    buf_release(&why);
}

static void begin_point(
    struct test_report *report, struct buf *to, bool good, const struct manifest *rule) {
    buf_add_format(to, "%s %zu - ", good ? "ok" : "not ok", ++report->number);
    add_escaped(to, rule->id);
    buf_add_text(to, ": ");
}

static void end_point(struct buf *to) {
    fwrite(to->at, 1, to->len, stdout);
    buf_release(to);
}

static void result(struct test_report *report, const struct test_result *told) {
    struct buf text = {0};
    begin_point(report, &text, told->differences->count == 0, told->rule);
    add_escaped(&text, told->test->name);
    buf_add_char(&text, '\n');
    if (told->differences->count) add_diagnostic(&text, told);
    end_point(&text);
}

static void gap(struct test_report *report, const struct test_gap *told) {
    struct buf text = {0};
    if (told->fails)
        begin_point(report, &text, false, told->rule);
    else
        buf_add_format(&text, "# rule '%.*s' ", STR_ARG(told->rule->id));
    buf_add_format(&text, "has no %s\n", told->missing);
    end_point(&text);
}

static void end(struct test_report *report, const char *broken) {
    if (broken)
        printf("Bail out! %s\n", broken);
    else
        printf("1..%zu\n", report->number);
}

const struct test_reporter test_report_tap = {begin, result, gap, end};
