/* Which rules of a set are to be asked about an event: those of which some branch may match by the
 * field that it is found by (pattern_access.h), and those that nothing tells of. A rule that is not
 * named would not match; one that is named may.
 *
 * Texts, numbers, prefixes and suffixes are looked up. What cannot be (contains, regex, cidr, …) is
 * asked once an event, however many rules ask the same of the same path. That work has a bound: what
 * it does not reach counts as "may", so that no event holds the index up, and a rule whose regular
 * expression takes long is found out where that rule is asked. Time does not grow with the rules that
 * are not named. Knows nothing of rules but their numbers. */
#ifndef MODEL_PATTERN_INDEX_H
#define MODEL_PATTERN_INDEX_H

#include "model/pattern_access.h"

struct pattern_index;

/* For numbers below `bound`; the list of accesses may go, the patterns are borrowed. */
struct pattern_index *pattern_index_new(const struct pattern_accesses *accesses, uint32_t bound);
void pattern_index_free(struct pattern_index *index);

struct rule_numbers {
    const uint32_t *list; /* ascending, each once */
    size_t count;
};

/* Allocates nothing. The list is the index's and holds until it is asked again, so that each thread
 * needs an index of its own. */
struct rule_numbers pattern_index_ask(struct pattern_index *index, const struct json *event);

#endif
