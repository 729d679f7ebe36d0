/* Leaves a destination alone that keeps failing: after enough temporary failures in a row it opens,
 * and from then on lets a single probe through now and then, at growing distances, until one gets
 * an answer. Pure: no clock (times are given to it, monotonic) and no knowledge of what is tried. */
#ifndef FLOW_BREAKER_H
#define FLOW_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

struct breaker_limits {
    int64_t failures; /* in a row that open it */
    int64_t pause_ms; /* before the first probe; doubles with each that fails */
    int64_t pause_most_ms;
};

extern const struct breaker_limits breaker_default; /* 5, 1 s, 15 s */

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_PROBING };

struct breaker {
    struct breaker_limits limits;
    enum breaker_state state;
    int64_t failures; /* in a row, while closed */
    int64_t pause_ms; /* the present one */
    int64_t probe_ms; /* when a probe may go, while open */
};

void breaker_init(struct breaker *breaker, const struct breaker_limits *limits);

/* Whether something may be tried now, and when it next may (INT64_MAX: when the probe is back). */
bool breaker_admits(const struct breaker *breaker, int64_t now_ms);
int64_t breaker_next_ms(const struct breaker *breaker);

/* Something was admitted and goes out now. True: it is the probe, and its end must be told as one. */
bool breaker_take(struct breaker *breaker);

/* How a try ended. What was under way when the breaker opened is no probe: its success closes the
 * breaker all the same, its failure says nothing new. Both return whether the state changed
 * between closed and not closed. */
bool breaker_success(struct breaker *breaker);
bool breaker_failure(struct breaker *breaker, bool probe, int64_t now_ms);

#endif
