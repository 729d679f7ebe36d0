#include "script/stock.h"

#include "base/mem.h"
#include "script/library.h"
#include "script/sandbox.h"

#include <lualib.h>
#include <pthread.h>

enum { BYTES_A_STEP = 4, MOST_VALUES = 128 };

/* ---- what Lua has ---- */

static const luaL_Reg openers[] = {{LUA_GNAME, luaopen_base}, {LUA_STRLIBNAME, luaopen_string},
    {LUA_TABLIBNAME, luaopen_table}, {LUA_MATHLIBNAME, luaopen_math},
    {LUA_UTF8LIBNAME, luaopen_utf8}, {NULL, NULL}};

static const char METHODS[] = "methods"; /* the library that stands for the metatable of strings */

static struct value {
    const char *library, *name;
    lua_CFunction function; /* NULL: a constant */
    bool integral;
    lua_Integer integer;
    lua_Number number;
    const char *text; /* NULL: a number */
} values[MOST_VALUES];

static size_t value_count;

/* The key and value on top. What is no function of C, number or text nobody asks for. */
static void note_value(lua_State *L, const char *library) {
    int type = lua_type(L, -1);
    bool fits = lua_iscfunction(L, -1) || type == LUA_TNUMBER || type == LUA_TSTRING;
    if (!fits || value_count == MOST_VALUES) return;
    struct value *value = &values[value_count++];
    value->library = library;
    value->name = lua_tostring(L, -2);
    value->function = lua_tocfunction(L, -1);
    value->integral = lua_isinteger(L, -1);
    value->integer = lua_tointeger(L, -1);
    value->number = lua_tonumber(L, -1);
    if (type == LUA_TSTRING) value->text = lua_tostring(L, -1);
}

static void note_values(lua_State *L, const char *library) {
    lua_pushnil(L);
    while (lua_next(L, -2)) { // library key value
        note_value(L, library);
        lua_pop(L, 1); // library key
    }
    lua_pop(L, 1); //
}

static void *allocate(void *context, void *at, size_t old, size_t new) {
    (void)context, (void)old;
    if (new) return mem_resize(at, new);
    mem_free(at);
    return NULL;
}

/* The state is never closed: names and texts are its own. */
static void note_all(void) {
    static lua_State *L;
    L = lua_newstate(allocate, NULL);
    for (const luaL_Reg *opener = openers; opener->name; opener++) {
        luaL_requiref(L, opener->name, opener->func, true); // library
        note_values(L, opener->name);                       //
    }
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1); // "" meta
    note_values(L, METHODS); // ""
}

static const struct value *find(const char *library, const char *name) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, note_all);
    for (const struct value *value = values; value < values + value_count; value++)
        if (strcmp(value->name, name) == 0 && strcmp(value->library, library) == 0) return value;
    return NULL;
}

bool stock_push(lua_State *L, const char *library, const char *name) {
    const struct value *value = find(library, name);
    if (!value) return false;
    if (value->function)
        lua_pushcfunction(L, value->function);
    else if (value->text)
        lua_pushstring(L, value->text);
    else if (value->integral)
        lua_pushinteger(L, value->integer);
    else
        lua_pushnumber(L, value->number);
    return true;
}

/* ---- charges ---- */

/* They take the same time whatever they are given. */
static const char *const constant[] = {"assert", "error", "type", NULL};

/* They do not read their first argument to its end. */
static const char *const partial[] = {"byte", "codepoint", "codes", "sub", NULL};

static const char *const arithmetic[] = {
    "__add", "__sub", "__mul", "__mod", "__pow", "__div", "__idiv", "__unm", NULL};

static bool is_among(const char *const *names, const char *name) {
    while (*names && strcmp(*names, name) != 0) names++;
    return *names != NULL;
}

/* One by one, and strings by size: any of them may have to be read as a number. */
static size_t cost_of_arguments(lua_State *L, int first) {
    int count = lua_gettop(L);
    size_t cost = (size_t)count;
    for (int i = first; i <= count; i++)
        if (lua_type(L, i) == LUA_TSTRING) cost += lua_rawlen(L, i) / BYTES_A_STEP;
    return cost;
}

static int call_from(lua_State *L, int first) {
    sandbox_charge(L, cost_of_arguments(L, first));
    int results = library_stock(L);
    sandbox_charge(L, (size_t)results);
    return results;
}

static int call(lua_State *L) {
    return call_from(L, 1);
}

static int call_partial(lua_State *L) {
    return call_from(L, 2);
}

void stock_charge(lua_State *L, const char *name) {
    if (lua_iscfunction(L, -1) && !is_among(constant, name))
        lua_pushcclosure(L, is_among(partial, name) ? call_partial : call, 1);
}

void stock_arithmetic(lua_State *L) {
    for (const char *const *name = arithmetic; *name; name++) {
        stock_push(L, METHODS, *name); // meta function
        stock_charge(L, *name);
        lua_setfield(L, -2, *name); // meta
    }
}
