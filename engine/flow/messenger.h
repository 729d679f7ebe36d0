/* Who runs the Lua of destinations for the sender: this process, or a worker. Used by one thread. */
#ifndef FLOW_MESSENGER_H
#define FLOW_MESSENGER_H

#include "flow/nursery.h"
#include "script/destination_script.h"

struct messenger {
    bool (*make)(struct messenger *messenger, const struct destination *destination,
        const struct json *alert, struct request *request, struct diag *diag);
    enum destination_verdict (*judge)(struct messenger *messenger,
        const struct destination *destination, long status, struct str body, struct diag *diag);
    void (*free)(struct messenger *messenger);
    bool gone; /* it will make no message any more, and none is to blame for it */
};

/* As destination_script_request. `destination` is one of the configuration's. */
static inline bool messenger_make(struct messenger *messenger,
    const struct destination *destination, const struct json *alert, struct request *request,
    struct diag *diag) {
    return messenger->make(messenger, destination, alert, request, diag);
}

/* As destination_script_verdict. */
static inline enum destination_verdict messenger_verdict(struct messenger *messenger,
    const struct destination *destination, long status, struct str body, struct diag *diag) {
    return messenger->judge(messenger, destination, status, body, diag);
}

static inline void messenger_free(struct messenger *messenger) {
    if (messenger) messenger->free(messenger);
}

/* Loads the Lua of every destination into this process. NULL with diagnostics when one does not
 * load. Borrows config. */
struct messenger *messenger_here(
    const struct config *config, const char *const *lua_dirs, struct diags *diags);

/* A worker of a nursery that loaded the same configuration; hired when there is something to do, and
 * anew when it died. Borrows both. */
struct messenger *messenger_worker(struct nursery *nursery, const struct config *config);

#endif
