/* Fields that rules read and that no event had: a name that is misspelt, or a log that has changed. */
#ifndef CMD_STATS_UNREAD_H
#define CMD_STATS_UNREAD_H

#include "flow/rule_cost.h"

#include <stdbool.h>

struct stats_unread {
    struct rule_field field;
    uint64_t events; /* that came as far as the rule reads it; at least one */
    bool elsewhere;  /* another rule met it: it is no name that nothing has */
};

struct stats;

/* For each rule its own, in the order in which they are read. */
void stats_find_unread(struct stats *stats);

#endif
