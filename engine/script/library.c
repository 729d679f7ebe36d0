#include "script/library.h"

#include "script/sandbox.h"
#include "script/stock.h"
#include "script/view.h"

#include <lualib.h>

/* ---- the rows ---- */

static const char *const allowed_base[] = {"assert", "error", "select", "tonumber", "type", NULL};
static const char *const allowed_string[] = {"byte", "char", "sub", NULL};
static const char *const allowed_table[] = {"pack", NULL};
static const char *const allowed_math[] = {"abs", "ceil", "exp", "floor", "fmod", "huge", "log",
    "max", "maxinteger", "min", "mininteger", "modf", "pi", "sqrt", "tointeger", "type", "ult",
    NULL};
static const char *const allowed_utf8[] = {
    "char", "charpattern", "codepoint", "codes", "len", "offset", NULL};

static const struct library {
    const char *name; /* NULL: its functions are globals */
    const luaL_Reg *functions;
    lua_CFunction stock;        /* opens Lua's own library of that name */
    const char *const *allowed; /* what of it is taken, behind a charge */
} libraries[] = {
    {NULL, lib_base, luaopen_base, allowed_base},
    {NULL, lib_glob, NULL, NULL},
    {"string", lib_string, luaopen_string, allowed_string},
    {"table", lib_table, luaopen_table, allowed_table},
    {"math", NULL, luaopen_math, allowed_math},
    {"utf8", NULL, luaopen_utf8, allowed_utf8},
    {"regex", lib_regex, NULL, NULL},
    {"cidr", lib_cidr, NULL, NULL},
    {"time", lib_time, NULL, NULL},
    {"json", lib_json, NULL, NULL},
    {"hash", lib_hash, NULL, NULL},
    {"lookup", lib_lookup, NULL, NULL},
};

/* Keys of the registry, which code in the sandbox cannot reach. */
static const char globals_key, defined_key, environment_key, modules_key, frozen_key;

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

void library_loaded(lua_State *L, const char *name) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &modules_key); // modules
    lua_getfield(L, -1, name);                       // modules value
    lua_replace(L, -2);                              // value
}

static void load_module(lua_State *L, const char *name) {
    struct str text = {0};
    if (is_module_name(name)) text = sandbox_module(sandbox_of(L), name);
    if (!text.at) luaL_error(L, "require: there is no module '%s'", name);
    run_module(L, name, text); // value
    if (lua_istable(L, -1)) library_freeze(L, name);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &modules_key); // value modules
    lua_pushvalue(L, -2);                            // value modules value
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

/* What prelude.lua returns are further globals. */
static void run_prelude(lua_State *L) {
    struct str text = sandbox_module(sandbox_of(L), "prelude");
    if (!text.at) luaL_error(L, "cannot find 'prelude.lua' of the library");
    run_module(L, "prelude", text); // functions
    lua_pushnil(L);
    while (lua_next(L, -2)) library_set(L, lua_tostring(L, -2)); // functions name
    lua_pop(L, 1);                                               //
}

/* ---- opening ---- */

/* Takes the allowed members of Lua's own library; the rest of it is garbage then. A function of
 * ours that has the name of one of Lua's knows that one (library_stock). */
static void take_stock(lua_State *L, const struct library *library) {
    lua_pushcfunction(L, library->stock);
    lua_call(L, 0, 1); // members stock
    for (const char *const *name = library->allowed; *name; name++) {
        lua_getfield(L, -1, *name); // members stock value
        stock_charge(L, *name);
        lua_setfield(L, -3, *name); // members stock
    }
    for (const luaL_Reg *ours = library->functions; ours && ours->name; ours++) {
        lua_getfield(L, -1, ours->name);    // members stock function
        lua_pushcclosure(L, ours->func, 1); // members stock closure
        lua_setfield(L, -3, ours->name);    // members stock
    }
    lua_pop(L, 1); // members
}

static void open_library(lua_State *L, const struct library *library) {
    if (library->name)
        lua_newtable(L); // members
    else
        library_globals(L); // members
    if (library->stock)
        take_stock(L, library);
    else
        luaL_setfuncs(L, library->functions, 0);
}

/* ("x"):name() finds the functions above and no others. */
static void string_methods(lua_State *L) {
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1); // members "" meta
    lua_pushvalue(L, -3);    // members "" meta members
    lua_setfield(L, -2, "__index");
    stock_charge_arithmetic(L);
    lua_pop(L, 2); // members
}

static void open_libraries(lua_State *L) {
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        const struct library *library = &libraries[i];
        open_library(L, library); // members
        if (library->functions == lib_string) string_methods(L);
        if (library->functions == lib_json) view_push_null(L), lua_setfield(L, -2, "null");
        if (library->name)
            library_freeze(L, library->name), library_set(L, library->name); //
        else
            lua_pop(L, 1); //
    }
}

void library_open(lua_State *L) {
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &globals_key);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &modules_key);
    open_libraries(L);
    lua_pushcfunction(L, require);
    library_set(L, "require");
    lua_newtable(L); /* Lua's own globals, which base filled */
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    view_open(L);
    make_environment(L);
    run_prelude(L);
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
