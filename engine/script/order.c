#include "script/order.h"

#include "script/library.h"
#include "script/sandbox.h"
#include "script/view.h"

#include <stdlib.h>

enum { WALK_STEPS = 20, MEMBER_STEPS = 4, FIND_STEPS = 8, SORT_STEPS = 32 };

static const char last_key; /* where order_next stands */

/* ---- the keys that are sorted ---- */

struct key {
    int type; /* of Lua: numbers, strings, booleans, null */
    bool integral, boolean;
    lua_Integer integer;
    lua_Number number;
    struct str string; /* borrows from the table */
};

static int rank(const struct key *key) {
    switch (key->type) {
    case LUA_TNUMBER: return 0;
    case LUA_TSTRING: return 1;
    case LUA_TBOOLEAN: return 2;
    default: return 3;
    }
}

static int key_cmp(const void *one, const void *other) {
    const struct key *a = one, *b = other;
    if (rank(a) != rank(b)) return rank(a) - rank(b);
    if (a->type == LUA_TSTRING) return str_cmp(a->string, b->string);
    if (a->type == LUA_TBOOLEAN) return a->boolean - b->boolean;
    if (a->integral && b->integral) return (a->integer > b->integer) - (a->integer < b->integer);
    return (a->number > b->number) - (a->number < b->number);
}

static struct key read_key(lua_State *L, int index) {
    struct key key = {.type = lua_type(L, index)};
    switch (key.type) {
    case LUA_TSTRING: key.string.at = lua_tolstring(L, index, &key.string.len); break;
    case LUA_TBOOLEAN: key.boolean = lua_toboolean(L, index); break;
    case LUA_TNUMBER:
        key.integral = lua_isinteger(L, index);
        key.integer = lua_tointeger(L, index);
        key.number = lua_tonumber(L, index);
        break;
    default:
        if (view_is_null(L, index)) break;
        luaL_error(
            L, "cannot order the members of a table with a %s as key", luaL_typename(L, index));
    }
    return key;
}

static void push_key(lua_State *L, const struct key *key) {
    switch (key->type) {
    case LUA_TSTRING: library_push(L, key->string); break;
    case LUA_TBOOLEAN: lua_pushboolean(L, key->boolean); break;
    case LUA_TNUMBER:
        if (key->integral)
            lua_pushinteger(L, key->integer);
        else
            lua_pushnumber(L, key->number);
        break;
    default: view_push_null(L);
    }
}

static bool is_other(lua_State *L, lua_Integer border, const struct json *json) {
    if (view_is_hidden(L, -2)) return false;
    if (lua_isinteger(L, -2)) {
        lua_Integer i = lua_tointeger(L, -2);
        return i < 1 || i > border;
    }
    if (!json || json->type != JSON_OBJECT || lua_type(L, -2) != LUA_TSTRING) return true;
    struct str key;
    key.at = lua_tolstring(L, -2, &key.len);
    return !json_get(json, key);
}

static size_t count_others(lua_State *L, int table, lua_Integer border, const struct json *json) {
    size_t all = 0, others = 0;
    lua_pushnil(L);
    while (lua_next(L, table)) { // key value
        others += is_other(L, border, json);
        all++;
        lua_pop(L, 1); // key
    }
    sandbox_charge(L, MEMBER_STEPS * all);
    return others;
}

static void collect(
    lua_State *L, int table, lua_Integer border, const struct json *json, struct key *keys) {
    lua_pushnil(L);
    while (lua_next(L, table)) { // key value
        if (is_other(L, border, json)) *keys++ = read_key(L, -2);
        lua_pop(L, 1); // key
    }
}

size_t order_push_others(lua_State *L, int table, lua_Integer border, const struct json *json) {
    luaL_checkstack(L, 6, "nested too deeply");
    table = lua_absindex(L, table);
    size_t count = count_others(L, table, border, json);
    lua_createtable(L, (int)count, 0); // list
    if (count == 0) return 0;
    sandbox_charge(L, count * SORT_STEPS);
    struct key *keys = lua_newuserdatauv(L, count * sizeof *keys, 0); // list keys
    collect(L, table, border, json, keys);
    qsort(keys, count, sizeof *keys, key_cmp);
    for (size_t i = 0; i < count; i++) {
        push_key(L, &keys[i]); // list keys key
        lua_rawseti(L, -3, (lua_Integer)i + 1);
    }
    lua_pop(L, 1); // list
    return count;
}

/* ---- one walk through a table ---- */

/* Upvalues of the iterator. The keys are taken when the walk begins, their values when it comes by,
 * so that a loop may change what it walks through. */
enum { TABLE = 1, OTHERS, BORDER, POSITION };

static void push_walk(lua_State *L, int table) {
    sandbox_charge(L, WALK_STEPS);
    view_push_table(L, table); // table
    lua_Integer border = (lua_Integer)lua_rawlen(L, -1);
    order_push_others(L, -1, border, view_json(L, -1)); // table others
    lua_pushinteger(L, border);                         // table others border
    lua_pushinteger(L, 0);                              // table others border position
}

/* The key at a position: the list, the members of the JSON, the others. Pushes nil behind them. */
static void push_key_at(lua_State *L, lua_Integer position) {
    lua_Integer border = lua_tointeger(L, lua_upvalueindex(BORDER));
    const struct json *json = view_json(L, lua_upvalueindex(TABLE));
    lua_Integer members = json && json->type == JSON_OBJECT ? (lua_Integer)json->count : 0;
    if (position < border)
        lua_pushinteger(L, position + 1);
    else if (json && position - border < members)
        library_push(L, json->members[position - border].key);
    else
        lua_rawgeti(L, lua_upvalueindex(OTHERS), position - border - members + 1);
}

static int walk(lua_State *L) {
    lua_Integer position = lua_tointeger(L, lua_upvalueindex(POSITION));
    for (;;) {
        sandbox_charge(L, MEMBER_STEPS);
        lua_settop(L, 0);
        push_key_at(L, position++); // key
        if (lua_isnil(L, 1)) return 1;
        lua_pushvalue(L, 1);                    // key key
        lua_rawget(L, lua_upvalueindex(TABLE)); // key value
        if (!lua_isnil(L, 2)) break;
    }
    lua_pushinteger(L, position);
    lua_replace(L, lua_upvalueindex(POSITION)); // key value
    return 2;
}

static int walk_nothing(lua_State *L) {
    lua_pushnil(L);
    return 1;
}

/* What an event may hold in place of a table: nothing is found in it. */
static bool is_nothing(lua_State *L, int index) {
    int type = lua_type(L, index);
    return type == LUA_TNIL || type == LUA_TNUMBER || type == LUA_TBOOLEAN ||
           view_is_null(L, index);
}

int order_pairs(lua_State *L) {
    if (is_nothing(L, 1)) {
        lua_pushcfunction(L, walk_nothing);
        return 1;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    push_walk(L, 1);              // table walk-upvalues
    lua_pushcclosure(L, walk, 4); // table walk
    lua_pushvalue(L, 1);          // table walk table
    return 2;
}

/* ---- next: the walk that was last asked is kept, so that a loop is not quadratic ---- */

enum { LAST_TABLE = 1, LAST_KEY, LAST_WALK };

static bool last_is(lua_State *L, int last, int field, int index) {
    lua_rawgeti(L, last, field); // value
    bool is = lua_rawequal(L, -1, index);
    lua_pop(L, 1);
    return is;
}

static void push_last(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &last_key) == LUA_TTABLE) return; // last
    lua_pop(L, 1);
    lua_createtable(L, 3, 0); // last
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &last_key);
}

static void begin_last(lua_State *L, int last) {
    push_walk(L, 1);
    lua_pushcclosure(L, walk, 4); // walk
    lua_rawseti(L, last, LAST_WALK);
    lua_pushvalue(L, 1);
    lua_rawseti(L, last, LAST_TABLE);
}

static void step_last(lua_State *L, int last) {
    lua_rawgeti(L, last, LAST_WALK); // walk
    lua_call(L, 0, 2);               // key value
    lua_pushvalue(L, -2);            // key value key
    lua_rawseti(L, last, LAST_KEY);  // key value
}

static void find_key(lua_State *L, int last) {
    begin_last(L, last);
    do {
        sandbox_charge(L, FIND_STEPS);
        step_last(L, last); // key value
        if (lua_isnil(L, -2)) luaL_error(L, "next: the key is not in the table");
        lua_pop(L, 2);
    } while (!last_is(L, last, LAST_KEY, 2));
}

int order_next(lua_State *L) {
    lua_settop(L, 2);
    if (is_nothing(L, 1)) return walk_nothing(L);
    luaL_checktype(L, 1, LUA_TTABLE);
    push_last(L); // table key last
    if (lua_isnil(L, 2))
        begin_last(L, 3);
    else if (!last_is(L, 3, LAST_TABLE, 1) || !last_is(L, 3, LAST_KEY, 2))
        find_key(L, 3);
    step_last(L, 3); // table key last key value
    return lua_isnil(L, -2) ? 1 : 2;
}
