/* An alert as users see it: one JSON object, schema "tocsin.alert/1". */
#ifndef MODEL_ALERT_H
#define MODEL_ALERT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"

#include <stdint.h>

enum alert_state { ALERT_OPEN, ALERT_UPDATED, ALERT_RESOLVED };

extern const char *const alert_state_names[];

enum { ALERT_ID = 33, ALERT_EVENT_IDS = 100 };

struct alert {
    char id[ALERT_ID]; /* alert_make_id */
    struct str rule, title, severity, log, dedup, rules_version;
    int64_t time_ms, last_time_ms; /* event time of the first match; the latest of all */
    int64_t count;                 /* matches, each event once */
    int64_t period_ms;             /* of its dedup */
    int64_t begins_ms;             /* of what fired first: its period begins there */
    int64_t closes_ms; /* alert_closes_ms of that, or later: nothing more is waited for */
    enum alert_state state;
    int64_t revision;     /* what was told about it so far, from 1; 0: nothing yet */
    struct str event_ids; /* JSON array of at most ALERT_EVENT_IDS strings */
    struct str body; /* alert_print_body: the keys that never change, `"event":…,"errors":[…]…` */
    int64_t resolved_ms; /* ALERT_RESOLVED: matches up to this event time change nothing about it */
    struct str more;     /* of an update: alert_print_more; empty: the key is left out */
};

/* What is new since a destination was last told. */
struct alert_more {
    int64_t count, addresses; /* matches; different addresses they came from, 0: none is known */
    int64_t since_ms;         /* wall: when it was last told */
};

/* What a match gives an alert that stays as it is, already JSON where it says so. */
struct alert_body {
    struct str event, context, errors;                 /* JSON; len 0: null, {}, [] */
    struct str notes;                                  /* JSON array; len 0: the key is left out */
    struct str references, tags, attack, destinations; /* JSON arrays; len 0: [] */
    struct str description, runbook;                   /* text */
};

/* 32 hex digits from rule, dedup key and the identity of the first event. */
void alert_make_id(char id[ALERT_ID], struct str rule, struct str dedup, struct str event_id);

/* False: the time is unknown, or RFC 3339, which writes the years 0000 to 9999, cannot write it. */
bool alert_format_time(int64_t time_ms, char text[CLOCK_TEXT]);

/* The same as a member of an object: null where it has no text. */
void alert_print_time(struct buf *to, const char *key, int64_t time_ms);

/* time_ms + period_ms. CLOCK_UNKNOWN where the time is unknown: such an alert takes no further
 * match, so its period is always over. */
int64_t alert_closes_ms(int64_t time_ms, int64_t period_ms);

struct str alert_print_body(struct arena *arena, const struct alert_body *body);

struct str alert_print_more(struct arena *arena, const struct alert_more *more);

/* The whole object, keys in the documented order, on one line without the newline. A time that is
 * unknown, or beyond what RFC 3339 can write, is null. */
void alert_print(struct buf *to, const struct alert *alert);

/* "2023-07-10T11:45:00Z high rule.id Title (3 times)": for people, safe for a terminal
 * (base/plain.h); "-" where the time is unknown. */
void alert_print_line(struct buf *to, const struct alert *alert, bool color);

#endif
