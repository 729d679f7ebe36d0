/* What a worker died of, in the words of a failure. */
#ifndef FLOW_DEATH_H
#define FLOW_DEATH_H

#include "model/failure.h"

#include <stdbool.h>

struct death {
    enum failure_kind kind;
    bool from_outside; /* SIGKILL that was not ours: whatever it was at is not to blame */
    bool unconfined;   /* nothing was judged: its fences could not be put up */
    bool starved;      /* neither when the machine has no memory; who tried again has none either */
    char reason[160];
};

/* `status` as waitpid(2) gives it; `forbidden`, the number of a system call that it may not make, or
 * 0; `stuck`, the watchdog ended it. */
void death_of(struct death *death, int status, int forbidden, bool stuck);

#endif
