/* The nearest name to one that was misspelt. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include "base/str.h"

/* Calls of suggest_offer with every candidate, then suggest_best: the nearest one by
 * Damerau-Levenshtein distance if it is near enough to be meant, else NULL. Of equally near ones the
 * first in byte order, in whatever order they come. */
struct suggest {
    struct str wanted;
    const char *best; /* borrows the candidate */
    unsigned distance;
    bool has_rival; /* another is as near */
};

struct suggest suggest_for(struct str wanted);
void suggest_offer(struct suggest *suggest, const char *candidate);
const char *suggest_best(const struct suggest *suggest);
const char *suggest_sure(
    const struct suggest *suggest); /* where it is nearer than any other, or NULL */

/* The nearest of a NULL-terminated list, or NULL. */
const char *suggest_from(struct str wanted, const char *const *names);

/* " (did you mean 'x'?)" for a message, or "" when best is NULL. Valid until the next call on the
 * same thread. */
const char *suggest_text(const char *best);

#endif
