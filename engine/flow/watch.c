#include "flow/watch.h"

#include "base/clock.h"

#include <time.h>

static int64_t cpu_of(pid_t pid) {
    clockid_t clock;
    struct timespec now;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &now) != 0) return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void watch_begin(struct watch *watch, pid_t pid, uint64_t beat) {
    int64_t cpu_ms = cpu_of(pid);
    *watch = (struct watch){beat, cpu_ms, clock_monotonic_ms(), cpu_ms};
}

bool watch_is_stuck(struct watch *watch, pid_t pid, uint64_t beat, int64_t most_ms) {
    if (beat != watch->beat) {
        *watch = (struct watch){beat, cpu_of(pid), clock_monotonic_ms(), watch->begun_cpu_ms};
        return false;
    }
    return cpu_of(pid) - watch->cpu_ms >= most_ms ||
           clock_monotonic_ms() - watch->wall_ms >= WATCH_WALL_MS;
}

int64_t watch_spent_ms(const struct watch *watch, pid_t pid) {
    return cpu_of(pid) - watch->begun_cpu_ms;
}
