/* The fields of events that a rule reads, and which of them it met: a name that is misspelt, or that
 * no event has any more, makes a rule deaf without a failure. */
#ifndef FLOW_RULE_FIELDS_H
#define FLOW_RULE_FIELDS_H

#include "model/manifest.h"
#include "text/json.h"

/* How far an event came with the rule before it read the field. */
enum field_stage {
    FIELD_ASKED,    /* `when`, `resolve` */
    FIELD_SELECTED, /* Lua, steps */
    FIELD_MATCHED   /* exceptions, `dedup`, `context` */
};

struct rule_field {
    struct str path;
    struct place place; /* without a file: it is not known */
    enum field_stage stage;
};

enum { RULE_FIELDS = 64 };

struct rule_fields {
    const struct rule_field *list;
    size_t count; /* at most RULE_FIELDS: more are passed over */
};

/* Each path once, at its earliest stage. Of patterns that ask for a field to be absent, none. */
struct rule_fields rule_fields_of(const struct manifest *manifest, struct arena *arena);

/* A bit for each field that the event holds, of those that an event that came to `stage` was read
 * for. What stands in `known` is not looked for again. */
uint64_t rule_fields_met(const struct rule_fields *fields, uint64_t known, enum field_stage stage,
    const struct json *event);

#endif
