#include "flow/coverage.h"

/* ---- life ---- */

static void add_pattern(
    struct coverage *coverage, struct covered_rule *covered, const struct pattern *pattern) {
    struct arena *arena = &coverage->arena;
    if (!pattern) return;
    covered->patterns = arena_grow(arena, covered->patterns, covered->pattern_count);
    pattern_seen_init(&covered->patterns[covered->pattern_count++], pattern, arena);
}

static void cover(struct coverage *coverage, struct covered_rule *covered, struct rule *rule) {
    const struct manifest *manifest = rule->manifest;
    add_pattern(coverage, covered, manifest->when);
    for (size_t i = 0; i < manifest->memory.step_count; i++)
        add_pattern(coverage, covered, manifest->memory.steps[i].when);
    add_pattern(coverage, covered, manifest->resolve.when);
    for (size_t i = 0; i < manifest->exception_count; i++)
        add_pattern(coverage, covered, manifest->exceptions[i].when);
    if (!rule->script) return;
    rule_lines_find(&covered->lines, &manifest->lua);
    rule->lines = &covered->lines;
    rule_script_count_lines(rule->script, rule->lines);
}

void coverage_init(struct coverage *coverage, struct rules *rules) {
    *coverage = (struct coverage){.rules = rules};
    coverage->list = arena_list(&coverage->arena, struct covered_rule, rules->count);
    for (size_t i = 0; i < rules->count; i++) cover(coverage, &coverage->list[i], &rules->list[i]);
}

void coverage_release(struct coverage *coverage) {
    for (size_t i = 0; coverage->list && i < coverage->rules->count; i++)
        rule_lines_release(&coverage->list[i].lines);
    arena_release(&coverage->arena);
    *coverage = (struct coverage){0};
}

/* ---- patterns ---- */

static struct pattern_seen *seen_of(struct covered_rule *covered, const struct pattern *pattern) {
    for (size_t i = 0; i < covered->pattern_count; i++)
        if (covered->patterns[i].pattern == pattern) return &covered->patterns[i];
    return NULL;
}

/* An exception that is given in a test is none of the rule, and is not known here. */
static void note(
    struct covered_rule *covered, const struct pattern *pattern, const struct json *object) {
    struct pattern_seen *seen = pattern ? seen_of(covered, pattern) : NULL;
    if (seen) pattern_seen_note(seen, object);
}

/* Whether `when` has clauses of its own: that of a sequence may be made of its steps. */
static bool selects(const struct covered_rule *covered) {
    return covered->patterns[0].count > 0;
}

void coverage_note(struct coverage *coverage, const struct tested *tested) {
    const struct manifest_test *test = tested_test(coverage->rules, tested);
    const struct json *object = tested_event(test, tested);
    if (!object || object->type != JSON_OBJECT) return;
    const struct manifest *rule = coverage->rules->list[tested->rule].manifest;
    struct covered_rule *covered = &coverage->list[tested->rule];
    note(covered, rule->when, object);
    note(covered, rule->resolve.when, object);
    bool selected = !rule->when || pattern_matches(rule->when, object, NULL);
    for (size_t i = 0; i < rule->memory.step_count && (selected || !selects(covered)); i++)
        note(covered, rule->memory.steps[i].when, object);
    if (!selected) return;
    for (size_t i = 0; !test->given.excepts && i < rule->exception_count; i++)
        note(covered, rule->exceptions[i].when, object);
}

/* ---- sums ---- */

size_t coverage_line_runs(const struct rule_lines *lines, size_t *at, bool *part) {
    unsigned line = lines->list[*at].line;
    size_t fewest = SIZE_MAX, most = 0;
    for (; *at < lines->count && lines->list[*at].line == line; ++*at) {
        size_t runs = lines->list[*at].runs;
        if (runs < fewest) fewest = runs;
        if (runs > most) most = runs;
    }
    if (part) *part = fewest == 0 && most > 0;
    return fewest;
}

static void add_lua(struct coverage_sum *sum, const struct rule_lines *lines) {
    for (size_t at = 0; at < lines->count; sum->lines++)
        sum->lines_run += coverage_line_runs(lines, &at, NULL) > 0;
    sum->branches += 2 * lines->branches.count;
    for (size_t i = 0; i < lines->branches.count; i++) {
        const struct rule_branch *branch = &lines->branches.list[i];
        sum->branches_seen += (branch->held > 0) + (branch->failed > 0);
    }
}

static void add_clause(struct coverage_sum *sum, const struct pattern_seen_clause *clause) {
    if (pattern_seen_has_outcomes(clause)) sum->outcomes += 2;
    sum->outcomes_seen += (clause->held > 0) + (clause->failed > 0);
    sum->alternatives += clause->alternative_count;
    for (size_t i = 0; i < clause->alternative_count; i++)
        sum->alternatives_seen += clause->alternatives[i].held > 0;
}

struct coverage_sum coverage_sum_of(const struct covered_rule *covered) {
    struct coverage_sum sum = {0};
    add_lua(&sum, &covered->lines);
    for (size_t i = 0; i < covered->pattern_count; i++)
        for (size_t j = 0; j < covered->patterns[i].count; j++)
            add_clause(&sum, &covered->patterns[i].list[j]);
    return sum;
}

void coverage_sum_add(struct coverage_sum *to, const struct coverage_sum *sum) {
    to->lines += sum->lines;
    to->lines_run += sum->lines_run;
    to->branches += sum->branches;
    to->branches_seen += sum->branches_seen;
    to->outcomes += sum->outcomes;
    to->outcomes_seen += sum->outcomes_seen;
    to->alternatives += sum->alternatives;
    to->alternatives_seen += sum->alternatives_seen;
}

unsigned coverage_percent(const struct coverage_sum *sum) {
    size_t all = sum->lines + sum->branches + sum->outcomes + sum->alternatives;
    size_t seen = sum->lines_run + sum->branches_seen + sum->outcomes_seen + sum->alternatives_seen;
    return all ? (unsigned)(seen * 100 / all) : 100;
}
