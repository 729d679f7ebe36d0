/* Which fields of the event a rule's Lua reads, as far as its text alone is certain of them. */
#ifndef SCRIPT_RULE_READS_H
#define SCRIPT_RULE_READS_H

#include "model/manifest.h"

struct rule_read {
    struct str path; /* dotted; an element of a list is at the list's own path */
    struct place place;
};

struct rule_reads {
    struct rule_read *list;
    size_t count;
};

/* Each path once, where it is read first; what only leads to another that is read is left out. None
 * where the code does not compile. */
struct rule_reads rule_reads_find(const struct manifest *manifest, struct arena *arena);

#endif
