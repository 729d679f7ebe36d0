/* What one call may still cost, in steps, time and memory, and which limit it met. Knows no Lua.
 *
 * Steps are counted the same wherever and whenever a call is made: instructions of the VM, work of
 * the library, objects that are made (parts of tables are paid for by what fills them). Time is the
 * net below them, for work that steps price too low. */
#ifndef SCRIPT_BUDGET_H
#define SCRIPT_BUDGET_H

#include "model/failure.h"
#include "model/limits.h"

struct budget {
    struct limits limits;
    size_t memory;     /* bytes that the state has now */
    size_t outside;    /* bytes that are kept beside it for the rule */
    size_t most;       /* bytes of both at any time */
    unsigned refusals; /* in this call */
    size_t refused;    /* bytes of the last allocation that was refused for good; 0: none */
    long steps;        /* left in this call */
    int64_t look_us;   /* the wall's time before which `end_us` cannot have come; 0: not asked */
    int64_t end_us;    /* of this thread's CPU time; 0: not known yet */
    int64_t time_us;   /* of this call */
    const char *over;  /* which limit was met, NULL: none */
    enum failure_kind failure;
};

/* A new call, which may cost one part of `parts` of the limits. */
void budget_refill(struct budget *budget, int parts);

/* Whether a block may become `size` bytes, which takes `more` bytes; counts them. */
bool budget_grow(struct budget *budget, size_t size, size_t more);

/* Whether `bytes` may be kept outside of the state. The caller takes them off `outside` again. */
bool budget_hold(struct budget *budget, size_t bytes);

/* Takes steps off. True when it is time for budget_is_over. */
bool budget_pay(struct budget *budget, size_t steps);

/* Whether steps or time are used up; notes it. */
bool budget_is_over(struct budget *budget);

/* Notes the limit that was met, unless one was before. */
void budget_end(struct budget *budget, enum failure_kind failure);

#endif
