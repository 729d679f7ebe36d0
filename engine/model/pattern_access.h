/* How the branches of patterns are found: of each one field that tells best whether it could match. */
#ifndef MODEL_PATTERN_ACCESS_H
#define MODEL_PATTERN_ACCESS_H

#include "model/pattern.h"

#include <stdint.h>

struct field;

struct pattern_access {
    uint32_t rule;             /* place of its pattern in the list */
    const struct field *field; /* one of the branch, all of whose tests are of SCOPE_LEAF; NULL:
                                  nothing tells, always asked */
};

struct pattern_accesses {
    struct pattern_access *list;
    size_t count;
};

#endif
