/* How many arguments the functions of the library take. */
#ifndef SCRIPT_ARITY_H
#define SCRIPT_ARITY_H

#include "base/str.h"

enum { ARITY_ANY = 99 };

struct arity {
    const char *name; /* "regex.match", "aws.actor"; NULL ends the list */
    int least, most;  /* ARITY_ANY: as many as one likes */
};

extern const struct arity arities[];

/* NULL: nothing is known of it. */
const struct arity *arity_find(const char *library, struct str function); /* "" or "string", … */

#endif
