/* JSON as Lua sees it: real tables, filled level by level when they are first touched. Knows how a
 * value looks in Lua and in which order its members stand, nothing of what an event means.
 *
 * A table made here knows its JSON under a key of its own, which iteration never shows, and which is
 * another one in each turn of the sandbox: a table that outlives its event is an ordinary one. */
#ifndef SCRIPT_VIEW_H
#define SCRIPT_VIEW_H

#include "text/json.h"

#include <lua.h>

/* How nil, null, numbers, booleans and unfilled tables behave. */
void view_open(lua_State *L);

/* Borrows it until the turn ends, or the state; what is made while the code loads lasts. */
void view_push(lua_State *L, const struct json *json);
void view_push_lasting(lua_State *L, const struct json *json);
void view_push_null(lua_State *L); /* json.null */

/* The object or array that the turn is about: the same table until it ends. Borrows it as long. */
void view_push_event(lua_State *L, const struct json *json);

bool view_is_null(lua_State *L, int index);

/* Pushes the table to read in place of the one at `index`: filled, and the one behind it if it is
 * frozen. Functions that read tables raw begin with it. */
void view_push_table(lua_State *L, int index);

/* What the table, already pushed by view_push_table, was made from, or NULL. */
const struct json *view_json(lua_State *L, int index);

/* The same where it was not touched yet, so that nothing can have changed it. */
const struct json *view_untouched(lua_State *L, int index);

/* True for a key that is the view's own and no member. */
bool view_is_hidden(lua_State *L, int key);

/* Marks a table so that it is printed as an array even when it is empty. */
void view_mark_array(lua_State *L, int index);
bool view_is_array(lua_State *L, int index);

/* The digits of an integer too long for Lua that this turn showed as the float `value`. */
bool view_digits(lua_State *L, lua_Number value, struct str *digits);

#endif
