/* One part of the inputs, read to its end in batches: what is cut or corrupt becomes a bad record,
 * and what follows it is read like any input. */
#ifndef FLOW_READING_H
#define FLOW_READING_H

#include "flow/batch.h"
#include "text/parts.h"

struct reading_options {
    const char *const *wrappers; /* of records_new */
    struct record_filter
        filter;      /* the very first batch is read without it: most of what is wrong with
                                    a feed, or with the choice of the rules, shows there */
    uint64_t sample; /* of sample_keep */
};

struct reading;

/* Borrows all. A part that cannot be opened is told by the first batch. */
struct reading *reading_open(const struct part *part, const struct reading_options *options);
void reading_close(struct reading *reading);

/* Fills the batch. False: it is the last one; its `fault` says what could not be read. */
bool reading_step(struct reading *reading, struct batch *batch);

#endif
