/* A few records of one input, taken together: read together, judged together, and committed in one
 * transaction with the position behind them. */
#ifndef FLOW_BATCH_H
#define FLOW_BATCH_H

#include "flow/evaluate.h"
#include "model/store.h"

enum { BATCH_RECORDS = 64, BATCH_BYTES = 256 * 1024 };

struct batch_record {
    struct str bytes;
    const char *source; /* path, or "-" */
    uint64_t line, index;
    const char *bad; /* why it cannot be used; NULL: it is an object */
    struct verdict verdict;
};

struct batch {
    struct arena arena; /* owns records and verdicts */
    struct batch_record list[BATCH_RECORDS];
    size_t count;
    char rules_version[HASH_HEX]; /* of the set that judged it */
};

void batch_init(struct batch *batch);
void batch_release(struct batch *batch);

/* Empties the batch and fills it with the next records. What it returns is why it stopped:
 * RECORD_GOOD when the batch is full, else what records_next said. */
enum record_status batch_fill(
    struct batch *batch, struct records *records, const char *source, struct diag *diag);

/* Adds one bad record: the tail of an input that was given up. */
void batch_add(struct batch *batch, const struct record *record, const char *source, bool bad);

void batch_judge(struct batch *batch, struct evaluator *evaluator, const char *rules_version);

#endif
