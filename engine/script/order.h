/* The order of a table's members, which must not depend on hashing: the list part, then the members
 * of the JSON it was made from in their order, then the other keys sorted: numbers, strings,
 * booleans, null. A key of another type has no order and is refused. */
#ifndef SCRIPT_ORDER_H
#define SCRIPT_ORDER_H

#include "text/json.h"

#include <lua.h>

/* `table` is one that view_push_table pushed. Pushes a list of the keys that are neither in
 * 1..border nor members of `json` (may be NULL), sorted; returns how many. */
size_t order_push_others(lua_State *L, int table, lua_Integer border, const struct json *json);

/* pairs and next. */
int order_pairs(lua_State *L);
int order_next(lua_State *L);

#endif
