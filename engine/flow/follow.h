/* Inputs of the configuration, followed: files that grow, directories that fill. A file is taken
 * whole, from where reading stood; a tail that is cut is an error only when it has not grown for a
 * while. The system tells what changed (base/notify.h), and that alone is looked at; everything is
 * looked at now and then, and often where the system does not tell. Holds no file open in between. */
#ifndef FLOW_FOLLOW_H
#define FLOW_FOLLOW_H

#include "flow/input.h"

enum {
    FOLLOW_WALK_MS = 2000, /* between two looks at everything, */
    FOLLOW_PAUSE_MS = 200, /* where changes may not be told, and at the least */
    FOLLOW_REST_MS = 2,    /* at the least, after any look: what comes meanwhile is read together */
    FOLLOW_REREAD_REST = 16, /* times the work, where a record was read that is not all there */
    FOLLOW_CUT_MS = 30000,   /* a cut tail is an error when the file is older, */
    FOLLOW_STILL_MS = 2000,  /* and was seen unchanged for so long */
    FOLLOW_AGAIN_MS = 5000,  /* until a file that cannot be read is tried again */
    FOLLOW_KEEP_MS = 24 * 60 * 60 * 1000,
};

struct follower;

struct follower *follower_new(struct pipeline *pipeline, const struct config *config);
void follower_free(struct follower *follower);

/* One look at what changed, or at everything; reads what is new. False when the pipeline stopped. */
bool follower_look(struct follower *follower);

/* Waits until there is something to look at, at most so long; the pipeline's `stop` ends it. */
void follower_wait(struct follower *follower, int64_t most_ms);

#endif
