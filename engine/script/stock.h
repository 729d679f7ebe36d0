/* Functions of Lua's own libraries behind a charge: the budget does not see what they do inside. */
#ifndef SCRIPT_STOCK_H
#define SCRIPT_STOCK_H

#include <lua.h>

/* Replaces the value on top, a member of that name, by one that pays for its arguments and results
 * where what it does grows with them. */
void stock_charge(lua_State *L, const char *name);

/* The same for the arithmetic in the metatable on top: "1" + 1 has to read the "1". */
void stock_charge_arithmetic(lua_State *L);

#endif
