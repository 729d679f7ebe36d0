#include "cmd/test_coverage.h"

#include "base/plain.h"
#include "text/json_short.h"

enum { SHOWN = 60 /* bytes of what a clause asks for */ };

static struct str trim(struct str s) {
    while (s.len && strchr(" \t\r", s.at[0])) s.at++, s.len--;
    while (s.len && strchr(" \t\r", s.at[s.len - 1])) s.len--;
    return s;
}

static void add_sum(struct buf *to, const struct coverage_sum *sum) {
    buf_add_format(to, "%u %%", coverage_percent(sum));
    buf_add_format(to, " (%zu of %zu lines", sum->lines_run, sum->lines);
    buf_add_format(to, ", %zu of %zu outcomes of clauses)\n", sum->outcomes_seen, sum->outcomes);
}

static void add_lines(
    struct buf *to, const struct manifest_lua *lua, const struct rule_lines *lines) {
    for (size_t at = 0; at < lines->count;) {
        unsigned line = lines->list[at].line;
        bool part;
        if (coverage_line_runs(lines, &at, &part)) continue;
        buf_add_format(to, "  %s:%u: never ran%s: ", lua->file, line, part ? " in full" : "");
        plain_print(to, trim(rule_lines_text(lua, line)));
        buf_add_char(to, '\n');
    }
}

static void add_clause(struct buf *to, const struct pattern_seen_clause *clause) {
    const struct place *place = &clause->place;
    const char *never = clause->held ? "false" : clause->failed ? "true" : "asked";
    struct arena arena = {0};
    struct buf wanted = {0};
    if (clause->held && clause->failed) return;
    json_print_short(&wanted, yaml_to_json(&arena, clause->wanted), SHOWN);
    buf_add_format(to, "  %s:%u:%u: never %s: ", place->file, place->line, place->column, never);
    plain_print(to, clause->path);
    buf_add_text(to, ": ");
    plain_print(to, buf_str(&wanted));
    buf_add_char(to, '\n');
    buf_release(&wanted);
    arena_release(&arena);
}

static void add_rule(
    struct buf *to, const struct manifest *rule, const struct covered_rule *covered) {
    struct coverage_sum sum = coverage_sum_of(covered);
    buf_add_text(to, "coverage of ");
    plain_print(to, rule->id);
    buf_add_text(to, ": ");
    add_sum(to, &sum);
    for (size_t i = 0; i < covered->pattern_count; i++)
        for (size_t j = 0; j < covered->patterns[i].count; j++)
            add_clause(to, &covered->patterns[i].list[j]);
    add_lines(to, &rule->lua, &covered->lines);
}

static struct coverage_sum add_rules(struct buf *to, const struct test_run *run) {
    const struct rules *rules = run->testing.rules;
    bool is_lcov = run->report.format == TEST_LCOV;
    struct coverage_sum total = {0};
    for (size_t i = 0; i < rules->count; i++) {
        const struct covered_rule *covered = &run->coverage->list[i];
        struct coverage_sum sum = coverage_sum_of(covered);
        if (!selection_has_rule(&run->selection, &rules->list[i])) continue;
        coverage_sum_add(&total, &sum);
        (is_lcov ? test_coverage_lcov : add_rule)(to, rules->list[i].manifest, covered);
    }
    return total;
}

bool test_coverage(const struct test_run *run) {
    bool is_lcov = run->report.format == TEST_LCOV;
    FILE *to = is_lcov || run->report.format == TEST_TEXT ? stdout : stderr;
    unsigned minimum = (unsigned)run->options->minimum;
    struct buf text = {0};
    if (!run->coverage) return true;
    struct coverage_sum total = add_rules(&text, run);
    if (!is_lcov) buf_add_text(&text, "coverage: ");
    if (!is_lcov) add_sum(&text, &total);
    if ((is_lcov || !run->report.quiet) && text.len) fwrite(text.at, 1, text.len, to);
    buf_release(&text);
    unsigned percent = coverage_percent(&total);
    if (percent < minimum)
        fprintf(stderr, "tocsin test: coverage is %u %%, less than %u %%\n", percent, minimum);
    return percent >= minimum;
}
