/* Tells the operator about records and rules that did not work: the first ones whole, then a count,
 * so that a broken feed does not bury everything else. What is not told is counted and kept. */
#ifndef FLOW_REPORT_H
#define FLOW_REPORT_H

#include "flow/batch.h"

void report_rejected(const struct batch_record *record, struct str reason);
void report_failure(const struct batch_record *record, const struct failure *failure);

/* The first object of an input that no log type knows; then how many there were. */
void report_unrecognised(const struct batch_record *sample);
void report_strangers_count(const char *source, int64_t count);

#endif
