/* Thresholds and aggregates: what lies less than `within` apart. A window ends at a row of the line and
 * has those before it that are near enough. */
#include "base/mem.h"
#include "model/memory_private.h"

#include <stdlib.h>

/* Windows of one line after another, from left to right. */
struct slide {
    const struct memory_line *line;
    int64_t within_ms;
    size_t begin, end; /* the window at hand is [begin, end) */
    size_t *uses;      /* of each value in it; NULL where values do not matter */
    int64_t different;
};

static void drop_first(struct slide *slide) {
    uint32_t value = slide->line->list[slide->begin++].value;
    if (slide->uses && --slide->uses[value] == 0) slide->different--;
}

static void add_next(struct slide *slide) {
    uint32_t value = slide->line->list[slide->end++].value;
    if (slide->uses && slide->uses[value]++ == 0) slide->different++;
}

/* The window becomes that which ends at `at`, which is not before its end. */
static void slide_to(struct slide *slide, size_t at) {
    int64_t time_ms = slide->line->list[at].time_ms;
    while (slide->end <= at) add_next(slide);
    while (clock_add_ms(slide->line->list[slide->begin].time_ms, slide->within_ms) <= time_ms)
        drop_first(slide);
}

static struct slide slide_begin(
    const struct memory_rule *rule, const struct memory_line *line, size_t at) {
    struct slide slide = {.line = line, .within_ms = rule->within_ms};
    int64_t from_ms = clock_add_ms(line->list[at].time_ms, 1 - rule->within_ms);
    slide.begin = slide.end = memory_line_place(line, from_ms, (struct str){0});
    if (rule->is_unique) slide.uses = mem_alloc(line->value_count * sizeof *slide.uses);
    return slide;
}

static bool is_enough(const struct memory_rule *rule, const struct slide *slide) {
    size_t have = slide->uses ? (size_t)slide->different : slide->end - slide->begin;
    return have >= (size_t)rule->count;
}

/* What counts by what fires at the end of the window: all of it; where it fired before, the new match
 * in it, which may make nothing fire itself when its value is not new. None: nothing does. */
static struct memory_rows window_hits(
    const struct memory_rule *rule, const struct slide *slide, size_t own) {
    struct memory_row *list = slide->line->list;
    if (list[slide->end - 1].fired)
        return (struct memory_rows){list + own, slide->begin <= own && !list[own].counted};
    size_t count = is_enough(rule, slide) ? slide->end - slide->begin : 0;
    return (struct memory_rows){list + slide->begin, count};
}

/* The windows that the match `own` has come into: its own, and those of rows up to `within` behind. */
static bool look_at_windows(const struct memory_taking *taking, struct slide *slide, size_t own) {
    const struct memory_rule *rule = taking->memory->rule;
    const struct memory_line *line = slide->line;
    int64_t end_ms = clock_add_ms(line->list[own].time_ms, rule->within_ms);
    for (size_t at = own; at < line->count && line->list[at].time_ms < end_ms; at++) {
        slide_to(slide, at);
        struct memory_rows hits = window_hits(rule, slide, own);
        if (hits.count &&
            !memory_fire_row(taking, 0, &line->list[at], (struct str){0}, &hits, NULL))
            return false;
    }
    return true;
}

bool memory_threshold(const struct memory_taking *taking, const struct memory_match *match) {
    const struct memory_rule *rule = taking->memory->rule;
    struct memory_line *line;
    if (!memory_line_read(taking, 0, &line)) return false;
    size_t have = rule->is_unique ? line->different : line->count;
    if (have < (size_t)rule->count) return true;
    size_t own = memory_line_place(line, match->time_ms, match->event_id);
    struct slide slide = slide_begin(rule, line, own);
    bool good = look_at_windows(taking, &slide, own);
    mem_free(slide.uses);
    return good;
}

/* ---- aggregates ---- */

static int by_number(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double sum_of(const double *numbers, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += numbers[i];
    return sum;
}

/* Nearest rank: https://www.itl.nist.gov/div898/handbook/prc/section2/prc262.htm */
static double percentile_of(double *numbers, size_t count, double rank) {
    double exact = rank * (double)count / 100; /* in this order: 28 / 100 * 25 is more than 7 */
    size_t at = (size_t)exact;
    if ((double)at < exact) at++;
    qsort(numbers, count, sizeof *numbers, by_number);
    return numbers[at ? at - 1 : 0];
}

static double figure(const struct memory_rule *rule, const struct memory_line *line,
    const struct memory_rows *rows) {
    double *numbers = mem_alloc(rows->count * sizeof *numbers), answer = 0;
    for (size_t i = 0; i < rows->count; i++) numbers[i] = line->values[rows->list[i].value].number;
    switch (rule->aggregate) {
    case AGGREGATE_SUM: answer = sum_of(numbers, rows->count); break;
    case AGGREGATE_AVG: answer = sum_of(numbers, rows->count) / (double)rows->count; break;
    case AGGREGATE_PERCENTILE: answer = percentile_of(numbers, rows->count, rule->rank); break;
    }
    mem_free(numbers);
    return answer;
}

bool memory_aggregate_decide(const struct memory_taking *taking, const struct memory_due *due) {
    const struct memory_rule *rule = taking->memory->rule;
    int64_t from_ms = clock_add_ms(due->time_ms, 1 - rule->within_ms);
    struct memory_line *line;
    struct memory_row *own;
    if (!memory_line_read(taking, 0, &line) || !memory_row_find(taking, 0, due, &own)) return false;
    if (!own) return true;
    struct memory_row *begin = line->list + memory_line_place(line, from_ms, (struct str){0});
    struct memory_rows rows = {begin, (size_t)(own - begin) + 1};
    if (figure(rule, line, &rows) <= rule->over) return true;
    return memory_fire_row(taking, 0, own, due->kept, &rows, NULL);
}
