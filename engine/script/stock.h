/* Functions of Lua's own libraries behind a charge: the budget does not see what they do inside.
 * They are looked up once a process, so that a new state need not make what it leaves aside. */
#ifndef SCRIPT_STOCK_H
#define SCRIPT_STOCK_H

#include <lua.h>
#include <stdbool.h>

/* Pushes a member of Lua's library of that name, "_G" for its globals, as it is. False, and nothing,
 * where it has none. */
bool stock_push(lua_State *L, const char *library, const char *name);

/* Replaces the value on top, a member of that name, by one that pays for its arguments and results
 * where what it does grows with them. */
void stock_charge(lua_State *L, const char *name);

/* Sets the arithmetic of strings in the metatable on top, charged: "1" + 1 has to read the "1". */
void stock_arithmetic(lua_State *L);

#endif
