/* Of what time events are asked about: a replay of a week. */
#ifndef FLOW_PERIOD_H
#define FLOW_PERIOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From `since_ms` on and before `until_ms`, in event time; INT64_MAX: no end. All zero: no limit at all.
 * An event whose time is unknown is in no period that is limited. */
struct period {
    bool limited;
    int64_t since_ms, until_ms;
};

/* Days of UTC since 1970-01-01, in no order; one may stand more than once. */
struct days {
    int64_t *list;
    size_t count;
};

enum { DAY_MS = 24 * 60 * 60 * 1000 };

int64_t day_of(int64_t time_ms);

bool period_holds(const struct period *period, int64_t time_ms);

#endif
