/* Inputs of the configuration, followed: files that grow, directories that fill. A file is taken
 * whole, from where reading stood; a tail that is cut is an error only when it has not grown for a
 * while. Looks a few times a second; holds no file open in between. */
#ifndef FLOW_FOLLOW_H
#define FLOW_FOLLOW_H

#include "flow/input.h"

enum {
    FOLLOW_PAUSE_MS = 200,
    FOLLOW_CUT_MS = 30000,  /* a cut tail is an error when the file is older, */
    FOLLOW_STILL_MS = 2000, /* and was seen unchanged for so long */
    FOLLOW_AGAIN_MS = 5000, /* until a file that cannot be read is tried again */
    FOLLOW_KEEP_MS = 24 * 60 * 60 * 1000,
};

struct follower;

struct follower *follower_new(struct pipeline *pipeline, const struct config *config);
void follower_free(struct follower *follower);

/* One look at everything; reads what is new. False when the pipeline stopped. */
bool follower_look(struct follower *follower);

#endif
