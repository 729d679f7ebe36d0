/* A few records of one input, taken together: read together, judged together, and committed in one
 * transaction with the position behind them. Or a few tests, judged in the same way. */
#ifndef FLOW_BATCH_H
#define FLOW_BATCH_H

#include "flow/evaluate.h"
#include "model/store.h"

/* A batch ends behind the record in which its input comes to the next multiple of so many bytes, small
 * ones first, so that many can be judged at the same time; or behind so many records; or when the
 * input has no more to give for now. Records that are passed over count, too: batches are the same
 * whether or not anybody looks before the parse. */
enum { BATCH_FIRST_BYTES = 128 << 10, BATCH_BYTES = 512 << 10, BATCH_RECORDS = 2048 };

struct batch_record {
    struct str bytes;
    const char *source; /* path, or "-" */
    uint64_t line, index;
    const char *bad;               /* why it cannot be used; NULL: it is an object */
    uint64_t bad_line, bad_column; /* and where; 0: all of it */
    bool is_test;                  /* no bytes: a test of a manifest */
    struct tested tested;
    struct verdict verdict;
};

struct batch {
    struct arena arena; /* owns records and verdicts */
    struct batch_record *list;
    size_t count;
    size_t bytes;    /* of the records in the list, and of the list */
    size_t passed;   /* records that no rule can want, which are not in the list, */
    size_t left_out; /* and those that are not in the sample */
    const char *source;
    uint64_t raw;                    /* bytes of its file that were read for the batch */
    struct record_position position; /* of the input, behind the batch */
    uint64_t lines;                  /* of the input that ended by then */
    bool done;                       /* the input is read */
    const char *fault;               /* why it cannot be read on; NULL: it can */
    int64_t unread_to; /* of alerts as events: the number of the last; 0: it is of an input */
    char rules_version[HASH_HEX]; /* of the set that judged it */
    bool metered;                 /* what its rules cost is wanted */
    struct period period;         /* of which time its events count */
    bool dated;                   /* the days of those are wanted */
    struct days days;
    struct costs costs;
    struct standings standings; /* what it is judged by, brought forward by each answer */
};

void batch_init(struct batch *batch);
void batch_release(struct batch *batch);
void batch_reset(struct batch *batch);

/* Empties the batch and fills it with the next records. What it returns is why it stopped:
 * RECORD_GOOD when the batch is full, else what records_next said. */
enum record_status batch_fill(
    struct batch *batch, struct records *records, const char *source, struct diag *diag);

/* Empties the batch and fills it with the tail of an input, which is cut or corrupt, as one bad record.
 * False: nothing was left, the input is done with. */
bool batch_take_tail(struct batch *batch, struct records *records, const char *source);

/* Adds one record; a bad one is not judged, and says why. */
void batch_add(struct batch *batch, const struct record *record, const char *source, bool bad);

/* Adds one of another batch, which is not judged yet. */
void batch_add_copy(struct batch *batch, const struct batch_record *record);

/* Adds the event of a test of a rule, by their places in the rule set. */
void batch_add_test(struct batch *batch, const struct tested *tested);

/* "REASON at line L column C" of a bad one. */
struct str batch_record_reason(const struct batch_record *record, struct arena *arena);

/* Once it is judged: there is nothing in it that the store has to keep. */
bool batch_is_quiet(const struct batch *batch);

/* The request for what is left of it from head->from on, and what its answer says. */
enum { REQUEST_ROOM = 8 << 20 }; /* for any batch, and 60,000 rules in trouble */
void batch_put(const struct batch *batch, const struct request_head *head, struct wire_out *out);
bool batch_read(
    struct batch *batch, struct str answer, const struct rules *rules, struct cursor *next);

#endif
