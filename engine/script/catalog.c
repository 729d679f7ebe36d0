#include "script/catalog.h"

#include "script/library.h"
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

static const struct row {
    const char *name; /* NULL: its functions are globals */
    const luaL_Reg *functions;
    const char *stock;          /* Lua's own library of that name; NULL: it has none */
    const char *const *allowed; /* what of it is taken, behind a charge */
} rows[] = {
    {NULL, lib_base, LUA_GNAME, allowed_base},
    {NULL, lib_glob, NULL, NULL},
    {"string", lib_string, LUA_STRLIBNAME, allowed_string},
    {"table", lib_table, LUA_TABLIBNAME, allowed_table},
    {"math", NULL, LUA_MATHLIBNAME, allowed_math},
    {"utf8", NULL, LUA_UTF8LIBNAME, allowed_utf8},
    {"regex", lib_regex, NULL, NULL},
    {"cidr", lib_cidr, NULL, NULL},
    {"time", lib_time, NULL, NULL},
    {"json", lib_json, NULL, NULL},
    {"hash", lib_hash, NULL, NULL},
    {"lookup", lib_lookup, NULL, NULL},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* ---- members ---- */

/* A function of ours that has the name of one of Lua's knows that one (library_stock). */
static void push_ours(lua_State *L, const struct row *row, const luaL_Reg *ours) {
    bool has_stock = row->stock && stock_push(L, row->stock, ours->name); // [stock]
    lua_pushcclosure(L, ours->func, has_stock);                           // function
}

static void push_allowed(lua_State *L, const struct row *row, const char *name) {
    stock_push(L, row->stock, name); // value
    stock_charge(L, name);
}

static void fill(lua_State *L, const struct row *row) {
    for (const char *const *name = row->allowed; name && *name; name++) {
        push_allowed(L, row, *name); // members value
        lua_setfield(L, -2, *name);  // members
    }
    for (const luaL_Reg *ours = row->functions; ours && ours->name; ours++) {
        push_ours(L, row, ours);         // members function
        lua_setfield(L, -2, ours->name); // members
    }
}

static void push_library(lua_State *L, const struct row *row) {
    lua_newtable(L); // members
    fill(L, row);
    if (row->functions == lib_json) view_push_null(L), lua_setfield(L, -2, "null");
    library_freeze(L, row->name); // library
}

static bool push_function(lua_State *L, const struct row *row, const char *wanted) {
    for (const luaL_Reg *ours = row->functions; ours->name; ours++)
        if (strcmp(ours->name, wanted) == 0) return push_ours(L, row, ours), true;
    for (const char *const *name = row->allowed; name && *name; name++)
        if (strcmp(*name, wanted) == 0) return push_allowed(L, row, wanted), true;
    return false;
}

bool catalog_push(lua_State *L, const char *name) {
    for (const struct row *row = rows; row < rows + ROWS; row++) {
        if (!row->name && push_function(L, row, name)) return true;
        if (row->name && strcmp(row->name, name) == 0) return push_library(L, row), true;
    }
    return false;
}

static const char *row_name(const struct row *row, size_t *i) {
    if (row->name) return (*i)-- == 0 ? row->name : NULL;
    for (const luaL_Reg *ours = row->functions; ours->name; ours++)
        if ((*i)-- == 0) return ours->name;
    for (const char *const *name = row->allowed; name && *name; name++)
        if ((*i)-- == 0) return *name;
    return NULL;
}

const char *catalog_name(size_t i) {
    const char *name = NULL;
    for (const struct row *row = rows; !name && row < rows + ROWS; row++) name = row_name(row, &i);
    return name;
}

/* ---- strings ---- */

/* ("x"):name() finds the functions of `string` and no others. The first time it is asked, it puts
 * them in its own place. */
static int find_method(lua_State *L) {
    library_globals(L);             // "" name globals
    lua_getfield(L, -1, "string");  // "" name globals string
    library_thaw(L, -1);            // "" name globals string members
    lua_getmetatable(L, 1);         // "" name globals string members meta
    lua_pushvalue(L, -2);           // "" name globals string members meta members
    lua_setfield(L, -2, "__index"); // "" name globals string members meta
    lua_pushvalue(L, 2);            // "" name globals string members meta name
    lua_rawget(L, -3);              // "" name globals string members meta method
    return 1;
}

void catalog_open(lua_State *L) {
    lua_pushliteral(L, ""); // ""
    lua_newtable(L);        // "" meta
    lua_pushcfunction(L, find_method);
    lua_setfield(L, -2, "__index");
    stock_arithmetic(L);
    lua_setmetatable(L, -2); // ""
    lua_pop(L, 1);           //
}
