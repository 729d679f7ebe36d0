/* json: text to tables and back. What decode gives behaves as the event does. */
#include "script/library.h"
#include "script/print.h"
#include "script/sandbox.h"
#include "script/view.h"

enum {
    DECODED_A_STEP = 2, /* bytes of text */
    VALUE_BYTES = 160,  /* of the tree, of cJSON's, and of two short strings */
};

static int push_failure(lua_State *L, const char *error) {
    lua_pushnil(L);
    lua_pushstring(L, error); // nil error
    return 2;
}

/* Bytes that the tree of a text may need while it is made. */
static size_t tree_size(struct str text) {
    size_t values = 1;
    for (size_t i = 0; i < text.len; i++)
        values += text.at[i] == ',' || text.at[i] == '[' || text.at[i] == '{';
    return values * VALUE_BYTES + 2 * text.len;
}

/* The value, or nil and what is wrong. What is decoded may go into an alert, as an event does. */
static int json_decode(lua_State *L) {
    struct diag diag = {0};
    struct str text;
    if (!library_string(L, "json.decode", 1, &text)) return push_failure(L, "nothing to decode");
    sandbox_charge(L, text.len / DECODED_A_STEP);
    size_t size = tree_size(text);
    sandbox_hold(L, size);
    const struct json *json = json_parse_record(sandbox_json_arena(L), text, NULL, &diag);
    if (!json) sandbox_let_go(L, size);
    if (!json) return push_failure(L, diag.text);
    view_push(L, json); // value
    return 1;
}

static int json_encode(lua_State *L) {
    struct buf *to = &sandbox_of(L)->scratch;
    if (lua_isnone(L, 1)) return library_refuse(L, "json.encode", 1, "a value");
    buf_reset(to);
    print_json(L, "json.encode", 1, to);
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
