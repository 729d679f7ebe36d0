/* The reader of compiled code, on whole, cut and damaged dumps. */
#include "check.h"

#include "base/buf.h"
#include "script/dump.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>

static const char code[] = "local a = require 'aws'\n"
                           "function rule(event)\n"
                           "  local x, y = 1, 2.5\n"
                           "\n\n\n"
                           "  return function(...) return event.name == 'a' and a.is_root(x) end\n"
                           "end\n";

static int write_dump(lua_State *L, const void *bytes, size_t len, void *to) {
    (void)L;
    buf_add(to, bytes, len);
    return 0;
}

static struct buf dump(const char *text) {
    struct buf bytes = {0};
    lua_State *L = luaL_newstate();
    assert_int_equal(luaL_loadstring(L, text), LUA_OK);
    lua_dump(L, write_dump, &bytes, false);
    lua_close(L);
    return bytes;
}

static void test_reads(void **state) {
    (void)state;
    struct arena arena = {0};
    struct dump_function chunk;
    struct buf bytes = dump(code);
    assert_true(dump_read(&arena, buf_str(&bytes), &chunk));
    assert_true(str_is(chunk.upvalues[0].name, "_ENV"));
    assert_true(str_is(chunk.constants[0], "require"));
    assert_true(str_is(chunk.locals[0], "a"));
    assert_int_equal(chunk.function_count, 1);
    const struct dump_function *rule = &chunk.functions[0];
    assert_int_equal(chunk.parameters, 0);
    assert_int_equal(rule->parameters, 1);
    assert_int_equal(rule->local_count, 3);
    assert_int_equal(rule->lines[0], 3);
    assert_int_equal(rule->functions[0].lines[0], 7);
    assert_true(str_is(rule->functions[0].upvalues[0].name, "event"));
    arena_release(&arena);
    buf_release(&bytes);
}

static void test_cut(void **state) {
    (void)state;
    struct buf bytes = dump(code);
    for (size_t len = 0; len < bytes.len; len++) {
        struct arena arena = {0};
        struct dump_function chunk;
        char *copy = malloc(len + !len); /* as long as that, so that a sanitizer sees every step */
        memcpy(copy, bytes.at, len);
        assert_false(dump_read(&arena, (struct str){copy, len}, &chunk));
        free(copy);
        arena_release(&arena);
    }
    buf_release(&bytes);
}

/* Any answer will do, as long as there is one. */
static void test_damaged(void **state) {
    (void)state;
    static const unsigned char values[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};
    struct buf bytes = dump(code);
    size_t read = 0;
    for (size_t i = 0; i < bytes.len; i++)
        for (size_t j = 0; j < sizeof values; j++) {
            struct arena arena = {0};
            struct dump_function chunk;
            char was = bytes.at[i];
            bytes.at[i] = (char)values[j];
            read += dump_read(&arena, buf_str(&bytes), &chunk);
            bytes.at[i] = was;
            arena_release(&arena);
        }
    assert_true(read > 0 && read < bytes.len * sizeof values);
    buf_release(&bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
