/* Coverage as one JSON object: what a report shows, with the source beside what was seen of it. */
#include "cmd/test_coverage.h"

static void add_pair(struct buf *to, const char *key, size_t all, size_t seen) {
    json_print_key(to, key);
    buf_add_format(to, "{\"all\":%zu,\"seen\":%zu}", all, seen);
}

static void add_sum(struct buf *to, const struct coverage_sum *sum) {
    json_print_member_integer(to, "percent", coverage_percent(sum));
    add_pair(to, "lines", sum->lines, sum->lines_run);
    add_pair(to, "branches", sum->branches, sum->branches_seen);
    add_pair(to, "outcomes", sum->outcomes, sum->outcomes_seen);
    add_pair(to, "alternatives", sum->alternatives, sum->alternatives_seen);
}

static void add_place(struct buf *to, const struct place *place) {
    json_print_member_integer(to, "line", place->line);
    json_print_member_integer(to, "column", place->column);
}

/* `[` or `,` before an element. */
static void next(struct buf *to) {
    json_print_comma(to);
    buf_add_char(to, '{');
}

/* ---- Lua ---- */

/* Of a line on which no code stands null. */
static void add_runs(struct buf *to, const struct rule_lines *lines, size_t *at, unsigned line) {
    bool counts = *at < lines->count && lines->list[*at].line == line, part = false;
    json_print_key(to, "runs");
    if (counts)
        json_print_integer(to, (int64_t)coverage_line_runs(lines, at, &part));
    else
        buf_add_text(to, "null");
    if (!part) return;
    json_print_key(to, "part");
    buf_add_text(to, "true");
}

static void add_lines(
    struct buf *to, const struct manifest_lua *lua, const struct rule_lines *lines) {
    unsigned first = lua->line ? lua->line : 1, count = lua->code.len > 0;
    for (size_t i = 0; i + 1 < lua->code.len; i++) count += lua->code.at[i] == '\n';
    json_print_key(to, "source");
    buf_add_char(to, '[');
    for (size_t at = 0, i = 0; i < count; i++) {
        unsigned line = first + (unsigned)i;
        next(to);
        json_print_member_integer(to, "line", line);
        json_print_member(to, "text", rule_lines_text(lua, line));
        add_runs(to, lines, &at, line);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

static void add_conditions(struct buf *to, const struct rule_branches *branches) {
    json_print_key(to, "conditions");
    buf_add_char(to, '[');
    for (size_t i = 0; i < branches->count; i++) {
        const struct rule_branch *branch = &branches->list[i];
        next(to);
        add_place(to, &branch->place);
        json_print_member(to, "text", branch->source);
        json_print_member_integer(to, "true", branch->held);
        json_print_member_integer(to, "false", branch->failed);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

static void add_lua(
    struct buf *to, const struct manifest_lua *lua, const struct rule_lines *lines) {
    if (!lua->code.len) return;
    json_print_key(to, "lua");
    buf_add_char(to, '{');
    json_print_member(to, "file", str_of(lua->file));
    add_lines(to, lua, lines);
    add_conditions(to, &lines->branches);
    buf_add_char(to, '}');
}

/* ---- patterns ---- */

static void add_wanted(struct buf *to, const struct yaml *wanted) {
    struct arena arena = {0};
    json_print_key(to, "wanted");
    json_print(to, yaml_to_json(&arena, wanted));
    arena_release(&arena);
}

static void add_alternatives(struct buf *to, const struct pattern_seen_clause *clause) {
    json_print_key(to, "alternatives");
    buf_add_char(to, '[');
    for (size_t i = 0; i < clause->alternative_count; i++) {
        next(to);
        add_place(to, &clause->alternatives[i].wanted->place);
        add_wanted(to, clause->alternatives[i].wanted);
        json_print_member_integer(to, "true", clause->alternatives[i].held);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

/* An `$or` has alternatives alone. */
static void add_clause(struct buf *to, const struct pattern_seen_clause *clause) {
    next(to);
    json_print_member(to, "file", str_of(clause->place.file));
    add_place(to, &clause->place);
    json_print_member(to, "path", clause->path);
    add_wanted(to, clause->wanted);
    if (pattern_seen_has_outcomes(clause)) json_print_member_integer(to, "true", clause->held);
    if (pattern_seen_has_outcomes(clause)) json_print_member_integer(to, "false", clause->failed);
    add_alternatives(to, clause);
    buf_add_char(to, '}');
}

static void add_clauses(struct buf *to, const struct covered_rule *covered) {
    json_print_key(to, "clauses");
    buf_add_char(to, '[');
    for (size_t i = 0; i < covered->pattern_count; i++)
        for (size_t j = 0; j < covered->patterns[i].count; j++)
            add_clause(to, &covered->patterns[i].list[j]);
    buf_add_char(to, ']');
}

/* ---- the whole ---- */

static void add_rule(
    struct buf *to, const struct manifest *rule, const struct covered_rule *covered) {
    struct coverage_sum sum = coverage_sum_of(covered);
    next(to);
    json_print_member(to, "rule", rule->id);
    json_print_member(to, "title", rule->title);
    json_print_member(to, "file", str_of(rule->place.file));
    add_sum(to, &sum);
    add_lua(to, &rule->lua, &covered->lines);
    add_clauses(to, covered);
    buf_add_char(to, '}');
}

void test_coverage_json(struct buf *to, const struct test_run *run) {
    const struct rules *rules = run->testing.rules;
    struct coverage_sum total = test_coverage_sum(run);
    buf_add_char(to, '{');
    add_sum(to, &total);
    json_print_key(to, "rules");
    buf_add_char(to, '[');
    for (size_t i = 0; i < rules->count; i++)
        if (selection_has_rule(&run->selection, &rules->list[i]))
            add_rule(to, rules->list[i].manifest, &run->coverage->list[i]);
    buf_add_text(to, "]}");
}
