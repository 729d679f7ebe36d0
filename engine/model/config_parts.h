/* What the files of the configuration reader share; for them alone. Each function reports what is
 * wrong and returns false then; those that end in _read are `parse` of a schema row. */
#ifndef MODEL_CONFIG_PARTS_H
#define MODEL_CONFIG_PARTS_H

#include "model/config.h"

extern const struct schema_row config_route_rows[], config_destination_rows[];

/* Whether everything the text names is there. Reads no value. */
bool template_check(struct schema_context *context, const struct template *template);

/* The text with its values filled in, for what is no secret. */
bool template_expand(
    struct schema_context *context, const struct template *template, struct str *to);

/* `destinations` and `routes`, into the struct config. */
bool config_destinations_read(struct schema_context *context, const struct yaml *value, void *into);
bool config_routes_read(struct schema_context *context, const struct yaml *value, void *into);

/* Once all is read: a route leads to destinations that exist. */
bool config_check_routes(struct schema_context *context, const struct config *config);

#endif
