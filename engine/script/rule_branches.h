/* Which conditions of a rule's Lua there are, and how often each was true and false. They are noted
 * by the code itself: the rule runs a copy of it in which each passes through a function. */
#ifndef SCRIPT_RULE_BRANCHES_H
#define SCRIPT_RULE_BRANCHES_H

#include "base/arena.h"
#include "model/manifest.h"

/* What the function is called in the copy, where it is a global. Code that has this name, or names
 * `_ENV` so that globals may be others, has no branches. */
#define BRANCH_NAME "__branch"

struct rule_branch {
    struct str source;  /* of the condition, as written */
    struct place place; /* in the file of the code; column 0: not known */
    size_t held, failed;
};

struct rule_branches {
    struct rule_branch *list; /* in the order of the code */
    size_t count;
    struct str noting; /* the copy; len 0: there is none, and no branch */
};

/* All of it lives in the arena, and borrows the code. None where the copy does not compile: it needs
 * a little more of what Lua has limits for. */
void rule_branches_find(
    struct rule_branches *branches, struct arena *arena, const struct manifest_lua *lua);

#endif
