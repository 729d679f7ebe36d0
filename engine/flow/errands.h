/* Many small things to do, done by a few forked processes that have what this one has. What one of
 * them dies of, or does not come to an end with, disturbs no other. */
#ifndef FLOW_ERRANDS_H
#define FLOW_ERRANDS_H

#include "base/diag.h"

#include <stdint.h>

enum { ERRANDS_JOBS = 64 /* at most */ };

struct errands {
    size_t count, jobs;
    uint8_t (*run)(void *context, size_t number); /* in another process; the answer, not 0 */
    void (*show)(void *context, size_t begun);    /* a few times a second, in this one; or NULL */
    void *context;
    uint8_t lost;     /* answer of what its process died of */
    int64_t limit_ms; /* what takes longer is lost, too */
    int64_t until_ms; /* by the monotonic clock: from then on nothing is begun */
};

/* Fills `answers`, one for each number; 0: it was not begun. Begins in the order of numbers. False: no
 * process can be made. */
bool errands_run(const struct errands *errands, uint8_t *answers, struct diag *diag);

#endif
