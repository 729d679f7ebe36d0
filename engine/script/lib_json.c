/* json: text to tables and back. What decode gives behaves as the event does. */
#include "script/library.h"
#include "script/print.h"
#include "script/sandbox.h"
#include "script/view.h"

enum { BYTES_A_STEP = 16 };

static int push_failure(lua_State *L, const char *error) {
    lua_pushnil(L);
    lua_pushstring(L, error); // nil error
    return 2;
}

/* The value, or nil and what is wrong. */
static int json_decode(lua_State *L) {
    struct sandbox *sandbox = sandbox_of(L);
    struct diag diag = {0};
    struct str text;
    if (!library_string(L, "json.decode", 1, &text)) return push_failure(L, "nothing to decode");
    sandbox_charge(L, text.len / BYTES_A_STEP);
    struct arena *arena = sandbox->loading ? &sandbox->lasting : &sandbox->passing;
    const struct json *json = json_parse(arena, text, NULL, &diag);
    if (!json) return push_failure(L, diag.text);
    view_push(L, json); // value
    return 1;
}

static int json_encode(lua_State *L) {
    struct buf *to = &sandbox_of(L)->scratch;
    if (lua_isnone(L, 1)) return library_refuse(L, "json.encode", 1, "a value");
    buf_reset(to);
    print_json(L, "json.encode", 1, to);
    sandbox_charge(L, to->len / BYTES_A_STEP);
    library_push(L, buf_str(to));
    return 1;
}

/* Marks a list so that it is printed as [] when it is empty. */
static int json_array(lua_State *L) {
    lua_settop(L, 1);
    if (lua_isnil(L, 1)) {
        lua_newtable(L);
        lua_replace(L, 1);
    }
    if (!lua_istable(L, 1)) return library_refuse(L, "json.array", 1, "a table");
    view_push_table(L, 1); // list table
    view_mark_array(L, 2);
    return 1;
}

const luaL_Reg lib_json[] = {
    {"array", json_array},
    {"decode", json_decode},
    {"encode", json_encode},
    {NULL, NULL},
};
