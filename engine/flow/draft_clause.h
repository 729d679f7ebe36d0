/* What is characteristic of an event: few fields, and what else might stand in them. */
#ifndef FLOW_DRAFT_CLAUSE_H
#define FLOW_DRAFT_CLAUSE_H

#include "model/event.h"

enum { CLAUSES = 6 };

struct clause {
    const char *path;
    struct str value;    /* borrows from the event */
    const char *instead; /* another value of that field; NULL: the field may be absent */
    const char *why;     /* a comment; NULL: it goes without saying */
    const char *other;   /* what an event is called in which only this one differs */
};

/* Chooses at most CLAUSES of them, at least one where the event has a text at all. */
size_t clauses_choose(struct clause *clauses, const struct event *event);

/* What is laid over the event so that this one differs: its other value, or null. */
struct json clause_other(struct arena *arena, const struct clause *clause);

#endif
