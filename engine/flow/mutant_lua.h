/* Inside the making of mutants of Lua: which parts of a rule's code are worth it (mutant_lua.c), and
 * what becomes of them (mutant_lua_turn.c). */
#ifndef FLOW_MUTANT_LUA_H
#define FLOW_MUTANT_LUA_H

#include "flow/mutant_private.h"

struct lua_mutants {
    struct mutants *to;
    const struct manifest *manifest;
    struct str file; /* bytes of the one that holds the code: for places */
    bool is_text;    /* the part only makes text for people: its strings are left alone */
    bool is_rule;    /* the part is `rule`, whose answers are yes or no */
    size_t depth;    /* functions around what is looked at */
};

/* All changes of the nodes and of what is below them and behind them. */
void lua_mutants_add(struct lua_mutants *mutants, const struct syntax *node);

#endif
