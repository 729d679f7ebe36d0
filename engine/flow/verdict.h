/* What evaluating one record found: plain bytes, no Lua and no pointers into rules, so that a
 * verdict can come from another process. */
#ifndef FLOW_VERDICT_H
#define FLOW_VERDICT_H

#include "model/alert.h"
#include "model/failure.h"

/* One rule matched one event. */
struct match {
    struct str rule, log, severity, title, dedup, event_id, rules_version;
    int64_t time_ms, period_ms;
    struct alert_body body;
};

/* A rule could not judge an event. */
struct failure {
    enum failure_kind kind;
    struct str rule, event_id, reason;
    struct str event; /* JSON, whole */
};

struct verdict {
    struct str rejected;   /* why the record is no JSON object; empty: it is one */
    size_t events;         /* recognised */
    size_t unrecognised;   /* objects no log type knows */
    int64_t time_ms;       /* latest event time in the record, CLOCK_UNKNOWN for none */
    struct match *matches; /* in the order of events, then of rules */
    size_t match_count;
    struct failure *failures;
    size_t failure_count;
};

#endif
