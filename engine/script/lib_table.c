/* Lua's own table functions behind a charge, since the budget cannot see what they do inside; and a
 * sort of ours, since Lua's picks its pivots by the clock: equal elements came out in any order. */
#include "script/library.h"
#include "script/sandbox.h"
#include "script/view.h"

/* The length of the list in argument 1, filled if it is an event's. */
static size_t list_length(lua_State *L) {
    if (!lua_istable(L, 1)) return 0;
    view_push_table(L, 1); // … table
    size_t length = lua_rawlen(L, -1);
    lua_pop(L, 1); // …
    return length;
}

static int stock(lua_State *L, size_t cost) {
    sandbox_charge(L, cost);
    return library_stock(L);
}

enum { CONCAT_STEPS = 20, COMPARE_STEPS = 4, COMPARED_A_STEP = 64 };

/* How many elements the arguments at `arg` and behind it ask for; 1..#list unless they say. */
static size_t range_length(lua_State *L, int arg) {
    lua_Integer first = library_integer_or(L, arg, 1);
    lua_Integer last = lua_isnoneornil(L, arg + 1) ? (lua_Integer)list_length(L)
                                                   : library_integer(L, arg + 1);
    return last >= first ? (size_t)last - (size_t)first : 0;
}

static int table_concat(lua_State *L) {
    size_t count = range_length(L, 3);
    return stock(L, count < SIZE_MAX / CONCAT_STEPS ? CONCAT_STEPS * count : SIZE_MAX);
}

static int table_unpack(lua_State *L) {
    return stock(L, range_length(L, 2));
}

/* At the end of a list nothing is moved. */
static int table_insert(lua_State *L) {
    if (lua_gettop(L) == 3) library_integer(L, 2);
    return stock(L, lua_gettop(L) > 2 ? list_length(L) : 1);
}

static int table_remove(lua_State *L) {
    library_integer_or(L, 2, 0);
    return stock(L, lua_gettop(L) > 1 ? list_length(L) : 1);
}

static int table_move(lua_State *L) {
    lua_Integer first = library_integer(L, 2), last = library_integer(L, 3);
    library_integer(L, 4);
    return stock(L, last >= first ? (size_t)last - (size_t)first + 1 : 0);
}

/* ---- sort: merging, so that it is stable ---- */

enum { LESS = 2, FROM, TO }; /* where the comparison and the two lists stand */

/* Whether the value on top belongs before the one below it. */
static bool is_less(lua_State *L) {
    sandbox_charge(L, COMPARE_STEPS + lua_rawlen(L, -1) / COMPARED_A_STEP);
    if (lua_isnil(L, LESS)) return lua_compare(L, -1, -2, LUA_OPLT);
    lua_pushvalue(L, LESS); // a b less
    lua_pushvalue(L, -2);   // a b less b
    lua_pushvalue(L, -4);   // a b less b a
    lua_call(L, 2, 1);      // a b answer
    bool less = lua_toboolean(L, -1);
    lua_pop(L, 1); // a b
    return less;
}

static void copy_item(lua_State *L, lua_Integer from, lua_Integer to) {
    lua_rawgeti(L, FROM, from); // item
    lua_rawseti(L, TO, to);     //
}

/* Merges FROM[low, middle) and FROM[middle, high) into TO[low, high). */
static void merge(lua_State *L, lua_Integer low, lua_Integer middle, lua_Integer high) {
    lua_Integer left = low, right = middle;
    for (lua_Integer to = low; to < high; to++) {
        bool take_right = left == middle;
        if (!take_right && right < high) {
            lua_rawgeti(L, FROM, left);  // left
            lua_rawgeti(L, FROM, right); // left right
            take_right = is_less(L);
            lua_pop(L, 2); //
        }
        copy_item(L, take_right ? right++ : left++, to);
    }
}

static lua_Integer lesser(lua_Integer a, lua_Integer b) {
    return a < b ? a : b;
}

static void merge_runs(lua_State *L, lua_Integer width, lua_Integer count) {
    sandbox_charge(L, (size_t)count);
    for (lua_Integer low = 1; low <= count; low += 2 * width)
        merge(L, low, lesser(low + width, count + 1), lesser(low + 2 * width, count + 1));
    lua_pushvalue(L, FROM);
    lua_copy(L, TO, FROM);
    lua_replace(L, TO);
}

static int table_sort(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2); // table less
    if (library_thaw(L, 1)) return luaL_error(L, "table.sort: the table cannot be changed");
    view_push_table(L, 1); // table less from
    lua_Integer count = (lua_Integer)lua_rawlen(L, FROM);
    lua_createtable(L, (int)count, 0); // table less from to
    for (lua_Integer width = 1; width < count; width *= 2) merge_runs(L, width, count);
    if (lua_rawequal(L, 1, FROM)) return 0;
    lua_copy(L, 1, TO);
    for (lua_Integer i = 1; i <= count; i++) copy_item(L, i, i);
    return 0;
}

const luaL_Reg lib_table[] = {
    {"concat", table_concat},
    {"insert", table_insert},
    {"move", table_move},
    {"remove", table_remove},
    {"sort", table_sort},
    {"unpack", table_unpack},
    {NULL, NULL},
};
