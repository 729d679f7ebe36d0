/* Our matcher against Lua's own, on random patterns that are mostly well formed. */
#include "check.h"

#include "script/match.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>

enum { ROUNDS = 60000, SUBJECT = 12, STEPS = 100000 };

static uint32_t seed = 1;

static unsigned roll(unsigned below) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 16) % below;
}

static void random_subject(char *to) {
    static const char letters[] = "aab.%(1 ]x";
    size_t len = roll(SUBJECT);
    for (size_t i = 0; i < len; i++) to[i] = letters[roll(sizeof letters - 1)];
    to[len] = '\0';
}

static void random_pattern(char *to) {
    static const char *const parts[] = {"a", "b", ".", "%a", "%d", "%s", "%.", "%%", "[ab]", "[^a]",
        "[a-x]", "[]]", "[%a.]", "(", ")", "()", "%1", "%b()", "%f[%a]", "*", "+", "-", "?", "$",
        "^", "[", "%", "x", "1", "%S", "[^%s]"};
    *to = '\0';
    if (roll(5) == 0) strcat(to, "^");
    for (unsigned i = roll(7); i > 0; i--) strcat(to, parts[roll(sizeof parts / sizeof *parts)]);
    if (roll(5) == 0) strcat(to, "$");
}

/* "1 3 a|@2" for where it matched and its captures; "none"; or "error". */
static void describe_ours(struct match *match, const char *from, char *to) {
    int len = sprintf(to, "%td %td", from - match->subject.at + 1, match->end - match->subject.at);
    for (size_t i = 0; i < match->count; i++) {
        const struct match_capture *capture = &match->captures[i];
        if (capture->is_position)
            len += sprintf(to + len, " @%td", capture->at - match->subject.at + 1);
        else
            len += sprintf(to + len, " %.*s", (int)capture->len, capture->at);
    }
}

static void find_ours(const char *subject, const char *pattern, char *to) {
    bool anchored = *pattern == '^';
    struct match match = {
        .subject = str_of(subject), .pattern = str_of(pattern + anchored), .steps = STEPS};
    for (const char *from = subject; from <= subject + match.subject.len; from++) {
        enum match_result result = match_at(&match, from);
        strcpy(to, result == MATCH_NO ? "none" : "error");
        if (result == MATCH_YES) describe_ours(&match, from, to);
        if (result != MATCH_NO || anchored) return;
    }
}

static void find_stock(lua_State *L, const char *subject, const char *pattern, char *to) {
    lua_settop(L, 0);
    lua_getglobal(L, "find");
    lua_pushstring(L, subject);
    lua_pushstring(L, pattern);
    if (lua_pcall(L, 2, LUA_MULTRET, 0) != LUA_OK) {
        strcpy(to, "error");
        return;
    }
    if (lua_isnil(L, 1)) {
        strcpy(to, "none");
        return;
    }
    int len = sprintf(to, "%d %d", (int)lua_tointeger(L, 1), (int)lua_tointeger(L, 2));
    for (int i = 3; i <= lua_gettop(L); i++) {
        const char *mark = lua_type(L, i) == LUA_TNUMBER ? "@" : "";
        len += sprintf(to + len, " %s%s", mark, lua_tostring(L, i));
    }
}

static void test_like_stock(void **state) {
    (void)state;
    lua_State *L = luaL_newstate();
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    lua_getfield(L, -1, "find");
    lua_setglobal(L, "find");
    int matched = 0;
    for (int i = 0; i < ROUNDS; i++) {
        char subject[SUBJECT + 1], pattern[64], ours[512], stock[512];
        random_subject(subject);
        random_pattern(pattern);
        if (match_is_plain(str_of(pattern))) continue; /* `find` does not match then */
        find_ours(subject, pattern, ours);
        find_stock(L, subject, pattern, stock);
        if (strcmp(ours, stock) != 0)
            fail_msg("('%s'):find('%s')\n  ours  %s\n  stock %s", subject, pattern, ours, stock);
        matched += *ours != 'n' && *ours != 'e';
    }
    assert_true(matched > ROUNDS / 10);
    lua_close(L);
}

static void test_budget(void **state) {
    (void)state;
    struct match match = {
        .subject = STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        .pattern = STR(".-.-.-.-.-.-.-.-.-b"),
        .steps = STEPS};
    assert_int_equal(match_at(&match, match.subject.at), MATCH_BAD);
    assert_string_equal(match.error, "took too many steps");
    assert_int_equal(match.steps, 0);
}

static void test_depth(void **state) {
    (void)state;
    char pattern[2000];
    for (size_t i = 0; i + 1 < sizeof pattern; i += 2) memcpy(pattern + i, "a?", 2);
    struct match match = {
        .subject = STR("b"), .pattern = {pattern, sizeof pattern}, .steps = STEPS};
    assert_int_equal(match_at(&match, match.subject.at), MATCH_BAD);
    assert_string_equal(match.error, "pattern too complex");
}

static void test_plain(void **state) {
    (void)state;
    assert_true(match_is_plain(STR("")));
    assert_true(match_is_plain(STR("a b)]}")));
    assert_false(match_is_plain(STR("a.b")));
    assert_false(match_is_plain(STR("%")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_stock),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
