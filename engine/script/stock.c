#include "script/stock.h"

#include "script/library.h"
#include "script/sandbox.h"

enum { BYTES_A_STEP = 4 };

/* They take the same time whatever they are given. */
static const char *const constant[] = {"assert", "error", "type", NULL};

/* They do not read their first argument to its end. */
static const char *const partial[] = {"byte", "codepoint", "codes", "sub", NULL};

static const char *const arithmetic[] = {
    "__add", "__sub", "__mul", "__mod", "__pow", "__div", "__idiv", "__unm", NULL};

static bool is_among(const char *const *names, const char *name) {
    while (*names && strcmp(*names, name) != 0) names++;
    return *names != NULL;
}

/* One by one, and strings by size: any of them may have to be read as a number. */
static size_t cost_of_arguments(lua_State *L, int first) {
    int count = lua_gettop(L);
    size_t cost = (size_t)count;
    for (int i = first; i <= count; i++)
        if (lua_type(L, i) == LUA_TSTRING) cost += lua_rawlen(L, i) / BYTES_A_STEP;
    return cost;
}

static int call_from(lua_State *L, int first) {
    sandbox_charge(L, cost_of_arguments(L, first));
    int results = library_stock(L);
    sandbox_charge(L, (size_t)results);
    return results;
}

static int call(lua_State *L) {
    return call_from(L, 1);
}

static int call_partial(lua_State *L) {
    return call_from(L, 2);
}

void stock_charge(lua_State *L, const char *name) {
    if (lua_iscfunction(L, -1) && !is_among(constant, name))
        lua_pushcclosure(L, is_among(partial, name) ? call_partial : call, 1);
}

void stock_charge_arithmetic(lua_State *L) {
    for (const char *const *name = arithmetic; *name; name++) {
        lua_getfield(L, -1, *name); // meta function
        stock_charge(L, *name);
        lua_setfield(L, -2, *name); // meta
    }
}
