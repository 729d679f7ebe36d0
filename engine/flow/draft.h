/* The text of a rule that holds for one event: a beginning, for a person to go on from. */
#ifndef FLOW_DRAFT_H
#define FLOW_DRAFT_H

#include "model/event.h"

/* Appends the manifest: a pattern of what is characteristic of the event, a test with the event, and
 * for each clause one of an event that differs in it. The event is masked first. False: it cannot be
 * written as YAML. */
bool draft_print(struct buf *to, struct str id, const struct event *event, struct diag *diag);

#endif
