/* What became of mutants: as text, JSON, or annotations. */
#include "cmd/test_mutate.h"

#include "base/plain.h"
#include "cmd/test_report_github.h"
#include "text/json.h"

/* ---- sums ---- */

struct mutation_sum mutation_sum_of(const struct mutated *mutated) {
    struct mutation_sum sum = {0};
    for (size_t i = 0; i < mutated->mutants.count; i++) {
        sum.killed += mutated->outcomes[i] == MUTANT_KILLED;
        sum.lived += mutated->outcomes[i] == MUTANT_LIVES;
        sum.untried += mutated->outcomes[i] == MUTANT_UNTRIED;
    }
    return sum;
}

unsigned mutation_percent(const struct mutation_sum *sum) {
    size_t tried = sum->killed + sum->lived;
    return tried ? (unsigned)(sum->killed * 100 / tried) : 100;
}

static const char *outcome_name(enum mutant_outcome outcome) {
    static const char *const names[] = {
        [MUTANT_UNTRIED] = "untried", [MUTANT_KILLED] = "killed", [MUTANT_LIVES] = "lives"};
    return names[outcome];
}

/* ---- text ---- */

/* "`and` turned into `or`" */
static void add_change(struct buf *to, const struct mutant *mutant) {
    buf_add_format(to, "`%.*s`", STR_ARG(mutant->before));
    if (mutant->after.len)
        buf_add_format(to, " turned into `%.*s`", STR_ARG(mutant->after));
    else
        buf_add_text(to, " dropped");
}

static void add_line(const struct test_run *run, struct buf *to, const struct mutant *mutant,
    enum mutant_outcome outcome) {
    const struct place *place = &mutant->place;
    bool color = run->report.color && outcome == MUTANT_LIVES;
    buf_add_format(to, "%s:%u:%u: %s%s%s: ", place->file, place->line, place->column,
        color ? "\033[1;31m" : "", outcome_name(outcome), color ? "\033[0m" : "");
    add_change(to, mutant);
    buf_add_char(to, '\n');
}

static void add_score(struct buf *to, const struct mutation_sum *sum) {
    buf_add_format(to, "%u %% (%zu of %zu killed", mutation_percent(sum), sum->killed,
        sum->killed + sum->lived);
    if (sum->untried) buf_add_format(to, ", %zu not tried for lack of time", sum->untried);
    buf_add_text(to, ")\n");
}

static void add_text(const struct test_run *run, struct buf *to, const struct mutated *mutated) {
    struct mutation_sum sum = mutation_sum_of(mutated);
    for (size_t i = 0; i < mutated->mutants.count; i++) {
        enum mutant_outcome outcome = mutated->outcomes[i];
        if (outcome == MUTANT_LIVES || (run->report.verbose && outcome != MUTANT_NONE))
            add_line(run, to, &mutated->mutants.list[i], outcome);
    }
    buf_add_text(to, "mutants of ");
    plain_print(to, mutated->rule->id);
    buf_add_text(to, ": ");
    add_score(to, &sum);
}

static void add_total(struct buf *to, const struct mutation_sum *total) {
    buf_add_text(to, "mutants: ");
    add_score(to, total);
}

/* ---- JSON ---- */

static void add_object(struct buf *to, const struct mutated *mutated, size_t number) {
    const struct mutant *mutant = &mutated->mutants.list[number];
    buf_add_char(to, '{');
    json_print_member(to, "rule", mutated->rule->id);
    json_print_member(to, "mutant", str_of(mutant->kind));
    json_print_member(to, "file", str_of(mutant->place.file));
    json_print_member_integer(to, "line", mutant->place.line);
    json_print_member_integer(to, "column", mutant->place.column);
    json_print_member(to, "before", mutant->before);
    json_print_member(to, "after", mutant->after);
    json_print_member(to, "outcome", str_of(outcome_name(mutated->outcomes[number])));
    buf_add_text(to, "}\n");
}

static void add_objects(const struct test_run *run, struct buf *to, const struct mutated *mutated) {
    (void)run;
    for (size_t i = 0; i < mutated->mutants.count; i++)
        if (mutated->outcomes[i] != MUTANT_NONE) add_object(to, mutated, i);
}

static void add_sum(struct buf *to, const struct mutation_sum *total) {
    buf_add_char(to, '{');
    json_print_member_integer(to, "mutants", total->killed + total->lived + total->untried);
    json_print_member_integer(to, "killed", total->killed);
    json_print_member_integer(to, "lived", total->lived);
    json_print_member_integer(to, "untried", total->untried);
    json_print_member_integer(to, "percent", mutation_percent(total));
    buf_add_text(to, "}\n");
}

/* ---- annotations ---- */

static void add_annotations(
    const struct test_run *run, struct buf *to, const struct mutated *mutated) {
    (void)run;
    for (size_t i = 0; i < mutated->mutants.count; i++) {
        const struct mutant *mutant = &mutated->mutants.list[i];
        struct buf text = {0};
        if (mutated->outcomes[i] != MUTANT_LIVES) continue;
        buf_add_text(&text, "no test notices: ");
        add_change(&text, mutant);
        test_report_annotate(to, "warning", &mutant->place, mutated->rule->id, buf_str(&text));
        buf_release(&text);
    }
}

/* ---- the whole ---- */

void mutation_tell(const struct test_run *run, const struct mutated *list, size_t count,
    const struct mutation_sum *total) {
    enum test_format format = run->report.format;
    bool is_json = format == TEST_JSON, is_github = format == TEST_GITHUB;
    void (*add)(const struct test_run *, struct buf *,
        const struct mutated *) = is_json     ? add_objects
                                  : is_github ? add_annotations
                                              : add_text;
    FILE *to = is_json || is_github || format == TEST_TEXT ? stdout : stderr;
    struct buf text = {0};
    if (run->report.quiet && !is_json && !is_github) return;
    for (size_t i = 0; i < count; i++) add(run, &text, &list[i]);
    (is_json ? add_sum : add_total)(&text, total);
    if (text.len) fwrite(text.at, 1, text.len, to);
    buf_release(&text);
}
