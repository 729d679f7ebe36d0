/* When to try again: pure functions, no clock and no state. */
#ifndef FLOW_BACKOFF_H
#define FLOW_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_BASE_MS = 1000, BACKOFF_MOST_MS = 300000, RETRY_AFTER_MOST_MS = 3600000 };

/* Exponential with full jitter: a random delay in [0, min(most, base * 2^(attempts-1))], with
 * `random` in [0, 1). https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
int64_t backoff_delay_ms(int64_t attempts, double random);

/* The same, but not before what the server asked for (retry_after_ms, negative: nothing asked),
 * which is capped at RETRY_AFTER_MOST_MS. */
int64_t backoff_with_retry_after_ms(int64_t attempts, double random, int64_t retry_after_ms);

#endif
