/* Where an alert goes: the destinations it names itself, else what the routes say. */
#ifndef FLOW_ROUTE_H
#define FLOW_ROUTE_H

#include "model/alert.h"
#include "model/config.h"

/* Names of destinations, each once, in the arena. Without routes, every destination. A name that is
 * not configured is left out and told to the log; an alert that would go nowhere by that goes by
 * the routes. */
struct schema_strings route_alert(
    const struct config *config, const struct alert *alert, struct arena *arena);

#endif
