/* The library's rows: what stands under which name, made when it is first asked for. A library is one
 * small file and one row. Knows nothing of the code that asks. */
#ifndef SCRIPT_CATALOG_H
#define SCRIPT_CATALOG_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/* Gives strings their methods and their arithmetic. */
void catalog_open(lua_State *L);

/* Pushes a function or library, made anew. False, and nothing, where there is none of that name. */
bool catalog_push(lua_State *L, const char *name);

/* The names in turn, from 0; NULL behind the last one. */
const char *catalog_name(size_t i);

#endif
