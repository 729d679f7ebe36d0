/* LCOV's trace file as geninfo(1) has it. */
#include "cmd/test_coverage.h"

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

/* A block is known by its column. `-` is a branch of what was never asked. */
static void add_branch(struct buf *to, struct found *found, const struct place *place,
    size_t number, size_t taken, size_t asked) {
    buf_add_format(to, "BRDA:%u,%u,%zu,", place->line, place->column, number);
    if (asked)
        buf_add_format(to, "%zu\n", taken);
    else
        buf_add_text(to, "-\n");
    found->branches++;
    found->branches_seen += taken > 0;
}

static void add_outcomes(
    struct buf *to, struct found *found, const struct place *place, size_t held, size_t failed) {
    add_branch(to, found, place, 0, held, held + failed);
    add_branch(to, found, place, 1, failed, held + failed);
}

static void add_clause(
    struct buf *to, struct found *found, const struct pattern_seen_clause *clause, size_t asked) {
    if (pattern_seen_has_outcomes(clause))
        add_outcomes(to, found, &clause->place, clause->held, clause->failed);
    for (size_t i = 0; i < clause->alternative_count; i++)
        add_branch(to, found, &clause->place, 2 + i, clause->alternatives[i].held, asked);
}

/* The line of a clause ran as often as the pattern was asked. */
static void add_pattern(struct buf *to, struct found *found, const struct pattern_seen *seen) {
    size_t asked = pattern_seen_asked(seen);
    unsigned line = 0;
    for (size_t i = 0; i < seen->count; i++) {
        const struct pattern_seen_clause *clause = &seen->list[i];
        if (clause->place.line != line) add_line(to, found, clause->place.line, asked);
        line = clause->place.line;
        add_clause(to, found, clause, asked);
    }
}

static void add_lua(struct buf *to, struct found *found, const struct rule_lines *lines) {
    for (size_t at = 0; at < lines->count;) {
        unsigned line = lines->list[at].line;
        size_t runs = coverage_line_runs(lines, &at, NULL);
        add_line(to, found, line, runs);
    }
    for (size_t i = 0; i < lines->branches.count; i++) {
        const struct rule_branch *branch = &lines->branches.list[i];
        add_outcomes(to, found, &branch->place, branch->held, branch->failed);
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
    add_lua(to, &found, lines);
    end_file(to, &found);
}
