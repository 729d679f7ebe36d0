/* glob: `*` stands for any bytes, `?` for one character; all else for itself. */
#include "script/library.h"
#include "script/sandbox.h"

enum { LONGEST = 4 }; /* bytes of a character */

static size_t character_len(struct str s, size_t at) {
    size_t end = at + 1;
    while (end < s.len && end < at + LONGEST && ((unsigned char)s.at[end] & 0xC0) == 0x80) end++;
    return end - at;
}

struct glob {
    struct str s, pattern;
    size_t at, in;     /* in s and in the pattern */
    size_t star, from; /* behind the last `*`, and where it gave up last */
    size_t steps;
};

/* Only the last star is tried again: what stood before it has found its first place already. */
static bool retry(struct glob *glob) {
    if (!glob->star || glob->from >= glob->s.len) return false;
    glob->at = ++glob->from;
    glob->in = glob->star;
    return true;
}

static bool step(struct glob *glob) {
    glob->steps++;
    if (glob->in < glob->pattern.len && glob->pattern.at[glob->in] == '*') {
        glob->star = ++glob->in;
        glob->from = glob->at;
        return true;
    }
    if (glob->at == glob->s.len || glob->in == glob->pattern.len) return retry(glob);
    char wanted = glob->pattern.at[glob->in];
    if (wanted != '?' && wanted != glob->s.at[glob->at]) return retry(glob);
    glob->at += wanted == '?' ? character_len(glob->s, glob->at) : 1;
    glob->in++;
    return true;
}

static bool matches(lua_State *L, struct str s, struct str pattern) {
    struct glob glob = {.s = s, .pattern = pattern};
    while (glob.at < s.len || glob.in < pattern.len) {
        if (!step(&glob)) return false;
        if (glob.steps % 256 == 0) sandbox_charge(L, 256);
    }
    sandbox_charge(L, glob.steps % 256);
    return true;
}

static int glob(lua_State *L) {
    struct str s, pattern = library_need_string(L, "glob", 2);
    lua_pushboolean(L, library_string(L, "glob", 1, &s) && matches(L, s, pattern));
    return 1;
}

const luaL_Reg lib_glob[] = {{"glob", glob}, {NULL, NULL}};
