/* What asking rules about events costs, counted where they are judged and only when somebody wants to
 * know, and its way to who wants to. Times are of the wall, which is quicker to ask than the time of
 * the processor: on a machine that is busy otherwise they are too long. Counts are exact, save for a
 * worker that dies: what it had counted in its batch is not told. */
#ifndef FLOW_RULE_COST_H
#define FLOW_RULE_COST_H

#include "flow/rule_fields.h"
#include "flow/rules.h"
#include "flow/wire.h"

/* Of one rule. */
struct rule_cost {
    uint64_t asked;      /* events that the index gave it */
    uint64_t selected;   /* events that its `when` selected; of a rule without one, all */
    uint64_t pattern_ns; /* in `when` */
    uint64_t answered;   /* events that its Lua was asked about, if it has one */
    uint64_t lua_ns;     /* in all of its functions, and in making the alert */
    uint64_t matched, failed;
    uint64_t memory; /* the most bytes that its Lua had at a time, in any process */
    uint64_t fields; /* those that it met, as bits of its struct rule_fields */
};

void rule_cost_add(struct rule_cost *to, const struct rule_cost *more);

struct cost_of_rule {
    uint32_t rule;
    struct rule_cost cost;
};

/* Of one batch, in no order; a rule may stand more than once. */
struct costs {
    struct cost_of_rule *list;
    size_t count;
};

/* ---- where rules are judged ---- */

struct cost_meter;

struct cost_meter *cost_meter_new(const struct rules *rules); /* borrows */
void cost_meter_free(struct cost_meter *meter);               /* NULL is fine */

uint64_t cost_now_ns(void);

/* The bits of `fields` of one event that came to `stage`, of those that no event before it held. */
uint64_t cost_meter_fields(
    struct cost_meter *meter, uint32_t rule, enum field_stage stage, const struct json *event);

void cost_meter_note(struct cost_meter *meter, uint32_t rule, const struct rule_cost *cost);

/* Calls `put` with what was noted for each rule, and forgets it. */
void cost_meter_take(struct cost_meter *meter, struct wire_out *out,
    void (*put)(struct wire_out *out, const struct cost_of_rule *cost));

#endif
