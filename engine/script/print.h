/* Lua values as JSON. What came from an event is printed as it came where it was not changed: the
 * order of its members, nulls, digits, [] and {}. Tables made in Lua have sorted keys; an empty one
 * is {} unless json.array made it. */
#ifndef SCRIPT_PRINT_H
#define SCRIPT_PRINT_H

#include "base/buf.h"

#include <lua.h>

/* Appends to a buffer that outlives an error: raises for functions, nan, cycles, and more
 * than one allocation of the budget. `function` is who asks, for the message. */
void print_json(lua_State *L, const char *function, int index, struct buf *to);

/* A number as Lua writes it, but a long integer of the event with its digits. */
void print_number(lua_State *L, int index, struct buf *to);

#endif
