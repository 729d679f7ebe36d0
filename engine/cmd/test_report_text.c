#include "cmd/test_report.h"

#include "base/plain.h"
#include "base/utf8.h"

/* Bytes that both begin with, and end with behind those; whole characters. */
struct common {
    size_t head, tail;
};

static bool begins_character(struct str text, size_t at) {
    return at >= text.len || ((unsigned char)text.at[at] & 0xC0) != 0x80;
}

static struct common common_of(struct str a, struct str b) {
    struct common common = {0, 0};
    size_t most = a.len < b.len ? a.len : b.len;
    while (common.head < most && a.at[common.head] == b.at[common.head]) common.head++;
    while (!begins_character(a, common.head) || !begins_character(b, common.head)) common.head--;
    while (common.tail < most - common.head &&
           a.at[a.len - 1 - common.tail] == b.at[b.len - 1 - common.tail])
        common.tail++;
    while (!begins_character(a, a.len - common.tail)) common.tail--;
    return common;
}

static struct str part(struct str text, size_t from, size_t to) {
    return (struct str){text.at + from, to - from};
}

/* What differs in it is coloured. */
static void add_value(
    struct buf *to, struct str text, const struct common *common, const char *color) {
    size_t end = text.len - common->tail;
    plain_print(to, part(text, 0, common->head));
    if (color && end > common->head) buf_add_text(to, color);
    plain_print(to, part(text, common->head, end));
    if (color && end > common->head) buf_add_text(to, "\033[0m");
    plain_print(to, part(text, end, text.len));
    buf_add_char(to, '\n');
}

static void add_difference(
    struct buf *to, const struct test_report *report, const struct difference *difference) {
    const struct place *place = &difference->place;
    struct common common = common_of(difference->expected, difference->got);
    buf_add_format(to, "     %s:%u:%u:", place->file, place->line, place->column);
    if (difference->what.len) buf_add_char(to, ' ');
    plain_print(to, difference->what);
    buf_add_text(to, "\n       expected  ");
    add_value(to, difference->expected, &common, report->color ? "\033[32m" : NULL);
    buf_add_text(to, "       got       ");
    add_value(to, difference->got, &common, report->color ? "\033[31m" : NULL);
}

static void result(struct test_report *report, const struct test_result *told) {
    const struct differences *differences = told->differences;
    struct buf text = {0};
    if (!differences->count && !report->verbose) return;
    buf_add_text(&text, differences->count ? (report->color ? "\033[1;31mFAIL\033[0m " : "FAIL ")
                                           : (report->color ? "\033[32mok\033[0m   " : "ok   "));
    plain_print(&text, told->rule->id);
    buf_add_text(&text, ": ");
    plain_print(&text, told->test->name);
    buf_add_char(&text, '\n');
    for (size_t i = 0; i < differences->count; i++)
        add_difference(&text, report, &differences->list[i]);
    fwrite(text.at, 1, text.len, stdout);
    buf_release(&text);
}

static void gap(struct test_report *report, const struct test_gap *told) {
    const struct place *place = &told->rule->id_place;
    const char *level = told->fails ? "error" : "warning";
    const char *color = told->fails ? "\033[1;31m" : "\033[1;35m";
    if (report->quiet && !told->fails) return;
    printf("%s:%u:%u: %s%s%s: rule '%.*s' has no %s\n", place->file, place->line, place->column,
        report->color ? color : "", level, report->color ? "\033[0m" : "", STR_ARG(told->rule->id),
        told->missing);
}

static void end(struct test_report *report, const char *broken) {
    if (report->quiet && !report->failed && !report->gaps && !broken) return;
    printf("%zu rule%s: %zu passed, %zu failed\n", report->rules, report->rules == 1 ? "" : "s",
        report->passed, report->failed);
}

const struct test_reporter test_report_text = {NULL, result, gap, end};
