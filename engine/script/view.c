#include "script/view.h"

#include "script/library.h"
#include "script/sandbox.h"

/* A stub is given room for its members at once, unless there are so many that the room itself would
 * be a burden to rules that never look. */
enum { ROOM_AT_ONCE = 16 };

static const char null_key, array_key, lasting_key, stub_key, digits_key;

/* ---- stubs ---- */

static const void *turn_key(lua_State *L) {
    struct sandbox *sandbox = sandbox_of(L);
    return sandbox->loading ? (const void *)&lasting_key : (const void *)sandbox->turn;
}

static void push_stub(lua_State *L, const struct json *json) {
    int room = json->count <= ROOM_AT_ONCE ? (int)json->count : 0;
    bool array = json->type == JSON_ARRAY;
    lua_createtable(L, array ? room : 0, array ? 1 : room + 1); // stub
    lua_pushlightuserdata(L, (void *)json);
    lua_rawsetp(L, -2, turn_key(L));
    lua_rawgetp(L, LUA_REGISTRYINDEX, &stub_key); // stub meta
    lua_setmetatable(L, -2);                      // stub
}

static bool is_stub(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &stub_key); // meta stub-meta
    bool is = lua_rawequal(L, -1, -2);
    lua_pop(L, 2); //
    return is;
}

static void fill_array(lua_State *L, int table, const struct json *json) {
    for (size_t i = 0; i < json->count; i++) {
        view_push(L, &json->items[i]); // item
        lua_rawseti(L, table, (lua_Integer)i + 1);
    }
}

static void fill_object(lua_State *L, int table, const struct json *json) {
    for (size_t i = 0; i < json->count; i++) {
        const struct json_member *member = &json->members[i];
        if (member->value.type == JSON_NULL) continue;
        library_push(L, member->key); // key
        view_push(L, &member->value); // key value
        lua_rawset(L, table);
    }
}

static void fill(lua_State *L, int table) {
    const struct json *json = view_json(L, table);
    if (json) sandbox_charge(L, json->count);
    lua_pushnil(L);
    lua_setmetatable(L, table); /* first: nothing below may come back here */
    if (!json) return;
    if (json->type == JSON_ARRAY)
        fill_array(L, table, json);
    else
        fill_object(L, table, json);
}

static int stub_index(lua_State *L) {
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

void view_push(lua_State *L, const struct json *json) {
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
    case JSON_OBJECT: push_stub(L, json); break;
    }
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

static const struct json *json_under(lua_State *L, int index, const void *key) {
    lua_rawgetp(L, index, key); // json
    const struct json *json = lua_touserdata(L, -1);
    lua_pop(L, 1); //
    return json;
}

const struct json *view_json(lua_State *L, int index) {
    const struct json *json = json_under(L, index, (const void *)sandbox_of(L)->turn);
    return json ? json : json_under(L, index, &lasting_key);
}

const struct json *view_untouched(lua_State *L, int index) {
    return is_stub(L, index) ? view_json(L, index) : NULL;
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
