/* What both sides of the nursery agree on: nursery.c is the engine's, nursery_child.c is its own. */
#ifndef FLOW_NURSERY_PRIVATE_H
#define FLOW_NURSERY_PRIVATE_H

#include "flow/nursery.h"
#include "flow/post.h"

/* Requests begin with one of these. Answers begin with a number that is 1 where it was done. */
enum nursery_request { NURSERY_LOAD = 1, NURSERY_HIRE, NURSERY_BURY };

enum { NURSERY_FILE = 1024, NURSERY_MOST = POST_MOST };

/* Where loading is, for the watchdog. */
struct nursery_page {
    struct pulse pulse; /* pulse.rule: CURSOR_NONE while no Lua runs */
    char file[NURSERY_FILE];
    unsigned line;
};

/* The life of the child. */
_Noreturn void nursery_live(int socket, pid_t engine, struct nursery_page *page);

#endif
