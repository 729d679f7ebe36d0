/* Why a pattern matches a JSON tree or does not: each clause by itself, with what was found. For
 * people who ask; model/pattern.h decides. */
#ifndef MODEL_PATTERN_EXPLAIN_H
#define MODEL_PATTERN_EXPLAIN_H

#include "model/pattern.h"

enum { PATTERN_FOUND = 20 };

/* One field of the pattern. Borrows from the pattern and the tree. */
struct pattern_clause {
    struct str path; /* dotted */
    struct place place;
    const struct yaml *wanted;
    bool holds;                              /* alone, or with the others */
    bool limited;                            /* a regular expression met its limit */
    const struct json *found[PATTERN_FOUND]; /* values at the path, through arrays on the way */
    size_t found_count;                      /* of all; no more than PATTERN_FOUND are kept */
    struct str there;               /* nothing was found: how far of the path there is something, */
    const struct json *there_value; /* and what: the whole tree where `there` is empty */
    const char *near;               /* a key there like the next one of the path; or NULL */
};

/* Of a pattern with `$or` the alternative that matches, else the first one of which the fewest clauses
 * fail. */
struct pattern_account {
    bool matches; /* as pattern_matches says */
    bool apart;   /* it does not, though each clause holds: not in the same element of an array */
    struct pattern_clause *clauses; /* in the order of the manifest */
    size_t count, failed;
    size_t alternatives;
};

/* The lists are in the arena. `value` is an object. */
void pattern_explain(const struct pattern *pattern, const struct json *value, struct arena *arena,
    struct pattern_account *account);

#endif
