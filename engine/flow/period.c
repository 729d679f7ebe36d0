#include "flow/period.h"

#include "base/clock.h"

bool period_holds(const struct period *period, int64_t time_ms) {
    if (!period->limited) return true;
    return time_ms != CLOCK_UNKNOWN && time_ms >= period->since_ms && time_ms < period->until_ms;
}

int64_t day_of(int64_t time_ms) {
    int64_t day = time_ms / DAY_MS;
    return time_ms % DAY_MS < 0 ? day - 1 : day;
}
