/* When to try again: pure functions, no clock and no state. */
#ifndef FLOW_BACKOFF_H
#define FLOW_BACKOFF_H

#include <stdint.h>

struct backoff {
    int64_t base_ms;             /* the most before the second attempt; doubles with each */
    int64_t most_ms;             /* where that ends */
    int64_t retry_after_most_ms; /* a server that asks for more is not believed */
};

extern const struct backoff backoff_default; /* 1 s, 1 min, 1 h */

/* Exponential with full jitter: a random delay in [0, min(most, base * 2^(attempts-1))], with
 * `random` in [0, 1). https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
int64_t backoff_delay_ms(const struct backoff *backoff, int64_t attempts, double random);

/* The same, but not before what the server asked for (retry_after_ms, negative: nothing asked),
 * which is capped. */
int64_t backoff_with_retry_after_ms(
    const struct backoff *backoff, int64_t attempts, double random, int64_t retry_after_ms);

#endif
