/* Which paths the records of a log may have, as its log type says in `fields`: a path each, those
 * that end in ".*" with anything below. Where it says none, every path is one. */
#ifndef MODEL_LOG_FIELDS_H
#define MODEL_LOG_FIELDS_H

#include "model/log_type.h"

/* Whether a dotted path is one of the fields, leads to one, or lies below an open one. */
bool log_fields_know(const struct log_type *log, struct str path);

/* For a path that is not known: the one that is meant, in the arena; NULL where none is near. */
const char *log_fields_meant(const struct log_type *log, struct str path, struct arena *arena);

enum log_field_type { LOG_FIELD_ANY, LOG_FIELD_STRING, LOG_FIELD_BOOLEAN };

/* What stands there: in `booleans` true or false, in the other fields that are not open a string.
 * Of what leads to a field, or lies below an open one, nothing is known. */
enum log_field_type log_fields_type(const struct log_type *log, struct str path);

#endif
