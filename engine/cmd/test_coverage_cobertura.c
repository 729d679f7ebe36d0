/* Cobertura's XML, as its document type coverage-04 has it. A rule is a package, each of its files a
 * class; conditions, clauses and alternatives are the branches of their lines. */
#include "cmd/test_coverage.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/xml.h"

#include <inttypes.h>
#include <stdlib.h>

/* What is known of a line: how often it ran, or of one thing on it which branches it took. */
struct mark {
    const char *file;
    unsigned line, column; /* column 0: the line itself */
    size_t hits;
    size_t branches, branches_seen;
};

struct marks {
    struct mark *list;
    size_t count;
};

struct rates {
    size_t lines, lines_run, branches, branches_seen;
};

static void add_mark(struct marks *marks, struct mark mark) {
    marks->list = mem_grow(marks->list, marks->count);
    marks->list[marks->count++] = mark;
}

/* ---- collecting ---- */

static void add_clause(
    struct marks *marks, const struct pattern_seen_clause *clause, size_t asked) {
    const struct place *place = &clause->place;
    struct mark mark = {.file = place->file, .line = place->line, .column = place->column};
    add_mark(marks, (struct mark){.file = place->file, .line = place->line, .hits = asked});
    if (pattern_seen_has_outcomes(clause)) mark.branches = 2;
    mark.branches += clause->alternative_count;
    mark.branches_seen = (clause->held > 0) + (clause->failed > 0);
    for (size_t i = 0; i < clause->alternative_count; i++)
        mark.branches_seen += clause->alternatives[i].held > 0;
    add_mark(marks, mark);
}

static void add_lua(struct marks *marks, const char *file, const struct rule_lines *lines) {
    for (size_t at = 0; at < lines->count;) {
        struct mark mark = {.file = file, .line = lines->list[at].line};
        mark.hits = coverage_line_runs(lines, &at, NULL);
        add_mark(marks, mark);
    }
    for (size_t i = 0; i < lines->branches.count; i++) {
        const struct rule_branch *branch = &lines->branches.list[i];
        add_mark(marks, (struct mark){.file = file,
                            .line = branch->place.line,
                            .column = branch->place.column ? branch->place.column : 1,
                            .branches = 2,
                            .branches_seen = (branch->held > 0) + (branch->failed > 0)});
    }
}

static int order(const void *left, const void *right) {
    const struct mark *a = left, *b = right;
    int files = strcmp(a->file, b->file);
    if (files) return files;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

static struct marks collect(const struct manifest *rule, const struct covered_rule *covered) {
    struct marks marks = {0};
    for (size_t i = 0; i < covered->pattern_count; i++)
        for (size_t j = 0; j < covered->patterns[i].count; j++)
            add_clause(
                &marks, &covered->patterns[i].list[j], pattern_seen_asked(&covered->patterns[i]));
    add_lua(&marks, rule->lua.file, &covered->lines);
    if (marks.count) qsort(marks.list, marks.count, sizeof *marks.list, order);
    return marks;
}

static bool shares_line(const struct mark *a, const struct mark *b) {
    return a->line == b->line && strcmp(a->file, b->file) == 0;
}

static size_t line_end(const struct marks *marks, size_t at) {
    size_t end = at + 1;
    while (end < marks->count && shares_line(&marks->list[at], &marks->list[end])) end++;
    return end;
}

static size_t file_end(const struct marks *marks, size_t at) {
    size_t end = at + 1;
    while (end < marks->count && strcmp(marks->list[at].file, marks->list[end].file) == 0) end++;
    return end;
}

/* ---- printing ---- */

static struct rates rates_of(const struct marks *marks, size_t at, size_t end) {
    struct rates rates = {0};
    for (; at < end; at++) {
        const struct mark *mark = &marks->list[at];
        bool begins_line = at == 0 || !shares_line(mark - 1, mark);
        rates.lines += begins_line;
        rates.lines_run += begins_line && mark->hits;
        rates.branches += mark->branches;
        rates.branches_seen += mark->branches_seen;
    }
    return rates;
}

static double rate(size_t seen, size_t all) {
    return all ? (double)seen / (double)all : 1;
}

static void add_rates(struct buf *to, const struct rates *rates) {
    buf_add_format(to, " line-rate=\"%.4f\" branch-rate=\"%.4f\"",
        rate(rates->lines_run, rates->lines), rate(rates->branches_seen, rates->branches));
}

static void add_conditions(struct buf *to, const struct marks *marks, size_t at, size_t end) {
    size_t number = 0;
    buf_add_text(to, ">\n            <conditions>\n");
    for (; at < end; at++) {
        const struct mark *mark = &marks->list[at];
        if (!mark->branches) continue;
        buf_add_format(to,
            "              <condition number=\"%zu\" type=\"jump\" coverage=\"%zu%%\"/>\n",
            number++, mark->branches_seen * 100 / mark->branches);
    }
    buf_add_text(to, "            </conditions>\n          </line>\n");
}

static void add_line(struct buf *to, const struct marks *marks, size_t at, size_t end) {
    const struct mark *mark = &marks->list[at];
    struct rates rates = rates_of(marks, at, end);
    size_t seen = rates.branches_seen, all = rates.branches;
    buf_add_format(to, "          <line number=\"%u\" hits=\"%zu\"", mark->line, mark->hits);
    if (all) {
        buf_add_format(to, " branch=\"true\" condition-coverage=\"%zu%% (%zu/%zu)\"",
            seen * 100 / all, seen, all);
        add_conditions(to, marks, at, end);
    } else {
        buf_add_text(to, " branch=\"false\"/>\n");
    }
}

static void add_class(
    struct buf *to, struct str name, const struct marks *marks, size_t at, size_t end) {
    struct rates rates = rates_of(marks, at, end);
    buf_add_text(to, "      <class");
    xml_add_attribute(to, "name", name);
    xml_add_attribute(to, "filename", str_of(marks->list[at].file));
    add_rates(to, &rates);
    buf_add_text(to, " complexity=\"0\">\n        <methods/>\n        <lines>\n");
    for (size_t next; at < end; at = next) {
        next = line_end(marks, at);
        add_line(to, marks, at, next);
    }
    buf_add_text(to, "        </lines>\n      </class>\n");
}

static void add_package(struct buf *to, struct str name, const struct marks *marks) {
    struct rates rates = rates_of(marks, 0, marks->count);
    buf_add_text(to, "    <package");
    xml_add_attribute(to, "name", name);
    add_rates(to, &rates);
    buf_add_text(to, " complexity=\"0\"><classes>\n");
    for (size_t at = 0, end; at < marks->count; at = end) {
        end = file_end(marks, at);
        add_class(to, name, marks, at, end);
    }
    buf_add_text(to, "    </classes></package>\n");
}

static void add_packages(struct buf *to, const struct test_run *run, struct rates *total) {
    const struct rules *rules = run->testing.rules;
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *rule = rules->list[i].manifest;
        if (!selection_has_rule(&run->selection, &rules->list[i])) continue;
        struct marks marks = collect(rule, &run->coverage->list[i]);
        struct rates rates = rates_of(&marks, 0, marks.count);
        total->lines += rates.lines, total->lines_run += rates.lines_run;
        total->branches += rates.branches, total->branches_seen += rates.branches_seen;
        add_package(to, rule->id, &marks);
        mem_free(marks.list);
    }
}

void test_coverage_cobertura(struct buf *to, const struct test_run *run) {
    struct buf packages = {0};
    struct rates total = {0};
    add_packages(&packages, run, &total);
    buf_add_text(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE coverage SYSTEM "
                     "\"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n<coverage");
    add_rates(to, &total);
    buf_add_format(to, " lines-covered=\"%zu\" lines-valid=\"%zu\"", total.lines_run, total.lines);
    buf_add_format(to, " branches-covered=\"%zu\" branches-valid=\"%zu\"", total.branches_seen,
        total.branches);
    buf_add_format(to, " complexity=\"0\" version=\"%s\" timestamp=\"%" PRId64 "\">\n", VERSION,
        clock_wall_ms());
    buf_add_text(to, "  <sources><source>.</source></sources>\n  <packages>\n");
    buf_add_str(to, buf_str(&packages));
    buf_add_text(to, "  </packages>\n</coverage>\n");
    buf_release(&packages);
}
