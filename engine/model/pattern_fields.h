/* The fields of a pattern as its author wrote them, for who checks them. */
#ifndef MODEL_PATTERN_FIELDS_H
#define MODEL_PATTERN_FIELDS_H

#include "model/pattern.h"

struct pattern_field {
    struct str path; /* whole, dotted */
    struct place place;
    const struct yaml *tests; /* a scalar, a list, or a map of an operator */
};

struct pattern_fields {
    const struct pattern_field *list;
    size_t count;
};

/* The fields that must hold together, of one combination of the `$or`s after the other. */
size_t pattern_branch_count(const struct pattern *pattern); /* NULL has none */
struct pattern_fields pattern_branch(
    const struct pattern *pattern, size_t branch, struct arena *arena);

#endif
