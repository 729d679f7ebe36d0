/* What of the rules their tests have seen: lines of Lua that ran, conditions that were true and false,
 * clauses of patterns that held and that did not, alternatives that held. Lua is counted where rules
 * run in this process. */
#ifndef FLOW_COVERAGE_H
#define FLOW_COVERAGE_H

#include "flow/tested.h"
#include "model/pattern_seen.h"
#include "script/rule_lines.h"

struct covered_rule {
    struct rule_lines lines;
    struct pattern_seen *patterns; /* `when`, steps, `resolve`, exceptions */
    size_t pattern_count;
};

struct coverage {
    struct arena arena;
    struct rules *rules;
    struct covered_rule *list; /* one for each rule, in their order */
};

/* Borrows the rules, which must have their Lua, and has them counted from here on. */
void coverage_init(struct coverage *coverage, struct rules *rules);

/* Before the rules are freed, and when nothing is asked of them any more. */
void coverage_release(struct coverage *coverage);

/* The patterns of the rule asked about one event of a test, as far as the rule asks them: steps and
 * exceptions where `when` holds. A step that names a rule is none of it. */
void coverage_note(struct coverage *coverage, const struct tested *tested);

struct coverage_sum {
    size_t lines, lines_run;
    size_t branches, branches_seen; /* each condition has two: it was true, it was false */
    size_t outcomes, outcomes_seen; /* each clause has two: it held, it did not */
    size_t alternatives, alternatives_seen;
};

struct coverage_sum coverage_sum_of(const struct covered_rule *covered);
void coverage_sum_add(struct coverage_sum *to, const struct coverage_sum *sum);

/* Whole percents of all of it, each counted as one, rounded down; of nothing 100. */
unsigned coverage_percent(const struct coverage_sum *sum);

/* Of the line of list[*at]: the fewest runs of what stands on it. Moves `at` behind it. `part`, where
 * not NULL, becomes whether some of it ran and some did not. */
size_t coverage_line_runs(const struct rule_lines *lines, size_t *at, bool *part);

#endif
