/* The rule set: log types, manifests and their Lua, loaded together and replaced together. */
#ifndef FLOW_RULES_H
#define FLOW_RULES_H

#include "base/hash.h"
#include "model/manifest.h"
#include "model/override.h"
#include "model/pattern_look.h"
#include "script/rule_script.h"

struct rule_lines;

struct rule {
    struct manifest *manifest;
    struct rule_script *script; /* NULL where the manifest has no Lua, or none is loaded */
    const struct rule **steps;  /* of a sequence: the rule that each names; NULL: its own pattern */
    struct rule_lines *lines;   /* where those that its Lua runs are counted; NULL: nobody asks */
    const struct pattern
        *asked; /* what it is asked about: `when`, or that it resolves; NULL: all */
};

struct rules {
    struct arena arena;
    struct log_types types;
    struct manifests manifests;
    struct limits limits;
    const char *lua_dir; /* of the library */
    struct rule *list;   /* enabled ones and disabled ones; as many as manifests */
    size_t count;
    char version[HASH_HEX]; /* of everything that decides what the set answers */
    bool is_alone;          /* rules_alone: only the first rule is its own */
};

struct rules_options {
    const struct schema_strings *paths; /* files and directories */
    const struct limits
        *limits; /* of each rule, which its manifest may lower; NULL, or all 0 as in a
                                    configuration that was not read: LIMITS_DEFAULT */
    const struct overrides *overrides; /* NULL: none */
    const struct schema_strings *only; /* of the files found, those that are read; NULL: all */
    const char *data_dir;              /* NULL: file_data_dir */
    bool
        own_logs; /* a log type of the paths takes the place of a shipped one: a version of those */
    bool check;   /* also what rule_script_check finds */
    bool without_lua; /* manifests only, for a process that runs no rule: no script is loaded */
    void (*begin)(void *context, struct place place); /* before a rule's Lua is run, and
                                        behind the last one's, without a file; or NULL */
    void *context;
};

/* NULL when anything is wrong; all problems of all files are reported. */
struct rules *rules_load(const struct rules_options *options, struct diags *diags);
void rules_free(struct rules *rules);

/* A set of one rule, as it is in `document` (and, where it is not NULL inside, with that Lua): number 0,
 * and behind it those of `from` that its steps name. NULL: it does not load, which is reported. Borrows
 * the set it is from, and the document. */
struct rules *rules_alone(
    const struct rules *from, const struct yaml *document, struct str code, struct diags *diags);

/* Log types alone: the shipped ones, then those of each path that has its own logs/. */
bool rules_load_logs(struct log_types *types, struct arena *arena, const char *data_dir,
    const struct schema_strings *paths, struct diags *diags);

/* The Lua of a manifest of the set, or of one that is otherwise in a test, as the set loads it. NULL:
 * it does not load, which is reported. */
struct rule_script *rules_script(
    const struct rules *rules, const struct manifest *manifest, struct diags *diags);

/* The Lua of a rule of a set that was loaded without: of those that its steps name, too. */
bool rules_load_lua(struct rules *rules, struct rule *rule, struct diags *diags);

/* What tells from a record's bytes that no rule can want it. NULL: there is no telling. The caller
 * frees it with look_free, before the rules. */
struct look *rules_look(const struct rules *rules);

/* The same for two sets whose log types have the same envelopes: that no rule of either can. */
struct look *rules_look_both(const struct rules *rules, const struct rules *others);

#endif
