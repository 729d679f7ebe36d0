/* Records to verdicts: parse, recognise, patterns, Lua. Keeps no memory between records, so any
 * number of evaluators may share the work. Reads, stores and sends nothing.
 *
 * Today an evaluator works in the calling process; its interface is bytes in and plain verdicts out,
 * so that it can move into a worker process without its callers noticing. */
#ifndef FLOW_EVALUATE_H
#define FLOW_EVALUATE_H

#include "flow/rules.h"
#include "flow/verdict.h"

struct evaluator;

struct evaluator *evaluator_new(struct rules *rules); /* borrows the rules */
void evaluator_free(struct evaluator *evaluator);

/* The verdict lives in the arena, until the caller resets it. */
void evaluator_judge(
    struct evaluator *evaluator, struct str record, struct arena *arena, struct verdict *verdict);

/* The same for an event that is already a tree: the tests of a manifest. Only `rule` is asked. */
void evaluator_judge_event(struct evaluator *evaluator, const struct rule *rule,
    const struct json *event, struct arena *arena, struct verdict *verdict);

#endif
