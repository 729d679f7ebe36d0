/* Values of a manifest against JSON. */
#ifndef FLOW_TESTING_COMPARE_H
#define FLOW_TESTING_COMPARE_H

#include "flow/difference.h"
#include "text/yaml.h"

struct comparison {
    struct differences *to; /* NULL: only the answer is wanted */
    struct arena *arena;
    bool parts; /* of a list too: its elements stand in that order, others may stand between */
};

/* Whether the value is what is expected, and what differs. Of a map all that is expected is there, a
 * list has as many elements, {contains: …} and {regex: …} are asked of a string, all else is equal.
 * `got` NULL: there is none. */
bool compare_value(const struct comparison *comparison, const char *what,
    const struct yaml *expected, const struct json *got);

/* Whether one of the list is; names in any order, a string being a list of one. */
bool compare_any(const struct comparison *comparison, const char *what, const struct yaml *expected,
    const struct json *list);
bool compare_names(const struct comparison *comparison, const char *what,
    const struct yaml *expected, const struct json *list);

#endif
