#include "script/budget.h"

#include <time.h>

enum {
    LOOK_STEPS = 1000,    /* so many are paid without a look at the clock */
    FIRST_LOOK_US = 1000, /* most calls are over by then and never ask for their CPU time */
    MOST_REFUSALS = 4,    /* each runs a full collection; more of them are a stall */
};

static int64_t clock_us(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void budget_refill(struct budget *budget, int parts) {
    budget->steps = (long)budget->limits.steps / parts;
    budget->time_us = budget->limits.time_ms * 1000 / parts;
    budget->look_us = budget->end_us = 0;
    budget->refusals = 0;
    budget->refused = 0;
    budget->over = NULL;
    budget->failure = FAILURE_NONE;
}

/* ---- memory ---- */

static bool fits(const struct budget *budget, size_t more) {
    size_t most = (size_t)budget->limits.memory, used = budget->memory + budget->outside;
    return more <= most && used <= most - more;
}

static void note_most(struct budget *budget, size_t more) {
    size_t used = budget->memory + budget->outside + more;
    if (used > budget->most) budget->most = used;
}

/* A refusal that a collection mends is none: the same is asked for again then. */
bool budget_grow(struct budget *budget, size_t size, size_t more) {
    if (size > (size_t)budget->limits.allocation || !fits(budget, more) ||
        budget->refusals >= MOST_REFUSALS) {
        budget->refusals++;
        budget->refused = more;
        return false;
    }
    if (more >= budget->refused) budget->refused = 0;
    note_most(budget, more);
    return true;
}

bool budget_hold(struct budget *budget, size_t bytes) {
    if (!fits(budget, bytes)) return false;
    note_most(budget, bytes);
    budget->outside += bytes;
    return true;
}

/* ---- steps and time ---- */

bool budget_pay(struct budget *budget, size_t steps) {
    long before = budget->steps > 0 ? budget->steps : 0;
    budget->steps = steps < (size_t)before ? before - (long)steps : 0;
    return budget->steps == 0 || budget->steps / LOOK_STEPS != before / LOOK_STEPS;
}

/* The wall's clock is quicker to read, and CPU time is never more than it: it says when to look. A
 * busy machine must not make a rule fail, so only the CPU time of this thread decides. */
static bool time_is_over(struct budget *budget) {
    int64_t now = clock_us(CLOCK_MONOTONIC);
    if (!budget->look_us) budget->look_us = now + FIRST_LOOK_US;
    if (now < budget->look_us) return false;
    int64_t used = clock_us(CLOCK_THREAD_CPUTIME_ID);
    if (!budget->end_us) budget->end_us = used + budget->time_us - FIRST_LOOK_US;
    budget->look_us = now + budget->end_us - used;
    return used >= budget->end_us;
}

bool budget_is_over(struct budget *budget) {
    if (budget->steps <= 0)
        budget_end(budget, FAILURE_CPU);
    else if (time_is_over(budget))
        budget_end(budget, FAILURE_DEADLINE);
    return budget->over != NULL;
}

void budget_end(struct budget *budget, enum failure_kind failure) {
    static const char *const texts[FAILURE_KINDS] = {
        [FAILURE_CPU] = "took too many steps",
        [FAILURE_MEMORY] = "used too much memory",
        [FAILURE_DEADLINE] = "took too much time",
    };
    if (budget->over) return;
    budget->failure = failure;
    budget->over = texts[failure];
}
