/* hash: digests in lower-case hex, and base64. */
#include "base/hash.h"

#include "script/library.h"
#include "script/sandbox.h"

enum { CALL_STEPS = 100, BYTES_A_STEP = 4 };

static int digest(lua_State *L, const char *function, const char *name) {
    struct str s;
    if (!library_string(L, function, 1, &s)) return 0;
    sandbox_charge(L, CALL_STEPS + s.len / BYTES_A_STEP);
    struct buf *hex = &sandbox_of(L)->scratch;
    buf_reset(hex);
    if (!hash_digest(name, s, hex)) return luaL_error(L, "%s: not available here", function);
    library_push(L, buf_str(hex));
    return 1;
}

static int hash_md5(lua_State *L) {
    return digest(L, "hash.md5", "md5");
}

static int hash_sha1(lua_State *L) {
    return digest(L, "hash.sha1", "sha1");
}

static int hash_sha256(lua_State *L) {
    return digest(L, "hash.sha256", "sha256");
}

static int hash_base64(lua_State *L) {
    struct str s;
    struct buf *to = &sandbox_of(L)->scratch;
    if (!library_string(L, "hash.base64", 1, &s)) return 0;
    sandbox_charge(L, CALL_STEPS + s.len / BYTES_A_STEP);
    buf_reset(to);
    base64_encode(s, to);
    library_push(L, buf_str(to));
    return 1;
}

/* nil for what is no base64. */
static int hash_unbase64(lua_State *L) {
    struct str s;
    struct buf *to = &sandbox_of(L)->scratch;
    if (!library_string(L, "hash.unbase64", 1, &s)) return 0;
    sandbox_charge(L, CALL_STEPS + s.len / BYTES_A_STEP);
    buf_reset(to);
    if (!base64_decode(s, to)) return 0;
    library_push(L, buf_str(to));
    return 1;
}

const luaL_Reg lib_hash[] = {
    {"base64", hash_base64},
    {"md5", hash_md5},
    {"sha1", hash_sha1},
    {"sha256", hash_sha256},
    {"unbase64", hash_unbase64},
    {NULL, NULL},
};
