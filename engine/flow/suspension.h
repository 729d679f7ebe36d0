/* A rule that is killed again and again is left alone for a while: 3 kills in a row suspend it for a
 * minute. After that it is tried on one event; an answer ends the suspension, another kill doubles
 * it, up to an hour. An error that a rule raises is an answer.
 *
 * Who commits owns the suspensions. A batch is judged by what was known when it was submitted, which
 * is told to whoever judges it as standings; these go on within the batch, so that a rule that loops
 * on every event is stopped there, too. All of it follows from the order of the events alone,
 * however many judge, and whether or not one of them dies on the way. */
#ifndef FLOW_SUSPENSION_H
#define FLOW_SUSPENSION_H

#include "flow/rules.h"
#include "model/failure.h"

enum {
    SUSPENSION_KILLS = 3,
    SUSPENSION_FIRST_MS = 60 * 1000,
    SUSPENSION_MOST_MS = 60 * 60 * 1000,
};

/* ---- within a batch ---- */

/* How many kills in a row a rule may still have there: 0: it is passed over, 1: it is tried. */
struct standing {
    uint32_t rule, left;
};

/* Of rules in trouble; all others have SUSPENSION_KILLS. */
struct standings {
    struct standing *list;
    size_t count;
};

/* What is left after an event. FAILURE_NONE: the rule answered. */
uint32_t standing_after(uint32_t left, enum failure_kind failed);

void standings_note(
    struct standings *standings, struct arena *arena, uint32_t rule, enum failure_kind failed);

/* ---- across batches ---- */

struct suspension {
    unsigned kills;    /* in a row */
    int64_t length_ms; /* 0: not suspended */
    int64_t until_ms;
};

struct suspensions {
    const struct rules *rules;
    struct suspension *list;  /* of each rule, as committed */
    struct suspension *draft; /* in the transaction under way */
    uint32_t *troubled;       /* the rules of which one of them may be more than 0 */
    size_t troubled_count;
};

/* Borrows the rules. */
void suspensions_init(struct suspensions *suspensions, const struct rules *rules);
void suspensions_release(struct suspensions *suspensions);

void suspensions_begin(struct suspensions *suspensions);
void suspensions_accept(struct suspensions *suspensions); /* the transaction is committed */

/* In the draft; in the order of the events. True: the rule is suspended from now on, or again. While
 * it is suspended, kills in batches that were under way change nothing. */
bool suspensions_note(
    struct suspensions *suspensions, uint32_t rule, enum failure_kind failed, int64_t now_ms);

/* What a batch that is submitted at `now_ms` is judged by. */
struct standings suspensions_standings(
    const struct suspensions *suspensions, int64_t now_ms, struct arena *arena);

#endif
