/* Sending: takes due deliveries out of the store, makes the message, posts it, and writes down how
 * it went. One thread of its own; a queue for each destination, so that a dead one delays nobody.
 *
 * When a delivery is due, and how old it is, goes by the wall clock, because it outlives the
 * process: a clock that jumps ahead makes what waits due early (and old), one that jumps back makes
 * it wait longer by as much. What a server asked for with Retry-After, and the pauses of a
 * destination that fails, also go by the monotonic clock and hold in any case. */
#ifndef FLOW_SENDER_H
#define FLOW_SENDER_H

#include "flow/messenger.h"
#include "model/config.h"
#include "model/store.h"

struct sender;

/* Loads every destination's secrets. NULL with diagnostics when one is not there. Borrows all. */
struct sender *sender_new(const struct config *config, struct store *store,
    struct messenger *messenger, struct diags *diags);

bool sender_start(struct sender *sender, struct diag *diag);

/* There may be new deliveries. Callable from any thread. */
void sender_wake(struct sender *sender);

/* Sends an alert that is not in the store, by the routes, as often as it takes. What is not sent when
 * the sender stops is gone. Callable from any thread. */
void sender_tell(struct sender *sender, const struct alert *alert);

/* The input waits because the store cannot be written (`fault`), or does so no more (NULL). People are
 * told, and without the store, when it lasts and when it is over: flow/outage.h. */
void sender_input_waits(struct sender *sender, const struct diag *fault);

/* Waits until nothing is queued that falls due before deadline_ms on the monotonic clock, at most
 * until then, and ends the thread. What is not sent by then stays in the store. */
void sender_stop(struct sender *sender, int64_t deadline_ms);
void sender_free(struct sender *sender);

#endif
