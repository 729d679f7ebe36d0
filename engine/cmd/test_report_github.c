/* Annotations of GitHub Actions: workflow commands, one a line. */
#include "cmd/test_report_github.h"
#include "cmd/test_report.h"

/* In a property `:` and `,` would end it. */
static void add_escaped(struct buf *to, struct str text, bool is_property) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool special = c == '%' || c == '\r' || c == '\n' ||
                       (is_property && (c == ':' || c == ','));
        if (special)
            buf_add_format(to, "%%%02X", (unsigned)(unsigned char)c);
        else
            buf_add_char(to, c);
    }
}

static void add_command(struct buf *to, const char *level, const struct place *place) {
    buf_add_format(to, "::%s file=", level);
    add_escaped(to, str_of(place->file), true);
    buf_add_format(to, ",line=%u,col=%u,title=", place->line, place->column);
}

void test_report_annotate(struct buf *to, const char *level, const struct place *place,
    struct str title, struct str text) {
    add_command(to, level, place);
    add_escaped(to, title, true);
    buf_add_text(to, "::");
    add_escaped(to, text, false);
    buf_add_char(to, '\n');
}

static void add_difference(
    struct buf *to, const struct test_result *told, const struct difference *difference) {
    struct buf why = {0};
    difference_print(&why, difference);
    add_command(to, "error", &difference->place);
    add_escaped(to, told->rule->id, true);
    add_escaped(to, STR(": "), true);
    add_escaped(to, told->test->name, true);
    buf_add_text(to, "::");
    add_escaped(to, buf_str(&why), false);
    buf_add_char(to, '\n');
    buf_release(&why);
}

static void result(struct test_report *report, const struct test_result *told) {
    struct buf text = {0};
    (void)report;
    for (size_t i = 0; i < told->differences->count; i++)
        add_difference(&text, told, &told->differences->list[i]);
    if (text.len) fwrite(text.at, 1, text.len, stdout);
    buf_release(&text);
}

static void gap(struct test_report *report, const struct test_gap *told) {
    struct buf text = {0};
    if (report->quiet && !told->fails) return;
    add_command(&text, told->fails ? "error" : "warning", &told->rule->id_place);
    add_escaped(&text, told->rule->id, true);
    buf_add_format(&text, "::the rule has no %s\n", told->missing);
    fwrite(text.at, 1, text.len, stdout);
    buf_release(&text);
}

static void end(struct test_report *report, const char *broken) {
    test_report_text.end(report, broken);
}

const struct test_reporter test_report_github = {NULL, result, gap, end};
