#include "cmd/stats_days.h"

#include "base/clock.h"
#include "base/mem.h"
#include "flow/period.h"

#include <stdbool.h>
#include <stdlib.h>

enum { ROOM_FIRST = 512 };

static int order(const struct stats_day *a, const struct stats_day *b) {
    if (a->rule != b->rule) return a->rule < b->rule ? -1 : 1;
    return (a->day > b->day) - (a->day < b->day);
}

static int by_rule_and_day(const void *left, const void *right) {
    return order(left, right);
}

static bool merge(struct stats_day *into, const struct stats_day *day) {
    if (order(into, day) != 0) return false;
    into->alerts += day->alerts;
    into->matches += day->matches;
    return true;
}

void stats_days_end(struct stats_days *days) {
    size_t kept = 0;
    if (days->count) qsort(days->list, days->count, sizeof *days->list, by_rule_and_day);
    for (size_t i = 0; i < days->count; i++)
        if (kept == 0 || !merge(&days->list[kept - 1], &days->list[i]))
            days->list[kept++] = days->list[i];
    days->count = kept;
}

/* Each stands once when the room is used up, so that it grows with the days, not with the events. */
static void make_room(struct stats_days *days) {
    stats_days_end(days);
    if (days->room && days->count <= days->room / 2) return;
    days->room = days->room ? 2 * days->room : ROOM_FIRST;
    days->list = mem_resize(days->list, days->room * sizeof *days->list);
}

void stats_days_add(struct stats_days *days, const struct stats_day *day) {
    if (days->count && merge(&days->list[days->count - 1], day)) return;
    if (days->count == days->room) make_room(days);
    days->list[days->count++] = *day;
}

struct stats_series stats_days_of(const struct stats_days *days, size_t rule) {
    size_t first = 0, count = 0;
    while (first < days->count && days->list[first].rule != rule) first++;
    while (first + count < days->count && days->list[first + count].rule == rule) count++;
    return (struct stats_series){count ? days->list + first : NULL, count};
}

void stats_days_release(struct stats_days *days) {
    mem_free(days->list);
    *days = (struct stats_days){0};
}

struct str stats_date(struct arena *arena, int64_t day) {
    char text[CLOCK_TEXT];
    clock_format(day * DAY_MS, text);
    return arena_copy(arena, (struct str){text, strcspn(text, "T")});
}

const struct stats_day *stats_worst_day(const struct stats_series *series) {
    const struct stats_day *worst = NULL;
    for (size_t i = 0; i < series->count; i++)
        if (series->list[i].alerts > (worst ? worst->alerts : 0)) worst = &series->list[i];
    return worst;
}
