/* Which answers each clause of a pattern gave to the JSON trees that it was asked about, and which of
 * its alternatives held. */
#ifndef MODEL_PATTERN_SEEN_H
#define MODEL_PATTERN_SEEN_H

#include "model/pattern.h"

/* An element of a list of two or more: in a clause, in its `anything-but` or `not`, in an `$or`. */
struct pattern_seen_alternative {
    const void *field, *test; /* private; NULL: of an `$or` */
    const bool *branches;     /* private, of an `$or`: those of the pattern that it is in */
    const struct yaml *wanted;
    size_t
        held; /* how often: a leaf at the path passed it; of an `$or`: the pattern matched by it */
};

/* One field of the pattern, once, in however many alternatives of `$or` it stands; or one `$or`, of
 * which only the alternatives are asked. */
struct pattern_seen_clause {
    const void *field; /* private; NULL: it is an `$or` */
    struct str path;   /* dotted */
    struct place place;
    const struct yaml *wanted;
    size_t held, failed; /* how often */
    struct pattern_seen_alternative *alternatives;
    size_t alternative_count;
};

struct pattern_seen {
    const struct pattern *pattern;
    struct pattern_seen_clause *list; /* in the order of the manifest */
    size_t count;
};

/* Borrows the pattern; the lists are in the arena. One that was made of several has no clauses of its
 * own. */
void pattern_seen_init(
    struct pattern_seen *seen, const struct pattern *pattern, struct arena *arena);

/* Each clause is asked as if it stood alone, but holds wherever the whole of an alternative does. */
void pattern_seen_note(struct pattern_seen *seen, const struct json *object);

size_t pattern_seen_asked(const struct pattern_seen *seen); /* how often */

static inline bool pattern_seen_has_outcomes(const struct pattern_seen_clause *clause) {
    return clause->field != NULL;
}

#endif
