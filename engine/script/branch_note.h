/* The function through which the conditions of a rule pass while somebody counts. */
#ifndef SCRIPT_BRANCH_NOTE_H
#define SCRIPT_BRANCH_NOTE_H

#include "script/rule_branches.h"

#include <lua.h>

/* Pushes it. Borrows the branches. */
void branch_note_push(lua_State *L, struct rule_branches *branches);

#endif
