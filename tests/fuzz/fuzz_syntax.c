/* Lua source: the parser accepts what Lua does, and a place that it names lies in the source. */
#include "fuzz.h"

#include "text/syntax.h"

#include <lauxlib.h>
#include <lua.h>

/* What this parser does not look at, or looks at otherwise: labels, and limits of the compiler. */
static bool is_excused(const char *message) {
    static const char *const words[] = {"label", "goto", "too many", "overflow", "limit",
        "not enough memory", "too long", "too complex", "needs a", "too large"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(message, words[i])) return true;
    return false;
}

static const char *compile(lua_State *L, struct str source) {
    if (luaL_loadbufferx(L, source.at, source.len, "=x", "t") == LUA_OK) return NULL;
    return lua_tostring(L, -1);
}

static unsigned count_lines(struct str source) {
    unsigned lines = 1;
    for (size_t i = 0; i < source.len; i++) lines += source.at[i] == '\n' || source.at[i] == '\r';
    return lines;
}

static bool visit(void *context, const struct syntax *node) {
    unsigned lines = *(unsigned *)context;
    demand(node->line >= 1 && node->line <= lines && node->column >= 1, "kind %d at %u:%u",
        node->kind, node->line, node->column);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct str source = fuzz_input(bytes, size);
    struct arena arena = {0};
    struct syntax_chunk chunk = {0};
    struct place place = {0};
    struct diag diag = {0};
    lua_State *L = luaL_newstate();
    const char *message = compile(L, source);
    unsigned lines = count_lines(source);
    enum syntax_result result = syntax_parse(&arena, source, &chunk, &place, &diag);
    if (result == SYNTAX_FINE)
        demand(!message || is_excused(message), "it is fine here, but: %s", message);
    if (result == SYNTAX_WRONG) {
        demand(message, "it compiles, but: %u:%u: %s", place.line, place.column, diag.text);
        demand(place.line >= 1 && place.line <= lines && place.column >= 1, "at %u:%u", place.line,
            place.column);
    }
    if (result == SYNTAX_FINE) syntax_walk(chunk.body, visit, &lines);
    lua_close(L);
    arena_release(&arena);
    return 0;
}
