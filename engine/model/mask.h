/* Makes an event fit to be shown: what names an account, a person or a machine in it is replaced by
 * what stands for such things in documentation, the same by the same. What is replaced and what
 * stays is in rules/README.md, "From an event". Does not know what a log calls its fields, but for
 * those that hold names of people and secrets. */
#ifndef MODEL_MASK_H
#define MODEL_MASK_H

#include "text/json.h"

/* A masked copy, in the arena; it borrows what is not masked from the event. */
const struct json *mask_event(struct arena *arena, const struct json *event);

#endif
