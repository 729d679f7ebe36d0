/* One event out of a file of them, whatever its form. */
#ifndef FLOW_EXAMPLE_H
#define FLOW_EXAMPLE_H

#include "model/event.h"

struct example {
    const char *path; /* "-": standard input */
    const char *id;   /* identity of the event; NULL: the first */
};

/* False: there is none, or what stands before it cannot be read. The event lives in the arena. */
bool example_read(const struct example *example, struct arena *arena, const struct log_types *types,
    struct event *event, struct diag *diag);

#endif
