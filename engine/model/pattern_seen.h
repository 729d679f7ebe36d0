/* Which answers each clause of a pattern gave to the JSON trees that it was asked about. */
#ifndef MODEL_PATTERN_SEEN_H
#define MODEL_PATTERN_SEEN_H

#include "model/pattern.h"

/* One field of the pattern, once, in however many alternatives of `$or` it stands. */
struct pattern_seen_clause {
    const void *field; /* private */
    struct str path;   /* dotted */
    struct place place;
    const struct yaml *wanted;
    size_t held, failed; /* how often */
};

struct pattern_seen {
    const struct pattern *pattern;
    struct pattern_seen_clause *list; /* in the order of the manifest */
    size_t count;
};

/* Borrows the pattern; the list is in the arena. */
void pattern_seen_init(
    struct pattern_seen *seen, const struct pattern *pattern, struct arena *arena);

/* Each clause is asked as if it stood alone, but holds wherever the whole of an alternative does. */
void pattern_seen_note(struct pattern_seen *seen, const struct json *object);

#endif
