/* string.find, match, gmatch and gsub of the sandbox and of stock Lua, asked the same question. The
 * answers are text: every result, or the error with its line. */
#ifndef MATCH_STOCK_H
#define MATCH_STOCK_H

#include "script/library.h"
#include "script/sandbox.h"

#include <lualib.h>

enum match_kind {
    ASK_FIND,
    ASK_PLAIN, /* find with plain = true */
    ASK_MATCH,
    ASK_GMATCH,
    ASK_GSUB_STRING,
    ASK_GSUB_TABLE,
    ASK_GSUB_FUNCTION,
    ASK_KINDS,
};

struct match_question {
    enum match_kind kind;
    struct str subject, pattern;
    struct str with; /* gsub's replacement string */
    bool has_number;
    int64_t number; /* where to begin; for gsub, how many at most */
};

struct match_pair {
    struct sandbox ours;
    lua_State *stock;
    struct buf ours_said, stock_said;
};

enum match_outcome { MATCH_SAME, MATCH_STOPPED /* ours, by its budget */, MATCH_DIFFERENT };

static const char match_code[] =
    "local function list(...)\n"
    "  local all = table.pack(...)\n"
    "  for i = 1, all.n do\n"
    "    local one = all[i]\n"
    "    all[i] = type(one) == 'string' and \"'\" .. one .. \"'\" or tostring(one)\n"
    "  end\n"
    "  return table.concat(all, ' ', 1, all.n)\n"
    "end\n"
    "local answers = {a = '<a>', b = false, ab = '', x = 'y', [1] = 'one', [2] = 7, [3] = 2.5,\n"
    "  ['%'] = true, [''] = '-'}\n"
    "local ask = {}\n"
    "function ask.find(s, p, _, init) return list(string.find(s, p, init)) end\n"
    "function ask.plain(s, p, _, init) return list(string.find(s, p, init, true)) end\n"
    "function ask.match(s, p, _, init) return list(string.match(s, p, init)) end\n"
    "function ask.gmatch(s, p, _, init)\n"
    "  local step, found = string.gmatch(s, p, init), {}\n"
    "  repeat found[#found + 1] = list(step()) until found[#found] == ''\n"
    "  return table.concat(found, '; ')\n"
    "end\n"
    "function ask.string(s, p, with, most) return list(string.gsub(s, p, with, most)) end\n"
    "function ask.table(s, p, _, most) return list(string.gsub(s, p, answers, most)) end\n"
    "ask['function'] = function(s, p, _, most)\n"
    "  local calls = {}\n"
    "  local function with(...)\n"
    "    calls[#calls + 1] = list(...)\n"
    "    return answers[(...)]\n"
    "  end\n"
    "  local all = list(string.gsub(s, p, with, most))\n"
    "  return all .. ' ' .. table.concat(calls, '; ')\n"
    "end\n"
    "function answer(kind, ...) return ask[kind](...) end\n";

static const char *const match_kinds[ASK_KINDS] = {
    "find", "plain", "match", "gmatch", "string", "table", "function"};

/* Calls the function below it on the stack. */
static inline void match_call(lua_State *L, const struct match_question *question) {
    lua_pushstring(L, match_kinds[question->kind]);
    library_push(L, question->subject);
    library_push(L, question->pattern);
    library_push(L, question->with);
    if (question->has_number)
        lua_pushinteger(L, question->number);
    else
        lua_pushnil(L); // answer kind subject pattern with number
    lua_call(L, 5, 1);  // text
}

static inline void match_take(lua_State *L, struct buf *to) {
    struct str text;
    text.at = lua_tolstring(L, -1, &text.len);
    buf_reset(to);
    buf_add_str(to, text);
}

struct match_asking {
    struct match_pair *pair;
    const struct match_question *question;
};

static inline int match_ask_ours(lua_State *L) {
    struct match_asking *asking = lua_touserdata(L, 1);
    library_defined(L);
    lua_getfield(L, -1, "answer"); // asking defined answer
    match_call(L, asking->question);
    match_take(L, &asking->pair->ours_said);
    return 0;
}

static inline int match_ask_stock(lua_State *L) {
    struct match_asking *asking = lua_touserdata(L, 1);
    lua_getglobal(L, "answer"); // asking answer
    match_call(L, asking->question);
    match_take(L, &asking->pair->stock_said);
    return 0;
}

static inline bool match_was_stopped(const char *error) {
    return strstr(error, "took too ") || strstr(error, "used too much memory");
}

/* The index itself is not in our message. */
static inline void match_cut_index(struct buf *said) {
    const char *index = "invalid capture index";
    char *found = memmem(said->at, said->len, index, strlen(index));
    if (found && str_starts(buf_str(said), STR(SANDBOX_CHUNK ":")))
        said->len = (size_t)(found - said->at) + strlen(index);
}

/* Ours is asked first: what it can do within its steps, stock Lua does in about that time. */
static inline enum match_outcome match_ask(
    struct match_pair *pair, const struct match_question *question) {
    struct match_asking asking = {pair, question};
    struct diag diag = {0};
    buf_reset(&pair->ours_said);
    if (!sandbox_call(&pair->ours, match_ask_ours, &asking, &diag)) {
        if (match_was_stopped(diag.text)) return MATCH_STOPPED;
        buf_add_text(&pair->ours_said, diag.text);
    }
    lua_settop(pair->stock, 0);
    lua_pushcfunction(pair->stock, match_ask_stock);
    lua_pushlightuserdata(pair->stock, &asking);
    if (lua_pcall(pair->stock, 1, 0, 0) != LUA_OK) match_take(pair->stock, &pair->stock_said);
    match_cut_index(&pair->ours_said);
    match_cut_index(&pair->stock_said);
    bool same = str_eq(buf_str(&pair->ours_said), buf_str(&pair->stock_said));
    return same ? MATCH_SAME : MATCH_DIFFERENT;
}

static inline bool match_pair_open(struct match_pair *pair, long steps) {
    static const char *const dirs[] = {"lua", NULL};
    struct sandbox_setup setup = {.file = SANDBOX_CHUNK,
        .line = 1,
        .code = {match_code, sizeof match_code - 1},
        .dirs = dirs,
        .limits = LIMITS_DEFAULT};
    setup.limits.steps = steps;
    *pair = (struct match_pair){0};
    sandbox_init(&pair->ours, &setup);
    pair->stock = luaL_newstate();
    luaL_openlibs(pair->stock);
    return luaL_loadbuffer(pair->stock, setup.code.at, setup.code.len, "=" SANDBOX_CHUNK) ==
               LUA_OK &&
           lua_pcall(pair->stock, 0, 0, 0) == LUA_OK && sandbox_open(&pair->ours);
}

static inline void match_pair_close(struct match_pair *pair) {
    sandbox_release(&pair->ours);
    lua_close(pair->stock);
    buf_release(&pair->ours_said);
    buf_release(&pair->stock_said);
}

#endif
