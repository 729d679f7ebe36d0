/* Records to verdicts: parse, recognise, patterns, Lua. Keeps no memory between records, so any
 * number of evaluators may share the work. Reads, stores and sends nothing: bytes in, bytes out, in
 * this process or in another (flow/worker.h). */
#ifndef FLOW_EVALUATE_H
#define FLOW_EVALUATE_H

#include "flow/period.h"
#include "flow/tested.h"
#include "flow/verdict.h"

struct evaluator;

struct evaluator *evaluator_new(struct rules *rules); /* borrows the rules */
void evaluator_free(struct evaluator *evaluator);

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

enum {
    ANSWER_ENOUGH = 4 << 20, /* not counting the event; behind the pair that fills so much the
                                answer ends, */
    ANSWER_ROOM = 48 << 20,  /* and has room for the largest one */
};

/* Judges the items and says in the end where to go on. `pulse` follows. */
void evaluator_judge(
    struct evaluator *evaluator, struct str request, struct wire_out *answer, struct pulse *pulse);

#endif
