/* A time in which the store cannot be written, as those who write to it find out: when it began, what
 * was said of it, and the alert of the engine that tells people, `tocsin.store.failing`. That alert
 * cannot be kept where others are; how it is sent is not known here. */
#ifndef FLOW_OUTAGE_H
#define FLOW_OUTAGE_H

#include "base/diag.h"
#include "model/alert.h"

enum outage_party { OUTAGE_INPUT, OUTAGE_DELIVERIES, OUTAGE_PARTIES };

struct outage {
    const char *store; /* its path; borrows */
    bool failing[OUTAGE_PARTIES];
    bool told;
    int64_t began_ms, last_ms; /* of the wall; the last failure, or the end */
    int64_t began_monotonic_ms;
    int64_t count;                              /* failures */
    char reason[sizeof((struct diag){0}.text)]; /* of the last one, without secrets */
};

enum outage_news { OUTAGE_NO_NEWS, OUTAGE_BEGAN, OUTAGE_OVER };

/* One of them could not write (`fault`), or could (NULL), at this time by both clocks. It is news once it has lasted
 * for a second, so that a stumble wakes nobody, and when nobody fails any more, if the beginning was
 * news. */
enum outage_news outage_note(struct outage *outage, enum outage_party party,
    const struct diag *fault, int64_t now_ms, int64_t monotonic_ms);

/* Open, or resolved when it is over; the same id. Texts in the arena. */
void outage_alert(const struct outage *outage, struct alert *alert, struct arena *arena);

#endif
