/* The timeline of a test, played: its verdicts go through the committer as those of `run` do, into a
 * store of its own, under a clock that is set to when each event arrives. */
#ifndef FLOW_TESTING_TIMELINE_H
#define FLOW_TESTING_TIMELINE_H

#include "flow/commit.h"
#include "model/manifest.h"

struct play;

/* NULL: there is no store to be had. Borrows the rules and the test. */
struct play *play_new(
    const struct rules *rules, const struct manifest_test *test, struct diag *diag);
void play_free(struct play *play);

/* Takes a record of the batch, which is the next event of the timeline and was judged. */
bool play_take(struct play *play, const struct batch *batch, size_t record, struct diag *diag);

/* All were taken: whether the test holds; `why` says what differed. */
bool play_holds(struct play *play, struct diag *why);

#endif
