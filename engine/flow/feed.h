/* Alerts that are events: what rules raise waits in the store until the rules that read alerts
 * (`log: tocsin.alert`) have judged it. Alerts of those are no events again, so that there is no loop.
 * Judges nothing itself. */
#ifndef FLOW_FEED_H
#define FLOW_FEED_H

#include "flow/batch.h"

/* A rule that is enabled reads alerts. */
bool feed_is_wanted(const struct rules *rules);

/* Keeps the alert for them, as it is told at its raising. */
bool feed_add(struct store *store, const struct alert *alert, struct diag *diag);

/* Empties the batch and fills it with alerts that wait, in the order they were raised; none: nothing
 * waits. They wait on until the batch is committed. */
bool feed_take(struct store *store, struct batch *batch, struct diag *diag);

#endif
