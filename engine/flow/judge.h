/* Who judges batches: this process, or workers (flow/crew.h). Answers are the same byte for byte. */
#ifndef FLOW_JUDGE_H
#define FLOW_JUDGE_H

#include "flow/batch.h"

struct judge {
    /* Takes the batch to be judged; may wait for room, and judges nothing before what came first is
     * under way. The batch stays where it is, untouched, until it was waited for. */
    bool (*submit)(struct judge *judge, struct batch *batch, struct diag *diag);
    /* Waits for a batch that was submitted: its records have their verdicts then. */
    bool (*wait)(struct judge *judge, struct batch *batch, struct diag *diag);
    void (*free)(struct judge *judge);
};

/* Both return false when no one can judge any more; nothing of the batch counts then. */
static inline bool judge_submit(struct judge *judge, struct batch *batch, struct diag *diag) {
    return judge->submit(judge, batch, diag);
}

static inline bool judge_wait(struct judge *judge, struct batch *batch, struct diag *diag) {
    return judge->wait(judge, batch, diag);
}

static inline void judge_free(struct judge *judge) {
    if (judge) judge->free(judge);
}

/* Judges in this process, at once. Borrows the rules, which must have their Lua. For debuggers and
 * tests: nothing holds a rule here that breaks Lua itself. */
struct judge *judge_here(struct rules *rules);

#endif
