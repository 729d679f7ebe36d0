/* Inside the making of mutants of Lua: which parts of a rule's code are worth it (mutant_lua.c), which of
 * their nodes (mutant_lua_walk.c), and what becomes of those (mutant_lua_turn.c). */
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

/* Of one node of the kind, without what is below it. */
void lua_turn_binary(struct lua_mutants *mutants, const struct syntax *node);
void lua_drop_unary(struct lua_mutants *mutants, const struct syntax *node);
void lua_turn_constant(struct lua_mutants *mutants, const struct syntax *node);
void lua_move_number(struct lua_mutants *mutants, const struct syntax *node);
void lua_change_string(struct lua_mutants *mutants, const struct syntax *node);
void lua_turn_answer(struct lua_mutants *mutants, const struct syntax *node);
void lua_drop_elements(struct lua_mutants *mutants, const struct syntax *table);
void lua_decide(struct lua_mutants *mutants, const struct syntax *condition, const char *outcome);

#endif
