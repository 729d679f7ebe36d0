#include "script/library.h"

#include "script/catalog.h"
#include "script/sandbox.h"
#include "script/view.h"

/* Keys of the registry, which code in the sandbox cannot reach. */
static const char globals_key, defined_key, environment_key, modules_key, frozen_key, prelude_key;

/* ---- tables that refuse to be changed ---- */

static int refuse_change(lua_State *L) {
    lua_getmetatable(L, 1);
    lua_getfield(L, -1, "name");
    return luaL_error(L, "'%s' cannot be changed", lua_tostring(L, -1));
}

static int frozen_length(lua_State *L) {
    library_thaw(L, 1);
    lua_pushinteger(L, luaL_len(L, -1));
    return 1;
}

void library_freeze(lua_State *L, const char *name) {
    lua_newtable(L);          // real proxy
    lua_createtable(L, 0, 5); // real proxy meta
    lua_pushvalue(L, -3);     // real proxy meta real
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -3); // real proxy meta real
    lua_rawsetp(L, -2, &frozen_key);
    lua_pushcfunction(L, refuse_change);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, frozen_length);
    lua_setfield(L, -2, "__len");
    lua_pushstring(L, name);
    lua_setfield(L, -2, "name"); // real proxy meta
    lua_setmetatable(L, -2);     // real proxy
    lua_replace(L, -2);          // proxy
}

bool library_thaw(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return false;
    lua_rawgetp(L, -1, &frozen_key); // meta real
    lua_replace(L, -2);              // real
    if (lua_istable(L, -1)) return true;
    lua_pop(L, 1);
    return false;
}

/* ---- globals ---- */

static int write_global(lua_State *L) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    if (!sandbox_of(L)->loading)
        return luaL_error(L, "global '%s' written: rules keep no state; use local", name);
    library_defined(L);
    lua_replace(L, 1);
    lua_rawset(L, 1);
    return 0;
}

static int write_library(lua_State *L) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    return luaL_error(L, "global '%s' written: a module returns what it offers", name);
}

/* An empty table before the one on top, so that every write is seen; pops the one on top. */
static void push_environment(lua_State *L, lua_CFunction write) {
    lua_newtable(L);          // real env
    lua_createtable(L, 0, 2); // real env meta
    lua_pushvalue(L, -3);     // real env meta real
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, write);
    lua_setfield(L, -2, "__newindex"); // real env meta
    lua_setmetatable(L, -2);           // real env
    lua_replace(L, -2);                // env
}

void library_environment(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &environment_key); // env
}

void library_defined(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &defined_key); // defined
}

void library_globals(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &globals_key); // globals
}

void library_set(lua_State *L, const char *name) {
    library_globals(L); // value globals
    lua_insert(L, -2);  // globals value
    lua_setfield(L, -2, name);
    lua_pop(L, 1); //
}

static void make_environment(lua_State *L) {
    lua_newtable(L);                                     // defined
    lua_createtable(L, 0, 1);                            // defined meta
    library_globals(L);                                  // defined meta globals
    lua_setfield(L, -2, "__index");                      // defined meta
    lua_setmetatable(L, -2);                             // defined
    lua_pushvalue(L, -1);                                // defined defined
    lua_rawsetp(L, LUA_REGISTRYINDEX, &defined_key);     // defined
    push_environment(L, write_global);                   // env
    lua_rawsetp(L, LUA_REGISTRYINDEX, &environment_key); //
}

/* ---- modules ---- */

static bool is_module_name(const char *name) {
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return len > 0 && name[len] == '\0';
}

/* Leaves what the module returned; its globals are the library's own. */
static void run_module(lua_State *L, const char *name, struct str text) {
    lua_pushfstring(L, "@lua/%s.lua", name);       // chunk-name
    sandbox_load(L, text, lua_tostring(L, -1), 1); // chunk-name chunk
    library_globals(L);                            // chunk-name chunk globals
    push_environment(L, write_library);            // chunk-name chunk env
    lua_setupvalue(L, -2, 1);                      // chunk-name chunk
    lua_call(L, 0, 1);                             // chunk-name value
    lua_replace(L, -2);                            // value
}

void library_modules(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &modules_key); // modules
}

void library_loaded(lua_State *L, const char *name) {
    library_modules(L);        // modules
    lua_getfield(L, -1, name); // modules value
    lua_replace(L, -2);        // value
}

static void load_module(lua_State *L, const char *name) {
    struct str text = {0};
    if (is_module_name(name)) text = sandbox_module(sandbox_of(L), name);
    if (!text.at) luaL_error(L, "require: there is no module '%s'", name);
    run_module(L, name, text); // value
    if (lua_istable(L, -1)) library_freeze(L, name);
    library_modules(L);   // value modules
    lua_pushvalue(L, -2); // value modules value
    lua_setfield(L, -2, name);
    lua_pop(L, 1); // value
}

static int require(lua_State *L) {
    if (lua_type(L, 1) != LUA_TSTRING) return library_refuse(L, "require", 1, "a string");
    const char *name = lua_tostring(L, 1);
    library_loaded(L, name); // name value
    if (lua_isnil(L, -1)) load_module(L, name);
    return 1;
}

/* ---- opening ---- */

static bool push_given(lua_State *L, const char *name) {
    const struct sandbox_setup *setup = &sandbox_of(L)->setup;
    const struct sandbox_global *given = setup->globals;
    while (given && given->name && strcmp(given->name, name) != 0) given++;
    if (!given || !given->name) return false;
    given->push(L, setup->context); // value
    return true;
}

static int prelude_body(lua_State *L) {
    run_module(L, "prelude", sandbox_module(sandbox_of(L), "prelude")); // functions
    lua_pushnil(L);
    while (lua_next(L, -2)) library_set(L, lua_tostring(L, -2)); // functions name
    return 0;
}

/* What prelude.lua returns are further globals: the last place where a name may stand. In a thread
 * of its own its instructions are not counted among those of the call that came by first. */
static void run_prelude(lua_State *L) {
    lua_pushboolean(L, true);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &prelude_key);
    lua_State *own = lua_newthread(L); // thread
    lua_pushcfunction(own, prelude_body);
    if (lua_pcall(own, 0, 0, 0) != LUA_OK) {
        lua_xmove(own, L, 1); // thread error
        lua_error(L);
    }
    lua_pop(L, 1); //
}

static bool push_from_prelude(lua_State *L, const char *name) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &prelude_key) == LUA_TNIL) run_prelude(L);
    lua_pop(L, 1);      //
    library_globals(L); // globals
    lua_pushstring(L, name);
    bool found = lua_rawget(L, -2) != LUA_TNIL; // globals value
    lua_replace(L, -2);                         // value
    if (!found) lua_pop(L, 1);                  //
    return found;
}

static bool push_global(lua_State *L, const char *name) {
    if (strcmp(name, "require") == 0) return lua_pushcfunction(L, require), true;
    return push_given(L, name) || catalog_push(L, name) || push_from_prelude(L, name);
}

/* Reads a global that was not read before. */
static int open_global(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING || !push_global(L, lua_tostring(L, 2))) return 0;
    lua_pushvalue(L, 2);  // globals name value name
    lua_pushvalue(L, -2); // globals name value name value
    lua_rawset(L, 1);     // globals name value
    return 1;
}

/* Which call is the first to name something must make no difference to what it may cost. */
static int give_global(lua_State *L) {
    return sandbox_give(L, open_global);
}

static void make_globals(lua_State *L) {
    lua_newtable(L);          // globals
    lua_createtable(L, 0, 1); // globals meta
    lua_pushcfunction(L, give_global);
    lua_setfield(L, -2, "__index");                  // globals meta
    lua_setmetatable(L, -2);                         // globals
    lua_rawsetp(L, LUA_REGISTRYINDEX, &globals_key); //
}

void library_open(lua_State *L) {
    make_globals(L);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &modules_key);
    if (!sandbox_module(sandbox_of(L), "prelude").at)
        luaL_error(L, "cannot find 'prelude.lua' of the library");
    catalog_open(L);
    view_open(L);
    make_environment(L);
}

void library_need(lua_State *L, const char *name) {
    library_globals(L); // globals
    lua_getfield(L, -1, name);
    lua_pop(L, 2); //
}

void library_open_all(lua_State *L) {
    const struct sandbox_global *given = sandbox_of(L)->setup.globals;
    for (; given && given->name; given++) library_need(L, given->name);
    for (size_t i = 0; catalog_name(i); i++) library_need(L, catalog_name(i));
    library_need(L, "require");
    library_need(L, ""); /* no name of the library: the prelude is asked */
}

int library_stock(lua_State *L) {
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* ---- arguments ---- */

int library_refuse(lua_State *L, const char *function, int arg, const char *expected) {
    const char *is = view_is_null(L, arg) ? "null" : luaL_typename(L, arg);
    return luaL_error(L, "%s: argument %d is %s, expected %s", function, arg,
        lua_isnone(L, arg) ? "missing" : lua_pushfstring(L, "a %s", is), expected);
}

bool library_string(lua_State *L, const char *function, int arg, struct str *s) {
    if (lua_isnoneornil(L, arg) || view_is_null(L, arg)) return false;
    s->at = lua_tolstring(L, arg, &s->len);
    if (!s->at) library_refuse(L, function, arg, "a string");
    return true;
}

struct str library_need_string(lua_State *L, const char *function, int arg) {
    struct str s = {0};
    if (!library_string(L, function, arg, &s)) library_refuse(L, function, arg, "a string");
    return s;
}

lua_Integer library_integer(lua_State *L, int arg) {
    enum { BYTES_A_STEP = 2 }; /* Lua's own function will read it again */
    if (lua_type(L, arg) == LUA_TSTRING) sandbox_charge(L, lua_rawlen(L, arg) / BYTES_A_STEP);
    return luaL_checkinteger(L, arg);
}

lua_Integer library_integer_or(lua_State *L, int arg, lua_Integer otherwise) {
    return lua_isnoneornil(L, arg) ? otherwise : library_integer(L, arg);
}

const char *library_push_short(lua_State *L, struct str s) {
    enum { SHOWN = 80 };
    size_t len = SHOWN;
    if (s.len <= SHOWN) return lua_pushlstring(L, s.at, s.len);
    while (len > 0 && ((unsigned char)s.at[len] & 0xC0) == 0x80) len--;
    lua_pushlstring(L, s.at, len);
    lua_pushliteral(L, "…");
    lua_concat(L, 2);
    return lua_tostring(L, -1);
}

void library_push(lua_State *L, struct str s) {
    lua_pushlstring(L, s.at ? s.at : "", s.len);
}
