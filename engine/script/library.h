/* What code in a sandbox can name. Rows in catalog.c: everything that is not allowed there does not
 * exist. A global is made when it is first read, which costs the code no step: most rules name two or
 * three, and there is a state for each rule. */
#ifndef SCRIPT_LIBRARY_H
#define SCRIPT_LIBRARY_H

#include "base/str.h"

#include <lauxlib.h>
#include <lua.h>

/* One file each; functions take what an event may hold, so nil and json.null go through them. */
extern const luaL_Reg lib_base[], lib_string[], lib_table[], lib_regex[], lib_glob[], lib_cidr[],
    lib_time[], lib_json[], lib_hash[], lib_lookup[];

/* Puts the library into a new state. What neither the setup nor the catalog has may be one of
 * prelude.lua, which is run when such a name is read. */
void library_open(lua_State *L);

/* Makes one global, if there is one of that name, or all of them. */
void library_need(lua_State *L, const char *name);
void library_open_all(lua_State *L);

/* Pushes the environment of the code: reads what it defined itself, then the library. Writes are
 * definitions while it loads and errors afterwards. */
void library_environment(lua_State *L);

/* Pushes the table of globals the code defined, or of those of the library that were made. */
void library_defined(lua_State *L);
void library_globals(lua_State *L);

/* Sets a global of the library to the value on top, and pops it. */
void library_set(lua_State *L, const char *name);

/* Pushes the value of require(name), where it was called before; nil where not. */
void library_loaded(lua_State *L, const char *name);

/* Pushes the table of what require has loaded. */
void library_modules(lua_State *L);

/* Replaces the table on top by one that reads like it and refuses to be changed. */
void library_freeze(lua_State *L, const char *name);

/* Pushes the table behind a frozen one; false, and nothing, when it is none. */
bool library_thaw(lua_State *L, int index);

/* ---- for the functions of the library ---- */

/* Goes on in Lua's own function of the same name, with the same arguments. */
int library_stock(lua_State *L);

/* "regex.match: argument 2 is a table, expected a string". */
int library_refuse(lua_State *L, const char *function, int arg, const char *expected);

/* False: nil, json.null or none. A number becomes a string; anything else is refused. */
bool library_string(lua_State *L, const char *function, int arg, struct str *s);
struct str library_need_string(lua_State *L, const char *function, int arg);

/* As luaL_checkinteger and luaL_optinteger, for a text that may have to be read to its end. */
lua_Integer library_integer(lua_State *L, int arg);
lua_Integer library_integer_or(lua_State *L, int arg, lua_Integer otherwise);

void library_push(lua_State *L, struct str s);

/* Pushes a text as a message quotes it: cut where it is long. */
const char *library_push_short(lua_State *L, struct str s);

#endif
