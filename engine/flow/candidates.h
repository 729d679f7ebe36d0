/* Which rules are to be asked about an event: enabled ones of its log type whose `when`, or that
 * which resolves their alerts, may select it (model/pattern_index.h). */
#ifndef FLOW_CANDIDATES_H
#define FLOW_CANDIDATES_H

#include "flow/rules.h"
#include "model/event.h"
#include "model/pattern_index.h"

struct candidates;

struct candidates *candidates_new(const struct rules *rules); /* borrows the rules */
void candidates_free(struct candidates *candidates);

/* The list is that of the candidates, until they are asked again; one thread asks. */
struct rule_numbers candidates_find(struct candidates *candidates, const struct event *event);

#endif
