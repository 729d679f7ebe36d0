/* pairs, next, tostring: as in Lua, but with an order and without addresses. */
#include "script/library.h"
#include "script/order.h"
#include "script/print.h"
#include "script/sandbox.h"
#include "script/view.h"

static void push_number_text(lua_State *L, int arg) {
    struct str digits;
    bool known = !lua_isinteger(L, arg) && view_digits(L, lua_tonumber(L, arg), &digits);
    if (known)
        library_push(L, digits);
    else
        luaL_tolstring(L, arg, NULL);
}

static int base_tostring(lua_State *L) {
    switch (lua_type(L, 1)) {
    case LUA_TNONE: return luaL_error(L, "tostring: argument 1 is missing");
    case LUA_TNIL:
    case LUA_TBOOLEAN:
    case LUA_TSTRING: luaL_tolstring(L, 1, NULL); break;
    case LUA_TNUMBER: push_number_text(L, 1); break;
    default: lua_pushstring(L, view_is_null(L, 1) ? "null" : luaL_typename(L, 1));
    }
    return 1;
}

const luaL_Reg lib_base[] = {
    {"next", order_next},
    {"pairs", order_pairs},
    {"tostring", base_tostring},
    {NULL, NULL},
};
