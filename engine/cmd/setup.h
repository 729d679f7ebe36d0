/* What every command begins with: the configuration, and which rules are meant. */
#ifndef CMD_SETUP_H
#define CMD_SETUP_H

#include "cmd/options.h"
#include "flow/rules.h"
#include "model/config.h"

struct setup {
    struct arena arena;
    struct config config;
    struct diags diags;
    struct schema_strings paths; /* of rules */
};

void setup_init(struct setup *setup);
void setup_release(struct setup *setup);

/* The file of -c, else ./tocsin.yaml, else defaults. Findings go to setup->diags. */
bool setup_config(struct setup *setup, const struct options *options);

/* Which rules: -r, else `named` (NULL-terminated, may be empty), else those of the configuration,
 * else ./rules, else the shipped ones. */
void setup_paths(struct setup *setup, const struct options *options, char *const *named);

/* Where destination/TYPE.lua is looked for: lua/ beside the configuration, then the shipped one. */
void setup_lua_dirs(struct setup *setup, const char *dirs[3]);

/* Prints the findings to standard error, sorted. */
void setup_report(struct setup *setup, const struct options *options);

#endif
