#include "flow/backoff.h"

const struct backoff backoff_default = {
    .base_ms = 1000,
    .most_ms = 60000,
    .retry_after_most_ms = 3600000,
};

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

int64_t backoff_delay_ms(const struct backoff *backoff, int64_t attempts, double random) {
    int64_t ceiling = backoff->base_ms;
    for (int64_t i = 1; i < attempts && ceiling < backoff->most_ms; i++) ceiling *= 2;
    ceiling = least(ceiling, backoff->most_ms);
    return (int64_t)(random * (double)(ceiling + 1));
}

int64_t backoff_with_retry_after_ms(
    const struct backoff *backoff, int64_t attempts, double random, int64_t retry_after_ms) {
    int64_t delay = backoff_delay_ms(backoff, attempts, random);
    int64_t asked = least(retry_after_ms, backoff->retry_after_most_ms);
    return delay > asked ? delay : asked;
}
