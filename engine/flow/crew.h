/* Workers that judge batches, side by side. One that dies, or gets no further, is told as the
 * failure of the rule and event it was at, and the batch goes on in another with the next rule of
 * the same event. */
#ifndef FLOW_CREW_H
#define FLOW_CREW_H

#include "flow/judge.h"
#include "flow/nursery.h"

/* Hired as there is work for them, at most `jobs`. Borrows both: the rules need no Lua here, and are
 * of the version that the nursery loaded. */
struct judge *crew_new(struct nursery *nursery, const struct rules *rules, size_t jobs);

#endif
