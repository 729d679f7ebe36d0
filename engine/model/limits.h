/* What one call of a rule may cost. The configuration says it for all rules; a manifest may ask for
 * less, never for more. */
#ifndef MODEL_LIMITS_H
#define MODEL_LIMITS_H

#include "text/schema.h"

struct limits {
    int64_t time_ms; /* CPU time; steps should end a call earlier, and always at the same place */
    int64_t memory;  /* bytes of the rule's whole state, and of what it keeps beside it */
    int64_t allocation; /* bytes of one string or one part of a table */
    int64_t steps;      /* VM instructions, and what functions of the library charge */
};

#define LIMITS_DEFAULT ((struct limits){50, 8 << 20, 1 << 20, 1000000})

extern const struct schema_row limits_rows[];

/* `parse` of a schema row: into a struct limits, of which only what is named changes. */
bool limits_read(struct schema_context *context, const struct yaml *value, void *into);

/* The lower of both, each for itself; 0 in `wanted` stands for what was not said. */
struct limits limits_lower(const struct limits *given, const struct limits *wanted);

/* Whether `wanted` asks for more than is given, of anything. */
bool limits_exceed(const struct limits *given, const struct limits *wanted);

#endif
