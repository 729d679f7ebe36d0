/* string: what Lua's own would do without a budget or would show addresses with. */
#include "script/library.h"
#include "script/match.h"
#include "script/sandbox.h"
#include "script/view.h"

static struct str check_string(lua_State *L, int arg) {
    struct str s;
    s.at = luaL_checklstring(L, arg, &s.len);
    return s;
}

/* ---- functions whose work grows with the text ---- */

enum {
    BYTES_A_STEP = 16,  /* read and changed one by one */
    COPIED_A_STEP = 64, /* copied as they are */
    TIMES_A_STEP = 8,
    TEMPLATE_A_STEP = 4,
    DIRECTIVE_STEPS = 20,
    FLOAT_STEPS = 800, /* of 1e308 in "%.99f" */
};

static int string_len(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)check_string(L, 1).len);
    return 1;
}

static int charged(lua_State *L) {
    sandbox_charge(L, check_string(L, 1).len / BYTES_A_STEP);
    return library_stock(L);
}

static int string_rep(lua_State *L) {
    struct str s = check_string(L, 1);
    lua_Integer times = library_integer(L, 2);
    size_t len = s.len + (lua_isnoneornil(L, 3) ? 0 : check_string(L, 3).len);
    size_t most = (size_t)sandbox_of(L)->budget.limits.allocation;
    if (times > 0 && len && (size_t)times > most / len) sandbox_exhausted(L);
    if (times > 0)
        sandbox_charge(L, (size_t)times / TIMES_A_STEP + (size_t)times * len / COPIED_A_STEP);
    return library_stock(L);
}

/* ---- format ---- */

/* What the directives cost. */
static size_t read_format(lua_State *L, struct str format) {
    const char *end = format.at + format.len;
    size_t cost = format.len / BYTES_A_STEP;
    for (const char *at = format.at; at < end; at++) {
        if (*at != '%') continue;
        for (at++; at < end && memchr("-+ #0123456789.", *at, 15);) at++;
        if (at < end && *at == 'p') luaL_error(L, "string.format: there is no '%%p' here");
        cost += at < end && memchr("aAeEfFgG", *at, 8) ? FLOAT_STEPS : DIRECTIVE_STEPS;
    }
    return cost;
}

/* What Lua would print with its address becomes the name of its type. */
static int string_format(lua_State *L) {
    size_t cost = read_format(L, check_string(L, 1));
    for (int arg = lua_gettop(L); arg > 1; arg--) {
        int type = lua_type(L, arg);
        if (type == LUA_TSTRING) cost += lua_rawlen(L, arg) / BYTES_A_STEP;
        if (type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING)
            continue;
        lua_pushstring(L, view_is_null(L, arg) ? "null" : luaL_typename(L, arg));
        lua_replace(L, arg);
    }
    sandbox_charge(L, cost);
    return library_stock(L);
}

/* ---- patterns ---- */

struct search {
    struct match match;
    bool anchored;
};

static struct search search_for(struct str subject, struct str pattern) {
    struct search search = {.match = {.subject = subject, .pattern = pattern}};
    search.anchored = pattern.len > 0 && pattern.at[0] == '^';
    if (search.anchored) search.match.pattern = (struct str){pattern.at + 1, pattern.len - 1};
    return search;
}

/* One try; what it cost is paid before anything else happens. */
static bool try_at(lua_State *L, struct search *search, const char *from) {
    struct match *match = &search->match;
    size_t budget = (size_t)sandbox_of(L)->budget.steps;
    match->steps = budget;
    enum match_result result = match_at(match, from);
    sandbox_charge(L, budget - match->steps);
    if (result == MATCH_BAD) luaL_error(L, "%s", match->error);
    return result == MATCH_YES;
}

/* The first match at or behind `from`; NULL for none. */
static const char *search_from(lua_State *L, struct search *search, const char *from) {
    const char *end = search->match.subject.at + search->match.subject.len;
    for (; from <= end; from++) {
        if (try_at(L, search, from)) return from;
        if (search->anchored) break;
    }
    return NULL;
}

static void push_capture(lua_State *L, const struct match *match, size_t i) {
    const struct match_capture *capture = &match->captures[i];
    if (capture->len == MATCH_OPEN) luaL_error(L, "unfinished capture");
    if (capture->is_position)
        lua_pushinteger(L, capture->at - match->subject.at + 1);
    else
        lua_pushlstring(L, capture->at, capture->len);
}

static int push_captures(lua_State *L, const struct match *match) {
    luaL_checkstack(L, MATCH_CAPTURES, "too many captures");
    for (size_t i = 0; i < match->count; i++) push_capture(L, match, i);
    return (int)match->count;
}

static int push_captures_or_whole(lua_State *L, const struct match *match, const char *from) {
    if (match->count > 0) return push_captures(L, match);
    lua_pushlstring(L, from, (size_t)(match->end - from));
    return 1;
}

/* Where argument `arg` says to begin; NULL when that is behind the end. */
static const char *start_of(lua_State *L, struct str s, int arg) {
    lua_Integer init = library_integer_or(L, arg, 1);
    if (init < 0) init = init < -(lua_Integer)s.len ? 1 : (lua_Integer)s.len + init + 1;
    if (init == 0) init = 1;
    return init > (lua_Integer)s.len + 1 ? NULL : s.at + init - 1;
}

static int push_span(lua_State *L, struct str s, const char *from, size_t len) {
    lua_pushinteger(L, from - s.at + 1);
    lua_pushinteger(L, from - s.at + (lua_Integer)len);
    return 2;
}

/* memmem looks at each place anew for what is not long. */
enum { MOST_RETRIED = 512, RETRIED_A_STEP = 64 };

static int find_plain(lua_State *L, struct str s, const char *from, struct str wanted) {
    size_t rest = (size_t)(s.at + s.len - from);
    size_t retried = wanted.len < MOST_RETRIED ? wanted.len / RETRIED_A_STEP : 0;
    sandbox_charge(L, (rest + wanted.len) / BYTES_A_STEP * (1 + retried));
    const char *found = memmem(from, rest, wanted.at, wanted.len);
    if (found) return push_span(L, s, found, wanted.len);
    lua_pushnil(L);
    return 1;
}

static int string_find(lua_State *L) {
    struct str s = check_string(L, 1), pattern = check_string(L, 2);
    const char *from = start_of(L, s, 3);
    sandbox_charge(L, pattern.len / BYTES_A_STEP);
    if (from && (lua_toboolean(L, 4) || match_is_plain(pattern)))
        return find_plain(L, s, from, pattern);
    struct search search = search_for(s, pattern);
    if (from) from = search_from(L, &search, from);
    if (from)
        return push_span(L, s, from, (size_t)(search.match.end - from)) +
               push_captures(L, &search.match);
    lua_pushnil(L);
    return 1;
}

static int string_match(lua_State *L) {
    struct str s = check_string(L, 1);
    struct search search = search_for(s, check_string(L, 2));
    const char *from = start_of(L, s, 3);
    if (from) from = search_from(L, &search, from);
    if (from) return push_captures_or_whole(L, &search.match, from);
    lua_pushnil(L);
    return 1;
}

/* ---- gmatch: a caret is a character there, as in Lua ---- */

enum { SUBJECT = 1, PATTERN, NEXT, LAST_END };

static void set_offset(lua_State *L, int upvalue, ptrdiff_t offset) {
    lua_pushinteger(L, offset);
    lua_replace(L, lua_upvalueindex(upvalue));
}

static int gmatch_step(lua_State *L) {
    struct search search = {0};
    struct match *match = &search.match;
    match->subject = check_string(L, lua_upvalueindex(SUBJECT));
    match->pattern = check_string(L, lua_upvalueindex(PATTERN));
    const char *from = match->subject.at + lua_tointeger(L, lua_upvalueindex(NEXT));
    ptrdiff_t last = lua_tointeger(L, lua_upvalueindex(LAST_END));
    while ((from = search_from(L, &search, from)) && match->end - match->subject.at == last) from++;
    if (!from) return 0;
    set_offset(L, NEXT, match->end - match->subject.at);
    set_offset(L, LAST_END, match->end - match->subject.at);
    return push_captures_or_whole(L, match, from);
}

static int string_gmatch(lua_State *L) {
    struct str s = check_string(L, 1);
    check_string(L, 2);
    const char *from = start_of(L, s, 3);
    lua_settop(L, 2);                                                // s pattern
    lua_pushinteger(L, from ? from - s.at : (lua_Integer)s.len + 1); // s pattern next
    lua_pushinteger(L, -1);                                          // s pattern next last
    lua_pushcclosure(L, gmatch_step, 4);
    return 1;
}

/* ---- gsub ---- */

static void add_numbered(
    lua_State *L, luaL_Buffer *to, const struct match *match, char digit, const char *from) {
    size_t i = (size_t)(digit - '0');
    if (i == 0 || (i == 1 && match->count == 0)) {
        luaL_addlstring(to, from, (size_t)(match->end - from));
    } else if (i > match->count) {
        luaL_error(L, "invalid capture index %%%d in replacement string", (int)i);
    } else {
        push_capture(L, match, i - 1);
        luaL_addvalue(to);
    }
}

static void add_template(
    lua_State *L, luaL_Buffer *to, const struct match *match, const char *from) {
    struct str with = check_string(L, 3);
    sandbox_charge(L, 1 + with.len / TEMPLATE_A_STEP);
    for (size_t i = 0; i < with.len; i++) {
        if (with.at[i] != '%') {
            luaL_addchar(to, with.at[i]);
        } else if (++i < with.len && with.at[i] >= '0' && with.at[i] <= '9') {
            add_numbered(L, to, match, with.at[i], from);
        } else {
            if (i >= with.len || with.at[i] != '%')
                luaL_error(L, "invalid use of '%%' in replacement string");
            luaL_addchar(to, '%');
        }
    }
}

/* Pushes what the table or function says. */
static void push_answer(lua_State *L, const struct match *match, const char *from) {
    if (lua_isfunction(L, 3)) {
        lua_pushvalue(L, 3);                                    // function
        lua_call(L, push_captures_or_whole(L, match, from), 1); // answer
        return;
    }
    if (match->count > 0)
        push_capture(L, match, 0); // key
    else
        lua_pushlstring(L, from, (size_t)(match->end - from)); // key
    lua_gettable(L, 3);                                        // answer
}

static void add_answer(lua_State *L, luaL_Buffer *to, const struct match *match, const char *from) {
    push_answer(L, match, from); // answer
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1); //
        luaL_addlstring(to, from, (size_t)(match->end - from));
    } else if (lua_isstring(L, -1)) {
        luaL_addvalue(to); //
    } else {
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    }
}

static lua_Integer replace_all(
    lua_State *L, struct search *search, luaL_Buffer *to, lua_Integer most) {
    struct match *match = &search->match;
    const char *at = match->subject.at, *end = at + match->subject.len, *last = NULL;
    lua_Integer count = 0;
    while (count < most) {
        if (try_at(L, search, at) && match->end != last) {
            count++;
            if (lua_type(L, 3) == LUA_TTABLE || lua_type(L, 3) == LUA_TFUNCTION)
                add_answer(L, to, match, at);
            else
                add_template(L, to, match, at);
            at = last = match->end;
        } else if (at < end) {
            luaL_addchar(to, *at++);
        } else {
            break;
        }
        if (search->anchored) break;
    }
    luaL_addlstring(to, at, (size_t)(end - at));
    return count;
}

static int string_gsub(lua_State *L) {
    struct str s = check_string(L, 1);
    struct search search = search_for(s, check_string(L, 2));
    int type = lua_type(L, 3);
    if (type != LUA_TSTRING && type != LUA_TNUMBER && type != LUA_TTABLE && type != LUA_TFUNCTION)
        return luaL_typeerror(L, 3, "string/function/table");
    lua_Integer most = library_integer_or(L, 4, (lua_Integer)s.len + 1);
    lua_settop(L, 4);
    luaL_Buffer to;
    luaL_buffinit(L, &to);
    lua_Integer count = replace_all(L, &search, &to, most);
    luaL_pushresult(&to);
    lua_pushinteger(L, count);
    return 2;
}

const luaL_Reg lib_string[] = {
    {"find", string_find},
    {"format", string_format},
    {"gmatch", string_gmatch},
    {"gsub", string_gsub},
    {"len", string_len},
    {"lower", charged},
    {"match", string_match},
    {"rep", string_rep},
    {"reverse", charged},
    {"upper", charged},
    {NULL, NULL},
};
