/* What `explain` prints. */
#ifndef CMD_EXPLAIN_H
#define CMD_EXPLAIN_H

#include "flow/explain.h"

struct explain_view {
    const char *only; /* the id of the one rule that is shown; NULL: all */
    bool all;         /* each rule in full, or what came near */
    bool color;
};

/* For people: one screen where `all` is false. */
void explain_print_text(
    struct buf *to, const struct explanation *explanation, const struct explain_view *view);

/* For tools: one object on one line, of every rule. */
void explain_print_json(
    struct buf *to, const struct explanation *explanation, const struct explain_view *view);

/* The object of one rule in that. */
void explain_print_rule(struct buf *to, const struct explained_rule *rule);

/* "5 matches of one dedup key within 10m": what its memory needs to fire. Nothing without one. */
void explain_print_memory(struct buf *to, const struct memory_rule *memory);

void explain_print_duration(struct buf *to, int64_t ms);

bool explain_shows(const struct explain_view *view, const struct explained_rule *rule);

#endif
