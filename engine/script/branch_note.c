#include "script/branch_note.h"

#include "script/sandbox.h"

/* Instructions that each note adds at least: to find the function, its number and the value, and to
 * call it. They are given back, so that a rule may do as much as when nobody looks. */
enum { OWN_STEPS = 4 };

/* (number, value): the value. */
static int note(lua_State *L) {
    struct rule_branches *branches = lua_touserdata(L, lua_upvalueindex(1));
    struct rule_branch *branch = &branches->list[lua_tointeger(L, 1)];
    *(lua_toboolean(L, 2) ? &branch->held : &branch->failed) += 1;
    sandbox_of(L)->budget.steps += OWN_STEPS;
    return 1;
}

void branch_note_push(lua_State *L, struct rule_branches *branches) {
    lua_pushlightuserdata(L, branches); // branches
    lua_pushcclosure(L, note, 1);       // note
}
