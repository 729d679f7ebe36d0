#include "script/view.h"

#include "script/library.h"
#include "script/sandbox.h"

#include <stddef.h>

enum { MEMBER_STEPS = 4 };

static const char null_key, array_key, lasting_key, stub_key, shown_key, digits_key;

/* ---- stubs: tables that are not filled yet ----
 *
 * Reading a member of an object fills nothing: most rules read two or three of twenty. Tables below
 * it that were shown are kept under shown_key, since asking twice must give the same table. Anything
 * else (a write, a length, a walk) fills the level and makes it an ordinary table. */

static const void *turn_key(lua_State *L) {
    return (const void *)sandbox_of(L)->turn;
}

static const struct json *json_under(lua_State *L, int index, const void *key) {
    lua_rawgetp(L, index, key); // json
    const struct json *json = lua_touserdata(L, -1);
    lua_pop(L, 1); //
    return json;
}

/* What is below a table lives as long as the table does. */
static const void *key_of(lua_State *L, int index) {
    return json_under(L, index, &lasting_key) ? &lasting_key : turn_key(L);
}

static void push_stub(lua_State *L, const struct json *json, const void *key) {
    lua_createtable(L, 0, 1); // stub
    lua_pushlightuserdata(L, (void *)json);
    lua_rawsetp(L, -2, key);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &stub_key); // stub meta
    lua_setmetatable(L, -2);                      // stub
}

static void push_value(lua_State *L, const struct json *json, const void *key);

static bool is_stub(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &stub_key); // meta stub-meta
    bool is = lua_rawequal(L, -1, -2);
    lua_pop(L, 2); //
    return is;
}

static void fill_array(lua_State *L, int table, const struct json *json) {
    const void *key = key_of(L, table);
    for (size_t i = 0; i < json->count; i++) {
        push_value(L, &json->items[i], key); // item
        lua_rawseti(L, table, (lua_Integer)i + 1);
    }
}

/* Pushes a member of a table; `shown` is where those are that were shown, or nil. */
static void push_member(lua_State *L, int table, int shown, const struct json_member *member) {
    bool is_table = member->value.type >= JSON_ARRAY;
    if (is_table && lua_istable(L, shown)) {
        if (lua_rawgetp(L, shown, member) == LUA_TTABLE) return; // member
        lua_pop(L, 1);
    }
    push_value(L, &member->value, is_table ? key_of(L, table) : NULL); // member
}

static void fill_object(lua_State *L, int table, const struct json *json) {
    lua_rawgetp(L, table, &shown_key); // shown
    int shown = lua_gettop(L);
    sandbox_of(L)->is_wide = true;
    for (size_t i = 0; i < json->count; i++) {
        const struct json_member *member = &json->members[i];
        if (member->value.type == JSON_NULL) continue;
        library_push(L, member->key);         // shown key
        push_member(L, table, shown, member); // shown key value
        lua_rawset(L, table);                 // shown
    }
    sandbox_of(L)->is_wide = false;
    lua_pop(L, 1); //
}

static void fill(lua_State *L, int table) {
    const struct json *json = view_json(L, table);
    if (json) sandbox_charge(L, MEMBER_STEPS * json->count);
    lua_pushnil(L);
    lua_setmetatable(L, table); /* first: nothing below may come back here */
    if (!json) return;
    if (json->type == JSON_ARRAY)
        fill_array(L, table, json);
    else
        fill_object(L, table, json);
    lua_pushnil(L);
    lua_rawsetp(L, table, &shown_key);
}

static void keep_shown(lua_State *L, int table, const struct json_member *member) {
    if (lua_rawgetp(L, table, &shown_key) != LUA_TTABLE) { // value shown
        lua_pop(L, 1);                                     // value
        lua_createtable(L, 0, 1);                          // value shown
        lua_pushvalue(L, -1);
        lua_rawsetp(L, table, &shown_key); // value shown
    }
    lua_pushvalue(L, -2);       // value shown value
    lua_rawsetp(L, -2, member); // value shown
    lua_pop(L, 1);              // value
}

/* One member of the stub at 1, without filling it. */
static int show_member(lua_State *L, const struct json *value) {
    const struct json_member *member = (const void *)((const char *)value -
                                                      offsetof(struct json_member, value));
    lua_rawgetp(L, 1, &shown_key); // stub key shown
    push_member(L, 1, 3, member);  // stub key shown value
    if (value->type >= JSON_ARRAY) keep_shown(L, 1, member);
    return 1;
}

static int stub_index(lua_State *L) {
    sandbox_charge(L, MEMBER_STEPS);
    const struct json *json = view_json(L, 1);
    if (json && json->type == JSON_OBJECT && lua_type(L, 2) == LUA_TSTRING) {
        struct str key;
        key.at = lua_tolstring(L, 2, &key.len);
        const struct json *value = json_get(json, key);
        return value && value->type != JSON_NULL ? show_member(L, value) : 0;
    }
    fill(L, 1);
    lua_rawget(L, 1);
    return 1;
}

static int stub_newindex(lua_State *L) {
    fill(L, 1);
    lua_rawset(L, 1);
    return 0;
}

static int stub_length(lua_State *L) {
    fill(L, 1);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
    return 1;
}

/* ---- values ---- */

static bool is_long_integer(struct str digits) {
    for (size_t i = 0; i < digits.len; i++)
        if (digits.at[i] == '.' || (digits.at[i] | 0x20) == 'e') return false;
    return true;
}

/* Remembers them by value: the float may be carried anywhere before it is printed. */
static void keep_digits(lua_State *L, const struct json *json) {
    struct sandbox *sandbox = sandbox_of(L);
    if (sandbox->digits_turn != sandbox->turn) {
        lua_newtable(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &digits_key);
        sandbox->digits_turn = sandbox->turn;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &digits_key); // digits
    lua_pushnumber(L, json->number.value);          // digits value
    library_push(L, json->number.digits);           // digits value text
    lua_rawset(L, -3);                              // digits
    lua_pop(L, 1);                                  //
}

bool view_digits(lua_State *L, lua_Number value, struct str *digits) {
    struct sandbox *sandbox = sandbox_of(L);
    if (sandbox->digits_turn != sandbox->turn) return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &digits_key); // digits
    lua_pushnumber(L, value);                       // digits value
    lua_rawget(L, -2);                              // digits text
    digits->at = lua_tolstring(L, -1, &digits->len);
    lua_pop(L, 2); //
    return digits->at != NULL;
}

static void push_value(lua_State *L, const struct json *json, const void *key) {
    luaL_checkstack(L, 4, "nested too deeply");
    switch (json->type) {
    case JSON_NULL: view_push_null(L); break;
    case JSON_BOOL: lua_pushboolean(L, json->boolean); break;
    case JSON_INTEGER: lua_pushinteger(L, json->integer); break;
    case JSON_FLOAT:
        if (is_long_integer(json->number.digits)) keep_digits(L, json);
        lua_pushnumber(L, json->number.value);
        break;
    case JSON_STRING: library_push(L, json->string); break;
    case JSON_ARRAY:
    case JSON_OBJECT: push_stub(L, json, key); break;
    }
}

void view_push(lua_State *L, const struct json *json) {
    push_value(L, json, sandbox_of(L)->loading ? &lasting_key : turn_key(L));
}

void view_push_null(lua_State *L) {
    lua_pushlightuserdata(L, (void *)&null_key);
}

bool view_is_null(lua_State *L, int index) {
    return lua_touserdata(L, index) == &null_key;
}

/* ---- tables ---- */

void view_push_table(lua_State *L, int index) {
    index = lua_absindex(L, index);
    if (is_stub(L, index)) fill(L, index);
    if (!library_thaw(L, index)) lua_pushvalue(L, index); // table
}

const struct json *view_json(lua_State *L, int index) {
    const struct json *json = json_under(L, index, turn_key(L));
    return json ? json : json_under(L, index, &lasting_key);
}

const struct json *view_untouched(lua_State *L, int index) {
    if (!is_stub(L, index)) return NULL;
    bool shown = lua_rawgetp(L, index, &shown_key) == LUA_TTABLE;
    lua_pop(L, 1);
    return shown ? NULL : view_json(L, index);
}

bool view_is_hidden(lua_State *L, int key) {
    return lua_islightuserdata(L, key) && !view_is_null(L, key);
}

void view_mark_array(lua_State *L, int index) {
    index = lua_absindex(L, index);
    lua_pushlightuserdata(L, (void *)&array_key);
    lua_rawsetp(L, index, &array_key);
}

bool view_is_array(lua_State *L, int index) {
    const struct json *json = view_json(L, index);
    if (json) return json->type == JSON_ARRAY;
    return json_under(L, index, &array_key) != NULL;
}

/* ---- nil and its like ---- */

static int index_nothing(lua_State *L) {
    lua_pushnil(L);
    return 1;
}

static int length_nothing(lua_State *L) {
    lua_pushinteger(L, 0);
    return 1;
}

/* Gives the type of the value on top the metatable below it; pops the value. */
static void behave_as_nothing(lua_State *L) {
    lua_pushvalue(L, -2);    // meta value meta
    lua_setmetatable(L, -2); // meta value
    lua_pop(L, 1);           // meta
}

static void open_nothing(lua_State *L) {
    static const luaL_Reg nothing[] = {
        {"__index", index_nothing}, {"__len", length_nothing}, {NULL, NULL}};
    luaL_newlib(L, nothing); // meta
    lua_pushnil(L);
    behave_as_nothing(L);
    lua_pushinteger(L, 0);
    behave_as_nothing(L);
    lua_pushboolean(L, false);
    behave_as_nothing(L);
    view_push_null(L);
    behave_as_nothing(L);
    lua_pop(L, 1); //
}

void view_open(lua_State *L) {
    static const luaL_Reg stub[] = {{"__index", stub_index}, {"__newindex", stub_newindex},
        {"__len", stub_length}, {NULL, NULL}};
    luaL_newlib(L, stub); // meta
    lua_rawsetp(L, LUA_REGISTRYINDEX, &stub_key);
    open_nothing(L);
}
