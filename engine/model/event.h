/* An event: a recognised record, parsed. Borrows everything from the arena it was made in. */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "model/log_type.h"

struct event {
    const struct log_type *log;
    const struct json *root;
    struct str id;   /* the log type's identity field, or "sha256:" and a hash of the record */
    int64_t time_ms; /* CLOCK_UNKNOWN when the record does not say */
    unsigned notes;  /* enum json_note: of the envelopes down to the event (event_notes.h) */
};

/* Fills identity and time of a tree that is known to be of the log type. */
void event_make(
    struct event *event, struct arena *arena, const struct log_type *log, const struct json *root);

/* The events in one record, unwrapped from its envelopes: usually one. */
struct events {
    struct event *list;
    size_t count;
    size_t unrecognised; /* objects no log type knows */
};

/* False: the record is no JSON object; the diagnostic says why. */
bool events_parse(struct events *events, struct arena *arena, const struct log_types *types,
    struct str record, struct diag *diag);

#endif
