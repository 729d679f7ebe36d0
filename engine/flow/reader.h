/* Reads inputs to their end, ahead of who takes their batches, and gives these in the order of the
 * inputs. What is in a batch depends on the inputs alone, however many threads read. */
#ifndef FLOW_READER_H
#define FLOW_READER_H

#include "flow/batch_pool.h"
#include "flow/reading.h"

struct reader;

struct reader_options {
    char *const *paths; /* of files; "-" is standard input */
    size_t count;
    size_t threads; /* 0: batches are read when they are asked for */
    struct batch_pool *pool;
    struct reading_options reading;
};

/* Borrows all. */
struct reader *reader_new(const struct reader_options *options);
void reader_free(struct reader *reader); /* at any time */

/* Waits for the next batch, which came from the pool and is the caller's. NULL: all is read. */
struct batch *reader_next(struct reader *reader);

#endif
