/* The five severities, in order. */
#ifndef MODEL_SEVERITY_H
#define MODEL_SEVERITY_H

#include "base/str.h"

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL };

extern const char *const severity_names[]; /* NULL-terminated */

bool severity_parse(struct str text, enum severity *severity);

#endif
