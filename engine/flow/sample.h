/* A part of the records in place of all of them, for a first look at what is large. */
#ifndef FLOW_SAMPLE_H
#define FLOW_SAMPLE_H

#include "flow/batch.h"

/* Leaves of the records that can be used about one of `of`; 0 and 1 leave all. Which ones depends on
 * their bytes alone: the same wherever they stand, and whoever reads them. */
void sample_keep(struct batch *batch, uint64_t of);

#endif
