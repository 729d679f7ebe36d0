/* By which field each branch of each pattern of a rule set is found: an event in which that field
 * does not hold is none that the branch matches. Knows nothing of events.
 *
 * Paths are ordered by how many different texts (exact ones, prefixes, suffixes) the rule set has
 * there, most first, and equals by the path's bytes; a branch takes the first path of this order at
 * which all its tests are such texts. A branch without one takes the first of its fields that only
 * some leaf can satisfy, else none. */
#ifndef MODEL_PATTERN_ACCESS_H
#define MODEL_PATTERN_ACCESS_H

#include "model/pattern.h"

#include <stdint.h>

struct field;

struct pattern_access {
    uint32_t rule; /* the place of its pattern in the list */
    const struct field
        *field; /* of the branch; all its tests are of SCOPE_LEAF. NULL: nothing tells,
                                  the rule is always asked */
};

/* By rule, then by branch. */
struct pattern_accesses {
    struct pattern_access *list;
    size_t count;
};

/* Where a pattern is NULL the rule has none, and one access without a field. The list lives in the
 * arena and borrows the patterns. */
struct pattern_accesses pattern_accesses_choose(
    struct arena *arena, const struct pattern *const *patterns, size_t count);

/* The field's path as messages say it; "" where there is none. */
struct str pattern_access_path(const struct pattern_access *access);

/* For people: why a rule of this pattern is always asked, a sentence without a full stop, and the
 * place of what is to blame. NULL: each of its branches has a field. */
const char *pattern_access_fault(const struct pattern *pattern, struct place *place);

#endif
