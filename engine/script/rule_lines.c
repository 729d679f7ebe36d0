#include "script/rule_lines.h"

#include "script/dump.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdlib.h>

/* ---- lines of the source ---- */

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* No word but `end`: strings, which may hold anything, have quotes. */
static bool is_closing(struct str line) {
    for (size_t i = 0, len; i < line.len; i += len) {
        if (line.at[i] == '-' && i + 1 < line.len && line.at[i + 1] == '-') return true;
        for (len = 0; i + len < line.len && is_word(line.at[i + len]); len++) {
        }
        if (len == 0 && (line.at[i] == '"' || line.at[i] == '\'')) return false;
        if (len && !str_is((struct str){line.at + i, len}, "end")) return false;
        if (len == 0) len = 1;
    }
    return true;
}

static struct str cut_line(struct str code, unsigned number) {
    const char *end = code.at + code.len;
    for (; number > 0 && code.at < end; number--) {
        const char *newline = memchr(code.at, '\n', (size_t)(end - code.at));
        code.at = newline ? newline + 1 : end;
    }
    code.len = (size_t)(end - code.at);
    const char *newline = code.len ? memchr(code.at, '\n', code.len) : NULL;
    return (struct str){code.at, newline ? (size_t)(newline - code.at) : code.len};
}

/* ---- lines of the compiled code ---- */

struct line_search {
    struct rule_lines *lines;
    const struct manifest_lua *lua;
};

static void add_line(struct line_search *search, unsigned line, unsigned function) {
    struct rule_lines *lines = search->lines;
    unsigned first = search->lua->line ? search->lua->line - 1 : 0;
    if (is_closing(cut_line(search->lua->code, line - 1))) return;
    lines->list = arena_grow(&lines->arena, lines->list, lines->count);
    lines->list[lines->count++] = (struct rule_line){
        .line = line + first, .function = function ? function + first : 0};
}

/* Not what the compiler begins and ends a function with. */
static bool is_of_source(const struct dump_function *function, size_t pc) {
    return pc + 1 < function->code_count && dump_op(function->code[pc]) != OP_VARARGPREP;
}

static void add_function(struct line_search *search, const struct dump_function *function) {
    unsigned last = 0;
    for (size_t pc = 0; pc < function->code_count; pc++) {
        if (function->lines[pc] == last || !is_of_source(function, pc)) continue;
        last = function->lines[pc];
        add_line(search, last, function->line);
    }
    for (size_t i = 0; i < function->function_count; i++)
        add_function(search, &function->functions[i]);
}

static int order(const void *left, const void *right) {
    const struct rule_line *a = left, *b = right;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return (a->function > b->function) - (a->function < b->function);
}

static void drop_doubles(struct rule_lines *lines) {
    size_t kept = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (kept == 0 || order(&lines->list[kept - 1], &lines->list[i]) != 0)
            lines->list[kept++] = lines->list[i];
    lines->count = kept;
}

static int write_dump(lua_State *L, const void *bytes, size_t len, void *to) {
    (void)L;
    buf_add(to, bytes, len);
    return 0;
}

/* In a state of its own, where nothing runs. */
static void compile(struct buf *to, struct str code) {
    lua_State *L = luaL_newstate();
    if (L && luaL_loadbufferx(L, code.at, code.len, "=rule", "t") == LUA_OK) // function
        lua_dump(L, write_dump, to, false);
    if (L) lua_close(L);
}

void rule_lines_find(struct rule_lines *lines, const struct manifest_lua *lua) {
    struct line_search search = {lines, lua};
    struct arena arena = {0};
    struct buf dump = {0};
    struct dump_function chunk;
    if (lua->code.len) compile(&dump, lua->code);
    if (dump.len && dump_read(&arena, buf_str(&dump), &chunk)) add_function(&search, &chunk);
    if (lines->count) qsort(lines->list, lines->count, sizeof *lines->list, order);
    drop_doubles(lines);
    rule_branches_find(&lines->branches, &lines->arena, lua);
    buf_release(&dump);
    arena_release(&arena);
}

struct str rule_lines_text(const struct manifest_lua *lua, unsigned line) {
    return cut_line(lua->code, line - (lua->line ? lua->line : 1));
}

void rule_lines_release(struct rule_lines *lines) {
    arena_release(&lines->arena);
    *lines = (struct rule_lines){0};
}
