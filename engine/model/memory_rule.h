/* What a manifest declares of memory: which of a rule's matches fire. DESIGN of the keys, and what
 * each means: rules/MEMORY.md. Remembers nothing itself (model/memory.h does). */
#ifndef MODEL_MEMORY_RULE_H
#define MODEL_MEMORY_RULE_H

#include "model/pattern.h"
#include "text/schema.h"

enum memory_kind {
    MEMORY_NONE, /* every match fires */
    MEMORY_THRESHOLD,
    MEMORY_FIRST_SEEN,
    MEMORY_SEQUENCE,
    MEMORY_AGGREGATE,
};

enum aggregate_kind { AGGREGATE_SUM, AGGREGATE_AVG, AGGREGATE_PERCENTILE };

enum { MEMORY_STEPS = 16, MEMORY_STEP_COUNT = 100 };

struct memory_step {
    struct str name;
    struct place place;
    struct pattern *when; /* NULL: `rule` says */
    struct str rule;      /* id of another rule; empty: `when` says */
    struct place rule_place;
    struct schema_strings by; /* its own; none: the sequence's */
    int64_t count;            /* 1 unless said */
    bool absent;
};

struct memory_rule {
    enum memory_kind kind;
    struct place place;       /* of the key's value */
    int64_t within_ms;        /* > 0 */
    int64_t lateness_ms;      /* how long what a late event could take back waits; default 5 min */
    struct schema_strings by; /* first_seen, sequence; paths */

    int64_t count;           /* threshold: matches, or different values, >= 1 */
    bool is_unique;          /* threshold: of different values */
    bool unique_asked;       /* threshold, first_seen: the value is what unique(event) answers */
    struct str unique;       /* threshold: path of the value, where it is not asked for */
    struct place path_place; /* of `unique` or `of`, where there is one */

    int64_t learn_ms; /* first_seen */

    bool ordered; /* sequence; true unless said */
    struct memory_step *steps;
    size_t step_count; /* at most MEMORY_STEPS */

    enum aggregate_kind aggregate;
    struct str of; /* aggregate: path of the number */
    double rank;   /* percentile: in (0, 100] */
    double over;

    int64_t most_keys, most_events; /* of the rule; of a key */
};

/* The last of a sequence's steps that is not absent. */
size_t memory_rule_last(const struct memory_rule *rule);

/* Whether its firing waits, because a late event could take it back. */
bool memory_rule_waits(const struct memory_rule *rule);

#endif
