/* What fell on each day: alerts and matches by rule and day. */
#ifndef CMD_STATS_DAYS_H
#define CMD_STATS_DAYS_H

#include "base/arena.h"

#include <stdint.h>

/* In place of a rule's number. */
#define STATS_EVENTS SIZE_MAX /* days with events, whether or not a rule wants one */

struct stats_day {
    size_t rule;
    int64_t day; /* of UTC since 1970-01-01 */
    int64_t alerts, matches;
};

struct stats_days {
    struct stats_day *list;
    size_t count, room;
};

/* Those of one rule, in order. */
struct stats_series {
    const struct stats_day *list;
    size_t count;
};

/* Takes memory for the days, not for how often one is added. */
void stats_days_add(struct stats_days *days, const struct stats_day *day);

/* From here on each day of a rule stands once, by rule and then by day. */
void stats_days_end(struct stats_days *days);
struct stats_series stats_days_of(const struct stats_days *days, size_t rule);

void stats_days_release(struct stats_days *days);

struct str stats_date(struct arena *arena, int64_t day); /* "2026-01-31" */

/* The day with most alerts, the first of several; NULL: there is no alert. */
const struct stats_day *stats_worst_day(const struct stats_series *series);

#endif
