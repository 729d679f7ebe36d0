/* The JSON Schemas of what users write and what they get, by name. */
#ifndef MODEL_SCHEMAS_H
#define MODEL_SCHEMAS_H

#include "base/buf.h"

extern const char *const schema_names[]; /* "manifest" …, NULL-terminated */

/* Appends it. False: there is none of that name. */
bool schemas_print(struct buf *to, const char *name);

#endif
