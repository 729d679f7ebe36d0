/* What evaluating one record found: plain bytes, no Lua and no pointers into rules, so that a
 * verdict can come from another process; and its form on the way. */
#ifndef FLOW_VERDICT_H
#define FLOW_VERDICT_H

#include "flow/period.h"
#include "flow/pulse.h"
#include "flow/rule_cost.h"
#include "flow/rules.h"
#include "flow/suspension.h"
#include "flow/wire.h"
#include "model/alert.h"
#include "model/failure.h"

/* As what a match enters the memory of its rule. */
struct memory_role {
    uint32_t step;  /* of a sequence; else 0 */
    struct str key; /* values as a JSON array; of a threshold or an aggregate the dedup key */
};

/* One rule matched one event. */
struct match {
    struct str rule, log, severity, title, dedup, event_id, rules_version;
    int64_t time_ms, period_ms;
    const struct manifest *manifest; /* NULL: the engine's own */
    struct memory_role *roles;       /* where its rule has a memory: none, it takes no part */
    size_t role_count;
    struct str value;   /* of `unique`, as JSON; of `aggregate`, a number in text */
    struct str address; /* where it came from; empty: unknown */
    bool unjudged;      /* its rule could not judge the event: it fires past the rule's memory */
    struct alert_body body;
};

/* An event says that alerts of its rule are over. */
struct resolution {
    const struct manifest *manifest;
    struct str dedup;
    int64_t time_ms;
};

/* A match that an exception of its rule holds for: it is none. */
struct suppressed {
    uint32_t rule, exception; /* numbers in the rules, and in its manifest */
    int64_t time_ms;          /* of the event */
};

/* A rule could not judge an event. */
struct failure {
    enum failure_kind kind;
    struct str rule, event_id, reason;
    struct str event; /* JSON, whole */
};

/* A rule with Lua was asked about an event: what suspension goes by. */
struct trial {
    uint32_t rule;
    uint32_t failure; /* its place in the failures; TRIAL_ANSWERED: there was none */
};

enum { TRIAL_ANSWERED = UINT32_MAX };

struct verdict {
    struct str rejected; /* why the record is no JSON object; empty: it is one */
    size_t events;       /* recognised */
    size_t unrecognised; /* objects no log type knows */
    int64_t time_ms;     /* the latest of its events that matched or failed; CLOCK_UNKNOWN: none */
    struct match *matches; /* in the order of events, then of rules */
    size_t match_count;
    struct resolution *resolutions; /* in the same order */
    size_t resolution_count;
    struct suppressed *suppressed;
    size_t suppressed_count;
    struct failure *failures;
    size_t failure_count;
    struct trial *trials; /* each failure, and of what was answered the first in the request and
                             after each failure: the others change nothing; in order */
    size_t trial_count;
};

/* ---- on the way: entries, each whole ----
 *
 * A record, or one that is gone on with, then for each of its events of which there is something to
 * tell the event, its matches, resolutions and failures, and which rules answered; the end says from where to go
 * on. Before it stands what rules cost where that was asked for, and among them new days of events. Whoever judges writes them one by one, so that what was found is not lost when it dies. */

void verdict_put_record(struct wire_out *out, uint32_t record, const struct verdict *verdict);
void verdict_put_again(struct wire_out *out, uint32_t record); /* one that was told before */
void verdict_put_event(struct wire_out *out, const struct event *event);
void verdict_put_match(struct wire_out *out, uint32_t rule, const struct match *match);
void verdict_put_resolution(struct wire_out *out, uint32_t rule, struct str dedup);
void verdict_put_failure(
    struct wire_out *out, uint32_t rule, enum failure_kind kind, struct str reason);
void verdict_put_suppressed(struct wire_out *out, const struct suppressed *suppressed);
void verdict_put_answered(struct wire_out *out, uint32_t rule);
void verdict_put_cost(struct wire_out *out, const struct cost_of_rule *cost);
void verdict_put_day(struct wire_out *out, int64_t day);
void verdict_put_end(struct wire_out *out, struct cursor next);

/* Where the entries of a batch go. */
struct verdicts {
    struct verdict *const *list; /* of its records */
    size_t count;
    struct standings *standings;
    struct costs *costs;
    struct days *days;
};

/* Adds what the entries say to the verdicts of a batch, to how its rules stand, and to what they
 * cost. `next` is what the end says, or stays as it is where there is none. False: they are not
 * what was agreed. */
bool verdicts_read(struct str entries, const struct rules *rules, struct arena *arena,
    const struct verdicts *verdicts, struct cursor *next);

#endif
