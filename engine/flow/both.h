/* Two pipelines, of two versions of a rule set, that one reader feeds: what is read, unpacked and looked
 * at is so once. Each version gets a batch of its own, with those of its records that it may want. */
#ifndef FLOW_BOTH_H
#define FLOW_BOTH_H

#include "flow/pipeline.h"
#include "flow/reader.h"

/* Of the records that no rule of either can want. The envelopes of both are the same. */
struct both_filter {
    struct look *look; /* NULL: all are wanted */
};

void both_filter_init(struct both_filter *filter, struct pipeline *const both[2]);
void both_filter_release(struct both_filter *filter);
struct record_filter both_filter_record(const struct both_filter *filter);

/* Takes what the reader reads, by the pool of the first, to its end: as pipeline_take. */
enum pipeline_end both_take(
    struct pipeline *const both[2], struct reader *reader, struct diag *diag);

#endif
