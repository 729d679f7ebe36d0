/* The rule set: log types, manifests and their Lua, loaded together and replaced together. */
#ifndef FLOW_RULES_H
#define FLOW_RULES_H

#include "base/hash.h"
#include "model/manifest.h"
#include "script/rule_script.h"

struct rule {
    struct manifest *manifest;
    struct rule_script *script; /* NULL where the manifest has no Lua */
};

struct rules {
    struct arena arena;
    struct log_types types;
    struct manifests manifests;
    struct limits limits;
    struct rule *list; /* enabled ones and disabled ones; as many as manifests */
    size_t count;
    char version[HASH_HEX]; /* of everything that decides what the set answers */
};

/* Loads the files and directories in `paths`, to be held to `limits` or to what a manifest lowers of
 * them; limits that were never read, all 0, are the default ones. NULL when anything is wrong; all problems of all
 * files are reported. With `check`, also what rule_script_check finds. */
struct rules *rules_load(const struct schema_strings *paths, const struct limits *limits,
    bool check, struct diags *diags);
void rules_free(struct rules *rules);

#endif
