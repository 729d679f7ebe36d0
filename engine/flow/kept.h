/* A match as bytes that a memory keeps until it is decided whether it fires. */
#ifndef FLOW_KEPT_H
#define FLOW_KEPT_H

#include "flow/verdict.h"

struct str kept_write(const struct match *match, struct arena *arena);

/* False: it is not what kept_write wrote. `manifest` stays NULL. */
bool kept_read(struct str kept, struct arena *arena, struct match *match);

#endif
