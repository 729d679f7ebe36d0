/* The timeline of a test: events at times from its beginning, written short and expanded here
 * (rules/MEMORY.md, "Testing it"). Knows nothing of who judges them. */
#ifndef MODEL_MANIFEST_TIMELINE_H
#define MODEL_MANIFEST_TIMELINE_H

#include "model/log_type.h"

/* Bounds of one timeline, expanded. */
enum { TIMELINE_EVENTS = 10000, TIMELINE_VALUES = 2000000 };

#define TIMELINE_BEGINS_MS INT64_C(1704067200000) /* 2024-01-01T00:00:00Z */

struct timeline_event {
    const struct json *event;
    int64_t at_ms, arrives_ms; /* from the beginning */
    struct str id;             /* empty: its number */
};

/* An alert that is expected. */
struct timeline_alert {
    int64_t at_ms;              /* from the beginning; -1: any time */
    const struct yaml *details; /* map of what it holds, and `at`; NULL: anything */
    struct place place;
};

struct timeline {
    struct timeline_event *events; /* by arrival */
    size_t count;
    int64_t until_ms; /* from the beginning; -1: until all is decided */
    struct timeline_alert *alerts;
    size_t alert_count;
};

/* Expands the list: each event is the base with what its entry says laid over it, maps by their
 * members, all else in place of what was there. `base` NULL: there is none. */
bool timeline_read(struct schema_context *context, const struct yaml *list, const struct yaml *base,
    struct timeline *timeline);

/* `event` laid over `base`, in the arena; `event` itself where that is NULL. */
const struct json *timeline_base(
    struct arena *arena, const struct json *base, const struct json *event);

/* Lays each event over `base`, which may be NULL, and gives it the time and the identity that it does
 * not name itself, where its log has them. */
void timeline_date(struct timeline *timeline, struct arena *arena, const struct log_type *log,
    const struct json *base);

#endif
