/* ipairs, pairs, next, tostring: as in Lua, but with an order and without addresses. */
#include "script/library.h"
#include "script/order.h"
#include "script/print.h"
#include "script/sandbox.h"
#include "script/view.h"

enum { ITERATION_STEPS = 3, NUMBER_STEPS = 20 };

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
    case LUA_TNUMBER:
        sandbox_charge(L, NUMBER_STEPS);
        push_number_text(L, 1);
        break;
    default: lua_pushstring(L, view_is_null(L, 1) ? "null" : luaL_typename(L, 1));
    }
    return 1;
}

static int ipairs_step(lua_State *L) {
    lua_Integer i = luaL_checkinteger(L, 2) + 1;
    sandbox_charge(L, ITERATION_STEPS);
    lua_pushinteger(L, i);                        // … i
    return lua_geti(L, 1, i) == LUA_TNIL ? 1 : 2; // … i value
}

/* Lua's own, but that each step is paid for. */
static int base_ipairs(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushcfunction(L, ipairs_step);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

const luaL_Reg lib_base[] = {
    {"ipairs", base_ipairs},
    {"next", order_next},
    {"pairs", order_pairs},
    {"tostring", base_tostring},
    {NULL, NULL},
};
