/* One event out of a file of any form that the engine reads. */
#ifndef FLOW_PICK_H
#define FLOW_PICK_H

#include "model/event.h"
#include "text/records.h"

enum { PICK_SHOWN = 5 };

struct pick {
    struct str record; /* of the event alone, as it stood where it was alone; in the arena. Where
                          there is no event, the first object that is none */
    size_t count;      /* events in the input, and how many are the one that is meant */
    size_t found;
    struct event shown[PICK_SHOWN]; /* the first ones: id and time */
    struct str rejected;            /* why the first record that is none cannot be used; empty */
};

/* Reads the input to its end. `id` NULL: any event is meant, and the first one is taken. False: it
 * cannot be read. */
bool pick_event(struct pick *pick, const char *path, const char *id, const struct log_types *types,
    struct arena *arena, struct diag *diag);

#endif
