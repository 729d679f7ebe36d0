/* What a match looks like as an alert that nothing else counts on. */
#ifndef FLOW_MATCH_ALERT_H
#define FLOW_MATCH_ALERT_H

#include "flow/verdict.h"

/* Open, at its first revision; in the arena, and of the match. */
struct alert match_alert(const struct match *match, struct arena *arena);

/* A JSON array of one. */
struct str match_event_ids(struct str id, struct arena *arena);

/* The alert's JSON (model/alert.h), as a tree in the arena. */
const struct json *match_alert_tree(const struct alert *alert, struct arena *arena);

#endif
