/* What the parts of the sender share: sender.c is its life and its loop, sender_lane.c takes
 * deliveries out of the store, sender_message.c makes requests of them, sender_outcome.c judges the
 * answers and writes them down, sender_told.c tells what is not in the store. For these files and their test. */
#ifndef FLOW_SENDER_PRIVATE_H
#define FLOW_SENDER_PRIVATE_H

#include "flow/backoff.h"
#include "flow/breaker.h"
#include "flow/http.h"
#include "flow/outage.h"
#include "flow/sender.h"
#include "flow/signature.h"
#include "script/destination_script.h"

#include <pthread.h>
#include <stdatomic.h>

struct sender_timing {
    struct backoff backoff;
    struct breaker_limits breaker;
    int64_t look_ms;     /* how often to look for what another process queued again */
    int64_t unmade_most; /* attempts after which a message that cannot be made is given up */
};

/* One delivery on its way, or over and not yet written down. */
struct attempt {
    struct attempt *next;
    struct lane *lane;
    struct delivery delivery;
    struct buf error; /* of delivery.last_error */
    bool probe;
    bool over;
    struct buf told; /* the alert, where it is not in the store: such an attempt is never saved */
    bool waits;      /* for its next try; of what is told */
};

/* One destination. Nothing in a lane waits for another lane. */
struct lane {
    struct sender *sender;
    const struct destination *destination;
    struct buf url, proxy;
    struct signature_keys keys;
    struct breaker breaker;
    int64_t paused_until_ms; /* monotonic; a server asked for it */
    struct attempt *attempts;
    size_t in_flight, over;
};

struct told;
struct message;

struct sender {
    const struct config *config;
    struct store *store;
    struct messenger *messenger;
    struct http *http;
    struct lane *lanes;
    size_t lane_count;
    struct sender_timing timing;
    uint64_t random;
    int64_t look_at_ms;     /* monotonic; when the next delivery may go, INT64_MAX for none */
    int64_t look_anyway_ms; /* for what another process queued again */
    int64_t save_at_ms;     /* monotonic; not before, after the store failed */
    bool store_failed;
    pthread_mutex_t outage_lock, told_lock;
    struct outage outage; /* guarded, as the input reports to it too */
    struct told *told;    /* guarded; on its way to the lanes */
    pthread_t thread;
    bool running;
    atomic_bool woken, stopping;
    _Atomic int64_t deadline_ms;
};

/* Before sender_start. The same seed gives the same jitter. */
void sender_tune(struct sender *sender, const struct sender_timing *timing, uint64_t seed);

double sender_random(struct sender *sender);               /* [0, 1) */
void sender_look_by(struct sender *sender, int64_t at_ms); /* at the latest, monotonic */

/* The store did or did not do what it was asked; says so when that changed. */
void sender_store_result(struct sender *sender, bool good, const struct diag *diag);

/* ---- sender_lane.c ---- */

bool lane_init(struct lane *lane, struct sender *sender, const struct destination *destination,
    struct diags *diags);
void lane_release(struct lane *lane);

/* Starts what may go now, gives up what is too old. False: the store failed. */
bool lane_look(struct lane *lane);

struct attempt *lane_add_attempt(struct lane *lane, const struct delivery *delivery);
void attempt_free(struct attempt *attempt);
bool lane_post(struct attempt *attempt, const struct message *message, struct diag *diag);
bool lane_has_room(const struct lane *lane);
int64_t lane_wait_ms(
    const struct lane *lane, const struct delivery *delivery); /* until it is due */
bool lane_is_too_old(const struct lane *lane, const struct delivery *delivery);

/* ---- sender_told.c ---- */

/* The deliveries' side of the store; as sender_input_waits. */
void sender_note_store(struct sender *sender, const struct diag *fault);

void told_take(struct sender *sender); /* to the lanes */
void told_look(struct lane *lane);
void told_end(struct attempt *attempt, enum delivery_state state); /* it may be gone then */
void told_release(struct sender *sender);

/* ---- sender_message.c ---- */

struct message {
    struct arena arena; /* of everything below */
    struct http_request request;
};

enum message_result {
    MESSAGE_MADE,
    MESSAGE_UNMADE,
    MESSAGE_GONE,
    MESSAGE_STORE_FAILED,
    MESSAGE_NOBODY
};

/* The request for a delivery, at this time, of the alert in the store or of the one that is `told`.
 * The caller releases it in any case. */
enum message_result message_init(struct message *message, struct lane *lane,
    const struct delivery *delivery, struct str told, struct diag *diag);
void message_release(struct message *message);

/* ---- sender_outcome.c ---- */

http_done attempt_answered; /* context: the attempt */

/* How an attempt ends without an answer. */
void attempt_unmade(struct attempt *attempt, const char *reason);
void attempt_gone(struct attempt *attempt);
void attempt_too_old(struct attempt *attempt);

/* Writes down all that is over, in one transaction. What cannot be written is kept for later. */
void outcomes_save(struct sender *sender);

#endif
