/* What was counted on the way, for the summary that every command ends with. */
#ifndef FLOW_TALLY_H
#define FLOW_TALLY_H

#include "base/buf.h"

#include <stdint.h>

struct tally {
    int64_t records, events, unrecognised, rejected;
    int64_t matches, alerts, failures; /* a failure: a rule that could not judge an event */
    int64_t unreadable;                /* inputs */
};

void tally_add(struct tally *to, const struct tally *more);

/* "1,448 records: 1,448 events; 12 matches, 7 alerts", and what went wrong where there is any. */
void tally_print(struct buf *to, const struct tally *tally);

#endif
