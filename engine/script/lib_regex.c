/* regex: Perl-compatible expressions, each compiled once a state. Groups are Lua's many results. */
#include "base/regex.h"
#include "script/library.h"
#include "script/sandbox.h"

#include <stdint.h>

enum { CACHE_MOST = 64, CALL_STEPS = 100, COMPILE_STEPS = 8, BYTES_A_STEP = 8, WORK_STEPS = 2 };

static const char cache_key, meta_key;

struct box {
    struct regex *regex;
    size_t size;
};

static int free_regex(lua_State *L) {
    struct box *box = lua_touserdata(L, 1);
    regex_free(box->regex);
    sandbox_of(L)->budget.outside -= box->size;
    *box = (struct box){0};
    return 0;
}

/* What was thrown out of the cache may still be there; Lua does not see how large it is. */
static void hold(lua_State *L, struct box *box) {
    struct budget *budget = &sandbox_of(L)->budget;
    size_t size = regex_size(box->regex);
    bool held = budget_hold(budget, size);
    if (!held) {
        lua_gc(L, LUA_GCCOLLECT);
        held = budget_hold(budget, size);
    }
    if (!held) sandbox_exhausted(L);
    box->size = size;
}

/* Pushes the box of compiled expressions, emptied when it is full: patterns made from events must
 * not pile up. */
static void push_cache(lua_State *L) {
    bool there = lua_rawgetp(L, LUA_REGISTRYINDEX, &cache_key) == LUA_TTABLE; // cache
    if (there) {
        lua_rawgeti(L, -1, 0); // cache count
        bool full = lua_tointeger(L, -1) >= CACHE_MOST;
        lua_pop(L, 1); // cache
        if (!full) return;
    }
    lua_pop(L, 1);
    lua_newtable(L); // cache
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &cache_key);
}

static void push_meta(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &meta_key) == LUA_TTABLE) return; // meta
    lua_pop(L, 1);
    lua_createtable(L, 0, 1); // meta
    lua_pushcfunction(L, free_regex);
    lua_setfield(L, -2, "__gc");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &meta_key); // meta
}

/* The box comes first: nothing may be held while something can raise. */
static void push_compiled(lua_State *L, const char *function, struct str pattern) {
    struct box *box = lua_newuserdatauv(L, sizeof *box, 0); // box
    *box = (struct box){0};
    push_meta(L);            // box meta
    lua_setmetatable(L, -2); // box
    struct diag diag = {0};
    if (pattern.len <= REGEX_LONGEST) sandbox_charge(L, CALL_STEPS + COMPILE_STEPS * pattern.len);
    box->regex = regex_new(pattern, &diag);
    if (!box->regex)
        luaL_error(L, "%s: %s in '%s'", function, diag.text, library_push_short(L, pattern));
    hold(L, box);
}

static void keep_compiled(lua_State *L, int cache, int pattern) {
    lua_pushvalue(L, pattern); // box pattern
    lua_pushvalue(L, -2);      // box pattern box
    lua_rawset(L, cache);      // box
    lua_rawgeti(L, cache, 0);  // box count
    lua_pushinteger(L, lua_tointeger(L, -1) + 1);
    lua_rawseti(L, cache, 0);
    lua_pop(L, 1); // box
}

/* The compiled argument 2. It stays on the stack, so that it lives through the call. */
static struct regex *compiled(lua_State *L, const char *function) {
    struct str pattern = library_need_string(L, function, 2);
    push_cache(L); // … cache
    int cache = lua_gettop(L);
    lua_pushvalue(L, 2);
    lua_rawget(L, cache); // … cache box
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        push_compiled(L, function, pattern); // … cache box
        keep_compiled(L, cache, 2);
    }
    return ((struct box *)lua_touserdata(L, -1))->regex;
}

static bool search(lua_State *L, const char *function, struct regex *regex, struct str s,
    size_t from, struct regex_groups *groups) {
    sandbox_charge(L, CALL_STEPS + (s.len - from) / BYTES_A_STEP);
    size_t most = (size_t)sandbox_of(L)->budget.steps / WORK_STEPS, left = most;
    enum regex_result result = regex_search_within(regex, s, from, groups, &left);
    sandbox_charge(L, WORK_STEPS * (most - left));
    if (result == REGEX_LIMIT && left == 0) sandbox_charge(L, SIZE_MAX);
    if (result == REGEX_LIMIT) {
        struct str pattern = library_need_string(L, function, 2);
        budget_end(&sandbox_of(L)->budget, FAILURE_CPU);
        luaL_error(L, "%s: '%s' needs too many steps on a text of %d bytes", function,
            library_push_short(L, pattern), (int)s.len);
    }
    return result == REGEX_YES;
}

static void push_group(lua_State *L, struct str group) {
    if (group.at)
        library_push(L, group);
    else
        lua_pushnil(L);
}

/* The groups, or the whole match where there are none. */
static int push_groups(lua_State *L, const struct regex_groups *groups) {
    luaL_checkstack(L, REGEX_GROUPS, "too many groups");
    if (groups->count == 1) {
        push_group(L, groups->list[0]);
        return 1;
    }
    for (size_t i = 1; i < groups->count; i++) push_group(L, groups->list[i]);
    return (int)groups->count - 1;
}

static int regex_match(lua_State *L) {
    struct regex_groups groups;
    struct str s;
    struct regex *regex = compiled(L, "regex.match");
    if (library_string(L, "regex.match", 1, &s) && search(L, "regex.match", regex, s, 0, &groups))
        return push_groups(L, &groups);
    lua_pushnil(L);
    return 1;
}

static int regex_test(lua_State *L) {
    struct str s;
    struct regex *regex = compiled(L, "regex.test");
    bool given = library_string(L, "regex.test", 1, &s);
    lua_pushboolean(L, given && search(L, "regex.test", regex, s, 0, NULL));
    return 1;
}

static int regex_find(lua_State *L) {
    struct regex_groups groups;
    struct str s;
    struct regex *regex = compiled(L, "regex.find");
    if (library_string(L, "regex.find", 1, &s) && search(L, "regex.find", regex, s, 0, &groups)) {
        ptrdiff_t start = groups.list[0].at - s.at;
        lua_pushinteger(L, start + 1);
        lua_pushinteger(L, start + (lua_Integer)groups.list[0].len);
        return 2;
    }
    lua_pushnil(L);
    return 1;
}

/* `$1` to `$9` are groups, `$0` the whole match, `$$` a dollar. */
static void add_template(luaL_Buffer *to, struct str with, const struct regex_groups *groups) {
    for (size_t i = 0; i < with.len; i++) {
        bool more = with.at[i] == '$' && i + 1 < with.len;
        if (more && with.at[i + 1] >= '0' && with.at[i + 1] <= '9') {
            size_t group = (size_t)(with.at[++i] - '0');
            if (group < groups->count && groups->list[group].at)
                luaL_addlstring(to, groups->list[group].at, groups->list[group].len);
        } else {
            if (more && with.at[i + 1] == '$') i++;
            luaL_addchar(to, with.at[i]);
        }
    }
}

/* Behind an empty match the search goes on one character further. */
static size_t next_start(struct str s, size_t start, size_t end) {
    if (end > start) return end;
    do end++;
    while (end < s.len && ((unsigned char)s.at[end] & 0xC0) == 0x80);
    return end;
}

static void replace_all(lua_State *L, struct regex *regex, struct str s, struct str with) {
    struct regex_groups groups;
    luaL_Buffer to;
    luaL_buffinit(L, &to);
    size_t at = 0, from = 0;
    while (search(L, "regex.replace", regex, s, from, &groups)) {
        size_t start = (size_t)(groups.list[0].at - s.at), end = start + groups.list[0].len;
        luaL_addlstring(&to, s.at + at, start - at);
        add_template(&to, with, &groups);
        at = end;
        from = next_start(s, start, end);
        if (from > s.len) break;
    }
    luaL_addlstring(&to, s.at + at, s.len - at);
    luaL_pushresult(&to);
}

static int regex_replace(lua_State *L) {
    struct str s, with = library_need_string(L, "regex.replace", 3);
    struct regex *regex = compiled(L, "regex.replace");
    if (library_string(L, "regex.replace", 1, &s))
        replace_all(L, regex, s, with);
    else
        lua_pushnil(L);
    return 1;
}

const luaL_Reg lib_regex[] = {
    {"find", regex_find},
    {"match", regex_match},
    {"replace", regex_replace},
    {"test", regex_test},
    {NULL, NULL},
};
