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
    while (memory_add_ms(slide->line->list[slide->begin].time_ms, slide->within_ms) <= time_ms)
        drop_first(slide);
}

static struct slide slide_begin(
    const struct memory_rule *rule, const struct memory_line *line, size_t at) {
    struct slide slide = {.line = line, .within_ms = rule->within_ms};
    int64_t from_ms = memory_add_ms(line->list[at].time_ms, 1 - rule->within_ms);
    slide.begin = slide.end = memory_line_place(line, from_ms, (struct str){0});
    if (rule->is_unique) slide.uses = mem_alloc(line->value_count * sizeof *slide.uses);
    return slide;
}

static bool is_enough(const struct memory_rule *rule, const struct slide *slide) {
    size_t have = slide->uses ? (size_t)slide->different : slide->end - slide->begin;
    return have >= (size_t)rule->count;
}

static bool fire_window(const struct memory_taking *taking, const struct slide *slide) {
    struct memory_rows hits = {slide->line->list + slide->begin, slide->end - slide->begin};
    return memory_fire_row(
        taking, 0, &slide->line->list[slide->end - 1], (struct str){0}, &hits, NULL);
}

/* The windows that the match has come into: its own, and those of rows up to `within` behind it. */
static bool look_at_windows(const struct memory_taking *taking, const struct memory_match *match,
    struct slide *slide, size_t at) {
    const struct memory_rule *rule = taking->memory->rule;
    const struct memory_line *line = slide->line;
    int64_t end_ms = memory_add_ms(match->time_ms, rule->within_ms);
    for (; at < line->count && line->list[at].time_ms < end_ms; at++) {
        if (line->list[at].fired) continue;
        slide_to(slide, at);
        if (is_enough(rule, slide) && !fire_window(taking, slide)) return false;
    }
    return true;
}

bool memory_threshold(const struct memory_taking *taking, const struct memory_match *match) {
    const struct memory_rule *rule = taking->memory->rule;
    struct memory_line *line;
    if (!memory_line_read(taking, 0, &line)) return false;
    size_t have = rule->is_unique ? line->different : line->count;
    if (have < (size_t)rule->count) return true;
    size_t at = memory_line_place(line, match->time_ms, match->event_id);
    struct slide slide = slide_begin(rule, line, at);
    bool good = look_at_windows(taking, match, &slide, at);
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
    double exact = rank / 100 * (double)count;
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
    struct memory_line *line;
    if (!memory_line_read(taking, 0, &line)) return false;
    size_t at = memory_line_place(line, due->time_ms, due->event_id);
    if (at == line->count || !str_eq(line->list[at].event, due->event_id)) return true;
    size_t begin = memory_line_place(
        line, memory_add_ms(due->time_ms, 1 - rule->within_ms), (struct str){0});
    struct memory_rows rows = {line->list + begin, at + 1 - begin};
    if (figure(rule, line, &rows) <= rule->over) return true;
    return memory_fire_row(taking, 0, &rows.list[rows.count - 1], due->kept, &rows, NULL);
}
