/* The one way from records to alerts: read, judge, commit, again. `run`, `replay` and `test` differ
 * in what they plug in: where records come from, who judges them, which clock, where alerts go. */
#ifndef FLOW_PIPELINE_H
#define FLOW_PIPELINE_H

#include "flow/batch_pool.h"
#include "flow/commit.h"
#include "flow/judge.h"
#include "flow/positions.h"
#include "flow/report.h"

#include <signal.h>

/* Batches that are read ahead of the one that is committed. The same whoever judges, so that what a
 * batch is judged by, which depends on what was committed before it, is always the same, too. */
enum { PIPELINE_AHEAD = 16 };

struct reader;

struct pipeline {
    struct rules *rules;
    struct judge *judge;
    struct committer committer;
    struct batch_pool *pool;
    struct batch *ring[PIPELINE_AHEAD];
    size_t first, count; /* of those under way, in the order of the input */
    size_t unsaved;      /* of those committed since the position of the input was */
    struct strangers strangers;
    const struct look *look;           /* for records that no rule can want; NULL: all are parsed */
    struct rule_cost *costs;           /* of each rule, when they are wanted; else NULL */
    struct period period;              /* events of another time are passed over */
    uint64_t sample;                   /* one record of so many; 0: all */
    bool dated;                        /* the days of those that are not are told with batches */
    const volatile sig_atomic_t *stop; /* becomes true: finish what is under way and return */
    bool holds;                        /* positions that can wait are held for a while */
    struct positions positions;        /* those */
    bool durable;                      /* a store that fails is waited for */
    bool broken;                       /* nobody judges any more: it will not go on */
    void (*committed)(void *context, const struct batch *batch); /* after each; or NULL */
    void (*waits)(
        void *context, const struct diag *fault); /* for the store; NULL: no more; or NULL */
    void *committed_context;
};

enum pipeline_end {
    PIPELINE_END,     /* the input is read */
    PIPELINE_CUT,     /* it ends inside a record */
    PIPELINE_CORRUPT, /* what it holds cannot be read on, now or later */
    PIPELINE_FAILED,  /* it cannot be read on now, or the store failed where it is not durable */
    PIPELINE_STOPPED, /* `stop`, or `broken`, which the log tells */
};

/* Of the records that no rule can want, so that they are not parsed. */
struct record_filter pipeline_filter(const struct pipeline *pipeline);

/* Borrows all. */
void pipeline_init(struct pipeline *pipeline, struct rules *rules, struct judge *judge,
    struct store *store, const struct clock *clock);
void pipeline_release(struct pipeline *pipeline);

/* Reads on until the input has nothing more for now. `input` (or NULL) is saved with each batch that
 * leaves something in the store, now and then, and in the end, or soon after where positions are
 * held: reading again is never wrong. */
enum pipeline_end pipeline_drain(struct pipeline *pipeline, struct records *records,
    const char *name, struct store_input *input, struct diag *diag);

/* Where an input stands of which nothing was read: saved in time. */
bool pipeline_keep(struct pipeline *pipeline, const struct store_input *input, struct diag *diag);

/* Saves the positions that are held, if they are due, or all (`now`). False as where a batch cannot be
 * committed. */
bool pipeline_save(struct pipeline *pipeline, bool now, struct diag *diag);

/* Gives the tail of a cut or corrupt input up: it becomes one rejected record. PIPELINE_CUT: there
 * may be more behind it, drain again. PIPELINE_END: nothing was left, the input is done with. */
enum pipeline_end pipeline_reject_tail(struct pipeline *pipeline, struct records *records,
    const char *name, struct store_input *input, struct diag *diag);

/* Takes what the reader reads to its end. An input that cannot be read on is told to the log and
 * counted. PIPELINE_END, or why it did not come to that. */
enum pipeline_end pipeline_take(
    struct pipeline *pipeline, struct reader *reader, struct diag *diag);

/* Judges and commits a batch that was filled elsewhere; it is of the pool, and is taken. */
bool pipeline_put(struct pipeline *pipeline, struct batch *batch, struct diag *diag);

/* The same in two steps: batches that were pushed are under way, until they are flushed or, where
 * either fails, abandoned. */
bool pipeline_push(struct pipeline *pipeline, struct batch *batch, struct diag *diag);
bool pipeline_flush(struct pipeline *pipeline, struct diag *diag);
enum pipeline_end pipeline_abandon(struct pipeline *pipeline); /* PIPELINE_STOPPED or _FAILED */

/* As the committer's: and alerts that wait are judged by the rules that read alerts before anything is
 * decided of alerts. */
bool pipeline_idle(struct pipeline *pipeline, int64_t now_ms, struct diag *diag);

/* The end of all inputs: decides all, and tells what was not told. */
bool pipeline_finish(struct pipeline *pipeline, struct diag *diag);

#endif
