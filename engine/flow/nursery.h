/* The small process from which workers are forked: of one thread, made before any secret was read.
 * It loads rules and the Lua of destinations, and forks workers that have them; it holds no secret,
 * because none was ever there: its environment is wiped at once, and of destinations it is told what
 * their Lua may see. The engine talks to it in turns, from any thread. */
#ifndef FLOW_NURSERY_H
#define FLOW_NURSERY_H

#include "flow/channel.h"
#include "flow/rules.h"
#include "model/config.h"

#include <sys/types.h>

struct nursery;

/* Forks it. Before the first secret is read and the first thread started; once a process. */
struct nursery *nursery_start(struct diag *diag);
void nursery_free(struct nursery *nursery); /* ends it and all its workers */

/* What it shall load: once. */
struct nursery_order {
    const struct rules_options *rules;
    const struct config *config; /* its destinations; NULL: none */
    const char *const *lua_dirs; /* of destinations, NULL-terminated */
};

/* Orders it, once; the caller may do something else meanwhile. */
void nursery_order(struct nursery *nursery, const struct nursery_order *order);

/* Waits until what was ordered is loaded, and says the version of the rules. Findings are added to
 * `diags`; false when there was an error, or when the rules did not come to an end of loading. */
bool nursery_loaded(struct nursery *nursery, char version[HASH_HEX], struct diags *diags);

bool nursery_lives(const struct nursery *nursery);

enum worker_kind { WORKER_RULES, WORKER_MESSAGES };

struct worker {
    pid_t pid; /* 0: none */
    struct channel channel;
};

/* Forks one more. */
bool nursery_hire(
    struct nursery *nursery, enum worker_kind kind, struct worker *worker, struct diag *diag);

/* Ends the worker if it still lives, and says how it ended, as waitpid(2) does. Its channel is left
 * open: what it wrote last is read when it can write no more. False: the nursery is gone. */
bool nursery_bury(struct nursery *nursery, struct worker *worker, int *status, struct diag *diag);

#endif
