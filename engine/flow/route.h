/* Where an alert goes: the destinations it names itself, else what the routes say. */
#ifndef FLOW_ROUTE_H
#define FLOW_ROUTE_H

#include "model/alert.h"
#include "model/config.h"

struct route_target {
    struct str destination;
    int64_t updates_ms; /* how often it hears of further matches at most; 0: never */
};

struct route_targets {
    struct route_target *list;
    size_t count;
};

/* Destinations, each once, in the arena. Without routes, every destination. A name that is
 * not configured is left out and told to the log; an alert that would go nowhere by that goes by
 * the routes. Of two routes to one destination the more frequent updates count. */
struct route_targets route_alert(
    const struct config *config, const struct alert *alert, struct arena *arena);

#endif
