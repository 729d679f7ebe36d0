/* Verdicts to alerts: dedup, routing and the outbox, all in one transaction with the position of
 * the input. Runs no rule and sends nothing. */
#ifndef FLOW_COMMIT_H
#define FLOW_COMMIT_H

#include "flow/batch.h"
#include "flow/tally.h"
#include "model/config.h"

struct memories;

struct committer {
    struct store *store;
    const struct config *config; /* destinations and routes; NULL: nothing is sent */
    const struct clock *clock;   /* what "now" is for the outbox and for what is kept */
    const struct rules *rules;   /* none until committer_judges_by */

    /* Where alerts go whose period is over in event time; NULL: they are delivered at their first
     * match, by the outbox, and nobody waits for the end of the period. */
    store_alert_each *tell;
    void *tell_context;

    /* Told of each alert when it is raised, before the commit, and when that was; or NULL. */
    void (*raised)(void *context, const struct alert *alert, int64_t at_ms);
    void *raised_context;

    bool silent; /* what is wrong with records and rules is counted, and told by somebody else */
    bool keeps_rejected;            /* in the store, beside reporting them */
    bool feeds;                     /* alerts that are raised are kept for rules that read them, */
    bool unread;                    /* and some may be waiting (flow/feed.h) */
    int64_t event_ms;               /* the latest event time seen, CLOCK_UNKNOWN before the first */
    int64_t closes_ms;              /* when the next untold alert's period is over */
    int64_t updates_ms;             /* wall; no update of an alert is due before */
    struct suspensions suspensions; /* of no rules until committer_judges_by */
    struct memories *memories;      /* none until then */
    struct tally tally;
};

void committer_init(struct committer *committer, struct store *store, const struct clock *clock);

/* From now on rules remember, and those that are killed again and again are suspended. Borrows the
 * rules. */
void committer_judges_by(struct committer *committer, const struct rules *rules);
void committer_release(struct committer *committer);

/* Says what a batch is to be judged by, before it is submitted. */
void committer_direct(const struct committer *committer, struct batch *batch);

/* All or nothing; may be tried again when it failed. `input` NULL: no position is kept. */
bool committer_apply(struct committer *committer, const struct batch *batch,
    const struct store_input *input, struct diag *diag);

/* Decides what is due by the clock: the inputs are silent. INT64_MAX: all, they are at their end.
 * While alerts wait to be judged nothing is decided of those that were: call again then. */
bool committer_idle(struct committer *committer, int64_t now_ms, struct diag *diag);

/* Forgets a slice of what memories need no more; what is of rules that are no more, and of alerts that
 * went, once it is from before before_ms. `removed` 0: there was none. */
bool committer_forget(
    struct committer *committer, int64_t before_ms, int64_t *removed, struct diag *diag);

/* Tells what was not told yet: the end of the events is the end of every period. */
bool committer_finish(struct committer *committer, struct diag *diag);

#endif
