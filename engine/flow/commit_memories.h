/* The memories of rules and the times of logs, as the committer's files share them. */
#ifndef FLOW_COMMIT_MEMORIES_H
#define FLOW_COMMIT_MEMORIES_H

#include "flow/commit_private.h"

/* What is known of a log. */
struct log_time {
    const struct log_type *type;
    int64_t newest_ms, draft_ms; /* of all that matched; draft_ms with those of this change */
    int64_t due_ms;              /* nothing is due before */
    int64_t resolves_ms;         /* no alert is resolved by time before */
};

/* The memory of a rule, once it was used. */
struct remembered {
    const struct manifest *manifest;
    bool open;
    struct memory memory;
};

struct memories {
    struct store *store;
    struct log_time *times;
    size_t time_count;
    struct remembered *list; /* of rules that have one */
    size_t count;
};

/* ---- commit_memories.c ---- */

/* NULL: there is no such log. */
struct log_time *memories_time(struct memories *memories, struct str log);

/* Makes it ready for use; what it knew is forgotten where the rule was changed. */
bool memories_open(struct memories *memories, struct remembered *remembered, struct diag *diag);

struct remembered *memories_of(struct memories *memories, const struct manifest *manifest);

/* By the memory's number; `found` NULL: its rule is no more. */
bool memories_find(
    struct memories *memories, int64_t number, struct remembered **found, struct diag *diag);

/* ---- commit_due.c ---- */

/* Decides what is due of a log, or as much as it may, and resolves alerts whose time is over. */
bool change_decide_log(struct change *change, struct log_time *time, int64_t until_ms);

#endif
