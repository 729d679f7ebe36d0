/* lookup: is a value in a list? A list from `params` cannot change, so it is indexed once and asked
 * in constant time; any other list is walked. */
#include "script/library.h"
#include "script/sandbox.h"
#include "script/view.h"

enum { INDEX_STEPS = 4, COMPARED_A_STEP = 64 };

static const char index_key;

/* Replaces the list on top, which is a frozen one's, by the set of its values. */
static void index_list(lua_State *L) {
    if (lua_rawgetp(L, -1, &index_key) == LUA_TTABLE) { // list set
        lua_replace(L, -2);                             // set
        return;
    }
    lua_pop(L, 1); // list
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    sandbox_of(L)->is_wide = true;
    lua_createtable(L, 0, (int)count); // list set
    sandbox_of(L)->is_wide = false;
    for (lua_Integer i = 1; i <= count; i++) {
        sandbox_charge(L, INDEX_STEPS);
        lua_rawgeti(L, -2, i); // list set value
        lua_pushboolean(L, true);
        lua_rawset(L, -3); // list set
    }
    lua_pushvalue(L, -1);           // list set set
    lua_rawsetp(L, -3, &index_key); // list set
    lua_replace(L, -2);             // set
}

/* Whether the value at `value` is in the set or list that lookup_in pushed. */
static bool has(lua_State *L, int list, bool is_set, int value) {
    bool found = false;
    if (lua_isnoneornil(L, value)) return false;
    if (is_set) {
        lua_pushvalue(L, value); // value
        found = lua_rawget(L, list) != LUA_TNIL;
        lua_pop(L, 1); //
        return found;
    }
    lua_Integer count = (lua_Integer)lua_rawlen(L, list);
    sandbox_charge(L, (size_t)count * (2 + lua_rawlen(L, value) / COMPARED_A_STEP));
    for (lua_Integer i = 1; i <= count && !found; i++) {
        lua_rawgeti(L, list, i); // item
        found = lua_compare(L, -1, value, LUA_OPEQ);
        lua_pop(L, 1); //
    }
    return found;
}

/* Pushes what argument 1 stands for; `nothing` when it is nil. */
static bool push_list(lua_State *L, const char *function, bool *is_set) {
    if (lua_isnoneornil(L, 1) || view_is_null(L, 1)) return false;
    if (!lua_istable(L, 1)) library_refuse(L, function, 1, "a list");
    *is_set = library_thaw(L, 1);
    if (*is_set)
        index_list(L); // … set
    else
        view_push_table(L, 1); // … list
    return true;
}

static int lookup_has(lua_State *L) {
    bool is_set;
    lua_settop(L, 2);
    lua_pushboolean(L, push_list(L, "lookup.has", &is_set) && has(L, 3, is_set, 2));
    return 1;
}

/* Whether any value of the list in argument 2 is in the list. */
static int lookup_any(lua_State *L) {
    bool is_set, found = false;
    lua_settop(L, 2);
    if (!push_list(L, "lookup.any", &is_set)) return lua_pushboolean(L, false), 1;
    if (!lua_istable(L, 2)) return lua_pushboolean(L, has(L, 3, is_set, 2)), 1;
    view_push_table(L, 2); // list values set values
    lua_Integer count = (lua_Integer)lua_rawlen(L, 4);
    sandbox_charge(L, (size_t)count);
    for (lua_Integer i = 1; i <= count && !found; i++) {
        lua_rawgeti(L, 4, i); // … value
        found = has(L, 3, is_set, 5);
        lua_pop(L, 1); // …
    }
    lua_pushboolean(L, found);
    return 1;
}

const luaL_Reg lib_lookup[] = {{"any", lookup_any}, {"has", lookup_has}, {NULL, NULL}};
