/* Tells the operator about records and rules that did not work: the first ones whole, then a count,
 * so that a broken feed does not bury everything else. What is not told is counted and kept. */
#ifndef FLOW_REPORT_H
#define FLOW_REPORT_H

#include "flow/batch.h"

void report_rejected(const struct batch_record *record, struct str reason);
void report_failure(const struct batch_record *record, const struct failure *failure);

/* Objects that no log type knows, of one input: the first is shown at once, how many there were in
 * the end, or when batches of another input come. */
struct strangers {
    const char *source; /* borrows from the batches */
    int64_t count;
};

void strangers_note(struct strangers *strangers, const struct batch *batch);
void strangers_end(struct strangers *strangers);

#endif
