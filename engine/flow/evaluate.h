/* Records to verdicts: parse, recognise, patterns, Lua. Keeps no memory between records, so any
 * number of evaluators may share the work. Reads, stores and sends nothing: bytes in, bytes out, in
 * this process or in another (flow/worker.h). */
#ifndef FLOW_EVALUATE_H
#define FLOW_EVALUATE_H

#include "flow/request.h"
#include "flow/verdict.h"

struct evaluator;

struct evaluator *evaluator_new(struct rules *rules); /* borrows the rules */
void evaluator_free(struct evaluator *evaluator);

enum {
    ANSWER_ENOUGH = 4 << 20, /* not counting the event; behind the pair that fills so much the
                                answer ends, */
    ANSWER_ROOM = 48 << 20,  /* and has room for the largest one */
};

/* Judges the items and says in the end where to go on. `pulse` follows. */
void evaluator_judge(
    struct evaluator *evaluator, struct str request, struct wire_out *answer, struct pulse *pulse);

#endif
