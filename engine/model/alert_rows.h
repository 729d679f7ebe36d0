/* The keys of an alert (model/alert.h), for its JSON Schema and for what routes may ask. Nothing is read
 * by these rows. */
#ifndef MODEL_ALERT_ROWS_H
#define MODEL_ALERT_ROWS_H

#include "text/schema.h"

extern const struct schema_row alert_rows[];

#endif
