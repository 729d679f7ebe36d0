/* What the files of the committer share. Only commit*.c include it. */
#ifndef FLOW_COMMIT_PRIVATE_H
#define FLOW_COMMIT_PRIVATE_H

#include "flow/commit.h"
#include "flow/route.h"
#include "model/memory.h"

/* One batch, or what is due by the clock, on its way into the store. */
struct change {
    struct committer *committer;
    struct arena arena;
    struct tally tally;
    struct buf raised; /* lines for the log, told after the commit */
    struct str rules_version;
    int64_t now_ms, event_ms, closes_ms;
    int64_t updates_ms; /* no update of an alert is due before */
    bool feeds, fed;    /* alerts that are raised are kept to be judged; one was */
    int64_t at_ms;      /* what is at hand happens then: the engine's time, or when it was due */
    int64_t waited_ms;  /* for how long what is due has waited, at most */
    int64_t decisions;  /* how many more of what is due it may decide */
    struct diag *diag;
};

/* ---- commit_memories.c: the memories of rules, the times of logs ---- */

struct memories *memories_new(struct store *store, const struct rules *rules);
void memories_free(struct memories *memories);

/* The times of the logs go into the store with the batch, and count when it does. */
bool change_keep_times(struct change *change);
void change_accept_times(struct committer *committer);
void change_drop_times(struct committer *committer);

/* Events of the log before that came too late to count in full; INT64_MIN: none do. */
int64_t change_horizon_ms(const struct change *change, struct str log);

/* How much later than the end of its period what counts on an alert may come and be decided. */
int64_t change_wait_ms(const struct change *change, struct str log);

/* Alerts of the log are to be resolved, none before due_ms. */
void change_expect(struct change *change, struct str log, int64_t due_ms);

/* NULL: there is no such rule. */
const struct manifest *change_rule(const struct change *change, struct str id);

/* ---- commit_memory.c: matches to what fires ---- */

/* A match enters the memory of its rule, and what fires by it makes alerts. What was due by the time
 * of its event is decided before. */
bool change_take(struct change *change, const struct match *match);

/* Time of its log goes on to that of an event; what was due by then is decided. */
bool change_pass_time(struct change *change, struct str log, int64_t time_ms);

/* ---- commit_due.c: what time decides ---- */

/* Decides what is due at `until_ms`, or as much as it may, of all logs; whether anything may be. Of
 * alerts only where none waits to be judged, which may matter to it. */
bool change_decide(struct change *change, int64_t until_ms);
bool change_settle_all(struct change *change, int64_t until_ms); /* resolves alone */
bool change_is_due(const struct committer *committer, int64_t until_ms);

/* ---- commit_alert.c: what fires to alerts ---- */

/* Raises an alert or counts on one. `fire` NULL: the match fired by itself. */
bool change_fire(struct change *change, const struct match *match, const struct memory_fire *fire);

/* What fires is the match at hand, or one that was kept, or one that was taken before and is told by the
 * one at hand, which completed it. */
bool change_fire_all(
    struct change *change, const struct match *match, const struct memory_fires *fires);

/* ---- commit_growth.c: what becomes of an alert after it was raised ---- */

/* The alert was raised by this match, and told to these. */
bool change_begin_growth(struct change *change, const struct alert *alert,
    const struct match *match, const struct route_targets *told);

/* Further matches were counted on the alert, the latest at latest_ms. */
bool change_grow(
    struct change *change, const struct alert *alert, const struct match *match, int64_t latest_ms);

/* Where the match came from that was just counted. */
bool change_note_address(struct change *change, const char *alert, const struct match *match);

/* Resolves what had no further match for long enough at that time of the log. */
bool change_settle(struct change *change, struct str log, int64_t until_ms);

/* An event says that alerts are over. */
bool change_resolve(struct change *change, const struct resolution *resolution);

/* Tells of further matches whom that is due to. */
bool change_update(struct change *change);
bool change_update_is_due(const struct committer *committer, int64_t now_ms);

#endif
