#include "flow/messenger.h"

#include "base/mem.h"

struct messenger_here {
    struct messenger messenger;
    const struct config *config;
    struct destination_script **scripts; /* in the order of the configuration */
};

static struct destination_script *script_of(
    struct messenger *messenger, const struct destination *destination) {
    struct messenger_here *here = (struct messenger_here *)messenger;
    return here->scripts[destination - here->config->destinations];
}

static bool make(struct messenger *messenger, const struct destination *destination,
    const struct json *alert, struct request *request, struct diag *diag) {
    return destination_script_request(script_of(messenger, destination), alert, request, diag);
}

static enum destination_verdict judge(struct messenger *messenger,
    const struct destination *destination, long status, struct str body, struct diag *diag) {
    return destination_script_verdict(script_of(messenger, destination), status, body, diag);
}

static void release(struct messenger *messenger) {
    struct messenger_here *here = (struct messenger_here *)messenger;
    for (size_t i = 0; i < here->config->destination_count; i++)
        if (here->scripts[i]) destination_script_free(here->scripts[i]);
    mem_free(here->scripts);
    mem_free(here);
}

struct messenger *messenger_here(
    const struct config *config, const char *const *lua_dirs, struct diags *diags) {
    struct messenger_here *here = mem_alloc(sizeof *here);
    bool good = true;
    here->messenger = (struct messenger){make, judge, release, false};
    here->config = config;
    here->scripts = mem_alloc(config->destination_count * sizeof *here->scripts);
    for (size_t i = 0; i < config->destination_count; i++) {
        here->scripts[i] = destination_script_new(&config->destinations[i], lua_dirs, diags);
        good = good && here->scripts[i];
    }
    if (good) return &here->messenger;
    release(&here->messenger);
    return NULL;
}
