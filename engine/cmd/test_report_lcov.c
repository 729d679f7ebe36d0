/* LCOV's trace file as geninfo(1) has it. Standard output has nothing else: what fails is told on
 * standard error. */
#include "cmd/test_coverage.h"

#include "base/plain.h"

/* Lines that are in the file, and of those the ones that ran; the same of branches. */
struct found {
    size_t lines, lines_run, branches, branches_seen;
};

static void add_line(struct buf *to, struct found *found, unsigned line, size_t runs) {
    buf_add_format(to, "DA:%u,%zu\n", line, runs);
    found->lines++;
    found->lines_run += runs > 0;
}

static void begin_file(struct buf *to, const char *file) {
    buf_add_format(to, "TN:\nSF:%s\n", file);
}

static void end_file(struct buf *to, struct found *found) {
    if (found->branches)
        buf_add_format(to, "BRF:%zu\nBRH:%zu\n", found->branches, found->branches_seen);
    buf_add_format(to, "LF:%zu\nLH:%zu\nend_of_record\n", found->lines, found->lines_run);
    *found = (struct found){0};
}

/* `-` is a branch of what was never asked. */
static void add_branch(
    struct buf *to, struct found *found, const struct pattern_seen_clause *clause, bool outcome) {
    size_t taken = outcome ? clause->held : clause->failed;
    buf_add_format(to, "BRDA:%u,%u,%d,", clause->place.line, clause->place.column, !outcome);
    if (clause->held + clause->failed)
        buf_add_format(to, "%zu\n", taken);
    else
        buf_add_text(to, "-\n");
    found->branches++;
    found->branches_seen += taken > 0;
}

/* The line of a clause ran as often as the clause was asked; of several the first one says. */
static void add_pattern(struct buf *to, struct found *found, const struct pattern_seen *seen) {
    unsigned line = 0;
    for (size_t i = 0; i < seen->count; i++) {
        const struct pattern_seen_clause *clause = &seen->list[i];
        if (clause->place.line != line)
            add_line(to, found, clause->place.line, clause->held + clause->failed);
        line = clause->place.line;
        add_branch(to, found, clause, true);
        add_branch(to, found, clause, false);
    }
}

void test_coverage_lcov(
    struct buf *to, const struct manifest *rule, const struct covered_rule *covered) {
    const struct rule_lines *lines = &covered->lines;
    struct found found = {0};
    begin_file(to, rule->place.file);
    for (size_t i = 0; i < covered->pattern_count; i++)
        add_pattern(to, &found, &covered->patterns[i]);
    if (lines->count && strcmp(rule->lua.file, rule->place.file) != 0) {
        end_file(to, &found);
        begin_file(to, rule->lua.file);
    }
    for (size_t at = 0; at < lines->count;) {
        unsigned line = lines->list[at].line;
        size_t runs = coverage_line_runs(lines, &at, NULL);
        add_line(to, &found, line, runs);
    }
    end_file(to, &found);
}

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

const struct test_reporter test_report_lcov = {NULL, result, gap, NULL};
