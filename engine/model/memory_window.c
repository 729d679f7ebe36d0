/* Thresholds and aggregates: what lies less than `within` apart. */
#include "base/mem.h"
#include "model/memory_private.h"

#include <stdlib.h>

/* Rows of a key around a match, oldest first, `at` its own place among them. */
struct window {
    struct memory_rows rows;
    size_t at;
};

/* Both come as the index gives them: `back` newest first. */
static void join(const struct memory_taking *taking, const struct memory_rows *back,
    const struct memory_rows *on, struct window *window) {
    size_t count = back->count + on->count;
    struct memory_row *list = arena_list(taking->arena, struct memory_row, count);
    for (size_t i = 0; i < back->count; i++) list[back->count - 1 - i] = back->list[i];
    if (on->count) memcpy(list + back->count, on->list, on->count * sizeof *list);
    window->rows = (struct memory_rows){list, count};
}

static void find_own(struct window *window, const struct memory_match *match) {
    const struct memory_row own = {.time_ms = match->time_ms, .event = match->event_id};
    window->at = 0;
    while (window->at + 1 < window->rows.count &&
           memory_row_cmp(&window->rows.list[window->at], &own) < 0)
        window->at++;
}

/* Of a plain count the nearest `count` on each side are enough: what makes one further away fire
 * would have made a nearer one fire before. Rows of the same time may be in either part. */
static bool read_window(
    const struct memory_taking *taking, const struct memory_match *match, struct window *window) {
    const struct memory_rule *rule = taking->memory->rule;
    int64_t limit = rule->is_unique ? -1 : rule->count, time_ms = match->time_ms;
    struct memory_rows same = {0}, back, on;
    if (!memory_rows_back(taking, 0, memory_add_ms(time_ms, -rule->within_ms),
            memory_add_ms(time_ms, -1), limit, &back) ||
        !memory_rows_on(taking, 0, time_ms, memory_add_ms(time_ms, 1), -1, &same) ||
        !memory_rows_on(taking, 0, memory_add_ms(time_ms, 1),
            memory_add_ms(time_ms, rule->within_ms), limit, &on))
        return false;
    struct window first;
    join(taking, &back, &same, &first);
    for (size_t i = 0; i < first.rows.count / 2; i++) {
        struct memory_row row = first.rows.list[i];
        first.rows.list[i] = first.rows.list[first.rows.count - 1 - i];
        first.rows.list[first.rows.count - 1 - i] = row;
    }
    join(taking, &first.rows, &on, window);
    find_own(window, match);
    return true;
}

/* The first of those less than `within` before the row at `at`. */
static size_t window_begin(const struct window *window, size_t at, int64_t within_ms) {
    const struct memory_row *list = window->rows.list;
    size_t begin = at;
    while (begin > 0 && memory_add_ms(list[begin - 1].time_ms, within_ms) > list[at].time_ms)
        begin--;
    return begin;
}

static int by_value(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int64_t count_values(const struct window *window, size_t begin, size_t at) {
    size_t count = at - begin + 1;
    int64_t different = 0;
    struct str *values = mem_alloc(count * sizeof *values);
    for (size_t i = 0; i < count; i++) values[i] = window->rows.list[begin + i].value;
    qsort(values, count, sizeof *values, by_value);
    for (size_t i = 0; i < count; i++) different += i == 0 || !str_eq(values[i], values[i - 1]);
    mem_free(values);
    return different;
}

/* What counts by what fires at a row: its window; where it fired before, the new match in it, which
 * may make nothing fire itself when its value is not new. None: nothing does. */
static struct memory_rows hits_at(
    const struct memory_rule *rule, const struct window *window, size_t at) {
    size_t begin = window_begin(window, at, rule->within_ms);
    struct memory_row *list = window->rows.list;
    if (list[at].fired) {
        bool is_new = begin <= window->at && !list[window->at].counted;
        return (struct memory_rows){list + window->at, is_new};
    }
    int64_t have = rule->is_unique ? count_values(window, begin, at) : (int64_t)(at - begin) + 1;
    return (struct memory_rows){list + begin, have < rule->count ? 0 : at - begin + 1};
}

bool memory_threshold(const struct memory_taking *taking, const struct memory_match *match) {
    const struct memory_rule *rule = taking->memory->rule;
    struct window window;
    if (!read_window(taking, match, &window)) return false;
    for (size_t at = window.at; at < window.rows.count; at++) {
        struct memory_rows hits = hits_at(rule, &window, at);
        if (hits.count == 0) continue;
        if (!memory_fire_row(taking, 0, &window.rows.list[at], (struct str){0}, &hits, NULL))
            return false;
    }
    return true;
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

static double figure(const struct memory_rule *rule, const struct memory_rows *rows) {
    double *numbers = mem_alloc(rows->count * sizeof *numbers), answer = 0;
    for (size_t i = 0; i < rows->count; i++) numbers[i] = strtod(rows->list[i].value.at, NULL);
    switch (rule->aggregate) {
    case AGGREGATE_SUM: answer = sum_of(numbers, rows->count); break;
    case AGGREGATE_AVG: answer = sum_of(numbers, rows->count) / (double)rows->count; break;
    case AGGREGATE_PERCENTILE: answer = percentile_of(numbers, rows->count, rule->rank); break;
    }
    mem_free(numbers);
    return answer;
}

/* Those up to the match and itself, oldest first. None where it was dropped for lack of room. */
static bool read_before(
    const struct memory_taking *taking, const struct memory_due *due, struct memory_rows *rows) {
    const struct memory_row own = {.time_ms = due->time_ms, .event = due->event_id};
    int64_t within_ms = taking->memory->rule->within_ms;
    if (!memory_rows_on(taking, 0, memory_add_ms(due->time_ms, 1 - within_ms),
            memory_add_ms(due->time_ms, 1), -1, rows))
        return false;
    while (rows->count > 0 && memory_row_cmp(&rows->list[rows->count - 1], &own) > 0) rows->count--;
    if (rows->count > 0 && memory_row_cmp(&rows->list[rows->count - 1], &own) != 0) rows->count = 0;
    return true;
}

bool memory_aggregate_decide(const struct memory_taking *taking, const struct memory_due *due) {
    const struct memory_rule *rule = taking->memory->rule;
    struct memory_rows rows;
    if (!read_before(taking, due, &rows)) return false;
    if (rows.count == 0 || figure(rule, &rows) <= rule->over) return true;
    return memory_fire_row(taking, 0, &rows.list[rows.count - 1], due->kept, &rows, NULL);
}
