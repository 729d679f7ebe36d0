/* What an engine does that trusts its rules: one stock Lua state for all of them, with every library
 * and no limits; each event is parsed by cJSON alone, and once the first pattern matches it becomes
 * Lua tables that all rules share. It is what isolation is measured against, and alerts no one. */
#ifndef BENCH_PLAIN_H
#define BENCH_PLAIN_H

#include "events.h"

struct plain;

/* Borrows the rules: their manifests and patterns, not their own Lua states. NULL: a rule did not
 * load, which was told on standard error. Gives cJSON its
 * own allocator back: text/json.h is of no use in this process any more. */
struct plain *plain_new(const struct rules *rules, const char *lua_dir);
void plain_free(struct plain *plain);

/* How many pairs of event and rule matched; `failed` counts calls that raised an error. */
size_t plain_judge(struct plain *plain, const struct events_set *events, size_t *failed);

#endif
