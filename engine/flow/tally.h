/* What was counted on the way, for the summary that every command ends with. */
#ifndef FLOW_TALLY_H
#define FLOW_TALLY_H

#include "base/buf.h"
#include "model/failure.h"

#include <stdint.h>

struct tally {
    int64_t records, passed; /* of the records: those that no rule can want, not parsed */
    int64_t left_out;        /* of the records: those that are not in the sample */
    int64_t events, unrecognised, rejected;
    int64_t suppressed;               /* matches that an exception holds for, not among */
    int64_t matches, alerts;          /* the engine's own alerts are of no match */
    int64_t failures;                 /* events that a rule could not judge, */
    int64_t failed_by[FAILURE_KINDS]; /* the same by why */
    int64_t forgotten;                /* matches, for lack of room in a memory */
    int64_t unreadable;               /* inputs */
};

void tally_add(struct tally *to, const struct tally *more);

void tally_failure(struct tally *tally, enum failure_kind kind);

/* "1,448 records: 1,448 events; 12 matches, 7 alerts", or "9,448 records: 8,000 passed over, 1,448
 * events; …" where there are any, as is "left out", and what went wrong where there is any:
 * "; 3 rule failures (2 cpu, 1 crash)". */
void tally_print(struct buf *to, const struct tally *tally);

#endif
