#include "script/view.h"

#include "script/library.h"
#include "script/sandbox.h"

#include <stddef.h>

enum { MEMBER_STEPS = 4 };

static const char null_key, array_key, lasting_key, digits_key;

/* ---- stubs: tables that are not filled yet ----
 *
 * Reading a member of an object fills nothing: most rules read two or three of twenty. Tables below
 * it that were shown are kept under the address of their member, since asking twice must give the
 * same table. Anything else (a write, a length, a walk) fills the level and makes it an ordinary
 * table. */

static const void *turn_key(lua_State *L) {
    return (const void *)sandbox_of(L)->turn;
}

/* The event's own table has no key in it: one is made for each event and rule. */
static bool is_event(lua_State *L, int index) {
    const void *event = sandbox_of(L)->event_table;
    return event && lua_topointer(L, index) == event;
}

static const struct json *json_under(lua_State *L, int index, const void *key) {
    lua_rawgetp(L, index, key); // json
    const struct json *json = lua_touserdata(L, -1);
    lua_pop(L, 1); //
    return json;
}

/* What is below a table lives as long as the table does. */
static const void *key_of(lua_State *L, int index) {
    bool passes = is_event(L, index) || !json_under(L, index, &lasting_key);
    return passes ? turn_key(L) : &lasting_key;
}

static void become_stub(lua_State *L) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, SLOT_STUB); // table meta
    lua_setmetatable(L, -2);                      // stub
}

static void push_stub(lua_State *L, const struct json *json, const void *key) {
    lua_createtable(L, 0, 1); // table
    lua_pushlightuserdata(L, (void *)json);
    lua_rawsetp(L, -2, key);
    become_stub(L); // stub
}

static void push_value(lua_State *L, const struct json *json, const void *key);

static bool is_stub(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return false;
    lua_rawgeti(L, LUA_REGISTRYINDEX, SLOT_STUB); // meta stub-meta
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

/* Pushes a table below a table; true when it was shown before. */
static bool push_below(lua_State *L, int table, const struct json_member *member) {
    if (lua_rawgetp(L, table, member) == LUA_TTABLE) return true; // stub
    lua_pop(L, 1);                                                //
    push_stub(L, &member->value, key_of(L, table));               // stub
    return false;
}

static void fill_member(lua_State *L, int table, const struct json_member *member) {
    library_push(L, member->key); // key
    if (member->value.type < JSON_ARRAY) {
        push_value(L, &member->value, NULL); // key value
    } else if (push_below(L, table, member)) {
        lua_pushnil(L);
        lua_rawsetp(L, table, member); // key value
    }
    lua_rawset(L, table); //
}

static void fill_object(lua_State *L, int table, const struct json *json) {
    sandbox_of(L)->is_wide = true;
    for (size_t i = 0; i < json->count; i++)
        if (json->members[i].value.type != JSON_NULL) fill_member(L, table, &json->members[i]);
    sandbox_of(L)->is_wide = false;
}

static void fill(lua_State *L, int table) {
    const struct json *json = view_json(L, table);
    if (json) sandbox_charge(L, MEMBER_STEPS * json->count);
    lua_pushnil(L);
    lua_setmetatable(L, table); /* first: nothing below may come back here */
    if (!json) return;
    const struct sandbox_watch *watch = sandbox_of(L)->watch;
    if (watch && watch->walk) watch->walk(L, json);
    if (json->type == JSON_ARRAY)
        fill_array(L, table, json);
    else
        fill_object(L, table, json);
}

/* One member of the stub at 1, without filling it. */
static int show_member(lua_State *L, const struct json *value) {
    const struct json_member *member = (const void *)((const char *)value -
                                                      offsetof(struct json_member, value));
    if (value->type < JSON_ARRAY) {
        push_value(L, value, NULL); // stub key value
    } else if (!push_below(L, 1, member)) {
        lua_pushvalue(L, -1);      // stub key below below
        lua_rawsetp(L, 1, member); // stub key below
    }
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

/* In place of it where somebody looks. */
static int watched_index(lua_State *L) {
    const struct json *json = view_json(L, 1);
    int results = stub_index(L); // stub key [value]
    if (json && json->type == JSON_OBJECT && lua_type(L, 2) == LUA_TSTRING) {
        struct str key;
        key.at = lua_tolstring(L, 2, &key.len);
        sandbox_of(L)->watch->member(L, json, key);
    }
    return results;
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

void view_push_lasting(lua_State *L, const struct json *json) {
    push_value(L, json, &lasting_key);
}

void view_push_event(lua_State *L, const struct json *json) {
    struct sandbox *sandbox = sandbox_of(L);
    if (sandbox->event_table) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, SLOT_EVENT); // stub
        return;
    }
    lua_createtable(L, 0, 0); // table
    become_stub(L);           // stub
    lua_pushvalue(L, -1);
    lua_rawseti(L, LUA_REGISTRYINDEX, SLOT_EVENT); /* it lives as long as its address counts */
    sandbox->event_table = lua_topointer(L, -1);
    sandbox->event_json = json;
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
    if (is_event(L, index)) return sandbox_of(L)->event_json;
    const struct json *json = json_under(L, index, turn_key(L));
    return json ? json : json_under(L, index, &lasting_key);
}

/* A stub has no members but what view.c keeps in it. */
static bool has_shown(lua_State *L, int stub) {
    lua_pushnil(L);
    while (lua_next(L, stub)) { // key value
        bool shown = lua_istable(L, -1);
        lua_pop(L, shown ? 2 : 1); // [key]
        if (shown) return true;
    }
    return false;
}

const struct json *view_untouched(lua_State *L, int index) {
    index = lua_absindex(L, index);
    return is_stub(L, index) && !has_shown(L, index) ? view_json(L, index) : NULL;
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
    const struct sandbox_watch *watch = sandbox_of(L)->watch;
    if (watch && watch->member) {
        lua_pushcfunction(L, watched_index);
        lua_setfield(L, -2, "__index"); // meta
    }
    lua_rawseti(L, LUA_REGISTRYINDEX, SLOT_STUB);
    open_nothing(L);
}
