/* The watchdog: whether another process still gets on. Counts its processor time, so that a busy
 * machine is no reason to kill anybody, and the wall clock's for one that sleeps. */
#ifndef FLOW_WATCH_H
#define FLOW_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct watch {
    uint64_t beat;
    int64_t cpu_ms, wall_ms; /* when the beat was first seen */
    int64_t begun_cpu_ms;
};

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { WATCH_SLOWER = 10 }; /* than it would be without a sanitizer */
#else
enum { WATCH_SLOWER = 1 };
#endif

enum {
    WATCH_EVERY_MS = 10,
    WATCH_WALL_MS = 30000, /* without a beat, whatever it does */
};

void watch_begin(struct watch *watch, pid_t pid, uint64_t beat);

/* True when the process took `most_ms` of the processor since its pulse beat last, or WATCH_WALL_MS
 * went by without a beat. */
bool watch_is_stuck(struct watch *watch, pid_t pid, uint64_t beat, int64_t most_ms);

/* What the process took of the processor since watch_begin. */
int64_t watch_spent_ms(const struct watch *watch, pid_t pid);

#endif
