/* What every command begins with: the processes, the configuration, and which rules are meant. */
#ifndef CMD_SETUP_H
#define CMD_SETUP_H

#include "cmd/options.h"
#include "flow/judge.h"
#include "flow/messenger.h"
#include "flow/nursery.h"
#include "model/config.h"

struct setup {
    struct arena arena;
    struct nursery *nursery; /* NULL: all in this process */
    struct config config;
    bool destinations;             /* their Lua is wanted, too */
    const struct config *messages; /* in place of the configuration, that of these; or NULL */
    struct diags diags;
    struct schema_strings paths;       /* of rules */
    bool own_logs;                     /* log types of the paths take the place of shipped ones */
    const struct schema_strings *only; /* of the files under them, those that are read; NULL: all */
};

void setup_init(struct setup *setup);
void setup_release(struct setup *setup);

/* The process that rules and the Lua of destinations run under; none with --in-process. Before the
 * configuration is read. False: it cannot be made, and the log says so. */
bool setup_processes(struct setup *setup, const struct options *options);

/* The file of -c, else ./tocsin.yaml, else defaults. Findings go to setup->diags. */
bool setup_config(struct setup *setup, const struct options *options);

/* Which rules: -r, else `named` (NULL-terminated, may be empty), else those of the configuration,
 * else ./rules, else the shipped ones. */
void setup_paths(struct setup *setup, const struct options *options, char *const *named);

/* The rules of those paths, without their Lua where that runs in another process; with `check`,
 * all that can be known without an event. Findings go to setup->diags, NULL when one is an error. */
struct rules *setup_rules(struct setup *setup, bool check);

/* The same, of which none will be asked about an event: no Lua is loaded. */
struct rules *setup_manifests(struct setup *setup);

/* What spares records the parse, NULL where nothing does; who judges by those rules, and who runs the Lua of destinations: NULL with findings when that
 * does not load. */
struct look *setup_look(const struct options *options, const struct rules *rules);
struct judge *setup_judge(struct setup *setup, const struct options *options, struct rules *rules);
struct messenger *setup_messenger(struct setup *setup);

/* Where destination/TYPE.lua is looked for: lua/ beside the configuration, then the shipped one;
 * NULL-terminated. */
void setup_lua_dirs(struct setup *setup, const char *dirs[3]);

/* How many shall work at the same time, by -j. */
size_t setup_jobs(const struct options *options);

/* Prints the findings to standard error, sorted. */
void setup_report(struct setup *setup, const struct options *options);

#endif
