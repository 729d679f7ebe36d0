/* The timeline of a test, played: its verdicts go through the committer as those of `run` do, into a
 * store of its own, under a clock that is set to when each event arrives. */
#ifndef FLOW_TESTING_TIMELINE_H
#define FLOW_TESTING_TIMELINE_H

#include "flow/commit.h"
#include "flow/testing.h"

struct play;

/* NULL: there is no store to be had. Borrows both. */
struct play *play_new(
    const struct testing *testing, const struct manifest_test *test, struct diag *diag);
void play_free(struct play *play);

/* Takes a record of the batch, which is the next event of the timeline and was judged. */
bool play_take(struct play *play, const struct batch *batch, size_t record, struct diag *diag);

/* All were taken: whether the test holds, and what differs. */
bool play_holds(struct play *play, struct differences *to);

#endif
