/* Coverage for people: each rule, and what was not seen, with its place and source. */
#include "cmd/test_coverage.h"

#include "base/plain.h"
#include "text/json_short.h"

enum { SHOWN = 60 /* bytes of what a clause asks for */, MOST_ALTERNATIVES = 5 };

static struct str trim(struct str s) {
    while (s.len && strchr(" \t\r", s.at[0])) s.at++, s.len--;
    while (s.len && strchr(" \t\r", s.at[s.len - 1])) s.len--;
    return s;
}

/* Of what there is; of a rule that has nothing of all that, its lines. */
void test_coverage_text_sum(struct buf *to, const struct coverage_sum *sum) {
    bool nothing = !sum->branches && !sum->outcomes && !sum->alternatives;
    const char *between = " (";
    const struct {
        size_t seen, all;
        const char *what;
    } parts[] = {{sum->lines_run, sum->lines, "lines"},
        {sum->branches_seen, sum->branches, "branches"},
        {sum->outcomes_seen, sum->outcomes, "outcomes of clauses"},
        {sum->alternatives_seen, sum->alternatives, "alternatives"}};
    buf_add_format(to, "%u %%", coverage_percent(sum));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i].all && !(nothing && i == 0)) continue;
        buf_add_format(to, "%s%zu of %zu %s", between, parts[i].seen, parts[i].all, parts[i].what);
        between = ", ";
    }
    buf_add_text(to, ")\n");
}

static void add_place(struct buf *to, const struct place *place) {
    buf_add_format(to, "  %s:%u:", place->file, place->line);
    if (place->column) buf_add_format(to, "%u:", place->column);
}

/* "never true: ", or nothing where both were seen. */
static bool add_never(struct buf *to, const struct place *place, size_t held, size_t failed) {
    if (held && failed) return false;
    add_place(to, place);
    buf_add_format(to, " never %s: ", held ? "false" : failed ? "true" : "asked");
    return true;
}

/* Whole characters. */
static struct str cut(struct str text) {
    if (text.len <= SHOWN) return text;
    text.len = SHOWN;
    while (text.len && ((unsigned char)text.at[text.len] & 0xC0) == 0x80) text.len--;
    return text;
}

/* On one line, as far as that is short. */
static void add_source(struct buf *to, struct str source) {
    struct buf line = {0};
    for (size_t i = 0; i < source.len; i++) {
        bool blank = strchr(" \t\r\n", source.at[i]) != NULL;
        if (!blank)
            buf_add_char(&line, source.at[i]);
        else if (line.len && line.at[line.len - 1] != ' ')
            buf_add_char(&line, ' ');
    }
    struct str shown = cut(buf_str(&line));
    plain_print(to, shown);
    if (shown.len < line.len) buf_add_text(to, "…");
    buf_release(&line);
}

static void add_branch(struct buf *to, const struct rule_branch *branch) {
    if (!add_never(to, &branch->place, branch->held, branch->failed)) return;
    add_source(to, branch->source);
    buf_add_char(to, '\n');
}

static void add_wanted(struct buf *to, const struct yaml *yaml) {
    struct arena arena = {0};
    json_print_short(to, yaml_to_json(&arena, yaml), SHOWN);
    arena_release(&arena);
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
    struct buf wanted = {0};
    if (!add_never(to, &clause->place, clause->held, clause->failed)) return;
    add_wanted(&wanted, clause->wanted);
    plain_print(to, clause->path);
    buf_add_text(to, ": ");
    plain_print(to, buf_str(&wanted));
    buf_add_char(to, '\n');
    buf_release(&wanted);
}

static size_t unseen_of(const struct pattern_seen_clause *clause) {
    size_t unseen = 0;
    for (size_t i = 0; i < clause->alternative_count; i++) unseen += !clause->alternatives[i].held;
    return unseen;
}

/* Begins at the first of them. */
static void add_unseen(struct buf *to, const struct pattern_seen_clause *clause, size_t unseen) {
    struct buf list = {0};
    size_t told = 0;
    for (size_t i = 0; i < clause->alternative_count && told < MOST_ALTERNATIVES; i++) {
        const struct pattern_seen_alternative *alternative = &clause->alternatives[i];
        if (alternative->held) continue;
        if (told == 0) add_place(to, &alternative->wanted->place);
        if (told++) buf_add_text(&list, ", ");
        add_wanted(&list, alternative->wanted);
    }
    buf_add_text(to, " never true of ");
    plain_print(to, clause->path);
    buf_add_text(to, ": ");
    plain_print(to, buf_str(&list));
    if (unseen > told) buf_add_format(to, " and %zu more", unseen - told);
    buf_add_char(to, '\n');
    buf_release(&list);
}

/* That none was seen is clear from a clause that was never true, or of `not` never false. */
static void add_alternatives(struct buf *to, const struct pattern_seen_clause *clause) {
    bool is_told = pattern_seen_has_outcomes(clause) && !(clause->held && clause->failed);
    size_t unseen = unseen_of(clause);
    if (unseen && !(is_told && unseen == clause->alternative_count)) add_unseen(to, clause, unseen);
}

static void add_pattern(struct buf *to, const struct pattern_seen *seen) {
    for (size_t i = 0; i < seen->count; i++) {
        if (pattern_seen_has_outcomes(&seen->list[i])) add_clause(to, &seen->list[i]);
        add_alternatives(to, &seen->list[i]);
    }
}

void test_coverage_text(
    struct buf *to, const struct manifest *rule, const struct covered_rule *covered) {
    struct coverage_sum sum = coverage_sum_of(covered);
    buf_add_text(to, "coverage of ");
    plain_print(to, rule->id);
    buf_add_text(to, ": ");
    test_coverage_text_sum(to, &sum);
    for (size_t i = 0; i < covered->pattern_count; i++) add_pattern(to, &covered->patterns[i]);
    add_lines(to, &rule->lua, &covered->lines);
    for (size_t i = 0; i < covered->lines.branches.count; i++)
        add_branch(to, &covered->lines.branches.list[i]);
}
