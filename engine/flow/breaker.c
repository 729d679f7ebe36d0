#include "flow/breaker.h"

const struct breaker_limits breaker_default = {
    .failures = 5,
    .pause_ms = 1000,
    .pause_most_ms = 15000,
};

void breaker_init(struct breaker *breaker, const struct breaker_limits *limits) {
    *breaker = (struct breaker){.limits = *limits};
}

bool breaker_admits(const struct breaker *breaker, int64_t now_ms) {
    return now_ms >= breaker_next_ms(breaker);
}

int64_t breaker_next_ms(const struct breaker *breaker) {
    switch (breaker->state) {
    case BREAKER_CLOSED: return INT64_MIN;
    case BREAKER_OPEN: return breaker->probe_ms;
    case BREAKER_PROBING: break;
    }
    return INT64_MAX;
}

bool breaker_take(struct breaker *breaker) {
    if (breaker->state == BREAKER_OPEN) breaker->state = BREAKER_PROBING;
    return breaker->state == BREAKER_PROBING;
}

bool breaker_success(struct breaker *breaker) {
    bool changed = breaker->state != BREAKER_CLOSED;
    breaker->state = BREAKER_CLOSED;
    breaker->failures = 0;
    return changed;
}

static void open_for(struct breaker *breaker, int64_t pause_ms, int64_t now_ms) {
    int64_t most = breaker->limits.pause_most_ms;
    breaker->state = BREAKER_OPEN;
    breaker->pause_ms = pause_ms < most ? pause_ms : most;
    breaker->probe_ms = now_ms + breaker->pause_ms;
}

bool breaker_failure(struct breaker *breaker, bool probe, int64_t now_ms) {
    if (breaker->state == BREAKER_CLOSED) {
        if (++breaker->failures < breaker->limits.failures) return false;
        open_for(breaker, breaker->limits.pause_ms, now_ms);
        return true;
    }
    if (probe) open_for(breaker, breaker->pause_ms * 2, now_ms);
    return false;
}
