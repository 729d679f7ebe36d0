/* Batches that wait to be used again, with the memory they have: a batch is filled in one thread and
 * judged and committed in another. */
#ifndef FLOW_BATCH_POOL_H
#define FLOW_BATCH_POOL_H

#include "flow/batch.h"

struct batch_pool;

struct batch_pool *batch_pool_new(void);
void batch_pool_free(struct batch_pool *pool); /* all batches were given back */

/* From any thread. One that is taken is the caller's until it is given back, and holds what it last
 * held: batch_fill and batch_reset empty it. */
struct batch *batch_pool_take(struct batch_pool *pool);
void batch_pool_give(struct batch_pool *pool, struct batch *batch);

#endif
