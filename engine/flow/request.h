/* What an evaluator is asked, as bytes: written by who has the batch, read by flow/evaluate.c. */
#ifndef FLOW_REQUEST_H
#define FLOW_REQUEST_H

#include "flow/period.h"
#include "flow/tested.h"
#include "flow/verdict.h"

/* A batch, or what is left of one. */
struct request_head {
    struct cursor from;       /* the first record to judge, and where in it */
    enum failure_kind failed; /* what happened to the pair at `from`, which is passed over; or
                                 FAILURE_NONE */
    struct str reason;        /* of that failure */
};

/* A request is a head, the standings of its rules, whether what they cost is wanted, of which time
 * events count and whether their days are wanted, and then its items, in order. */
void request_put_head(struct wire_out *out, const struct request_head *head);
void request_put_standings(struct wire_out *out, const struct standings *standings);
void request_put_metered(struct wire_out *out, bool metered);
void request_put_period(struct wire_out *out, const struct period *period, bool dated);
void request_put_record(struct wire_out *out, uint32_t record, struct str bytes);
/* Of a test only its rule is asked. */
void request_put_test(struct wire_out *out, uint32_t record, const struct tested *tested);

enum request_item { REQUEST_RECORD = 1, REQUEST_TEST };

struct request_head request_read_head(struct wire_in *in);
bool request_read_period(struct wire_in *in, struct period *period); /* whether days are wanted */

#endif
