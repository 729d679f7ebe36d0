/* One Lua state behind a fence: a memory limit of its own, a budget for each call, one protected
 * way in. Knows nothing of rules, events or alerts.
 *
 * Whatever touches the state is a lua_CFunction run by sandbox_call. A call that goes over a limit
 * closes the state; the next one opens it anew from the sources kept here, without reading a file
 * twice, so that nothing half-done is left and a sandbox may one day live in another process. */
#ifndef SCRIPT_SANDBOX_H
#define SCRIPT_SANDBOX_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "script/budget.h"

#include <lua.h>
#include <stdatomic.h>
#include <stdint.h>

/* For what runs once a message and may hold a whole record. */
#define SANDBOX_MESSAGE_LIMITS ((struct limits){2000, 64000000, 16000000, 50000000})

/* A global that the library does not have: pushes its value when it is first read. */
struct sandbox_global {
    const char *name;
    void (*push)(lua_State *L, void *context);
};

struct sandbox_setup {
    const char *file; /* what messages call the code; borrows */
    unsigned line;    /* where its first line stands in that file, from 1 */
    struct str code;  /* borrows */
    const char *const
        *dirs; /* where prelude.lua and required modules are, NULL-terminated; borrows */
    const struct sandbox_global *globals; /* up to one without a name; NULL: none; borrows */
    void *context;                        /* of those */
    struct limits limits;
};

/* What the code is called inside Lua, which cuts long file names in its messages. An error "rule:12:
 * text" is one of line 12. */
#define SANDBOX_CHUNK "rule"

/* Numbers in the registry of what every call needs: they are found quicker than addresses. */
enum {
    SLOT_STUB = LUA_RIDX_LAST + 1, /* view.c */
    SLOT_EVENT,
    SLOT_FUNCTIONS, /* rule_script.c; one after the other */
};

struct sandbox_source;

struct json;

/* Somebody looks at what the code does. */
struct sandbox_watch {
    lua_Hook hook; /* of each call; calls sandbox_count for LUA_HOOKCOUNT */
    int mask;      /* what it is wanted for, beside LUA_MASKCOUNT */
    /* Both may be NULL. */
    void (*member)(lua_State *L, const struct json *object, struct str key); /* was read */
    void (*walk)(lua_State *L, const struct json *json); /* all of it may have been read */
};

struct sandbox {
    struct sandbox_setup setup;
    lua_State *state; /* NULL: closed */
    struct budget budget;
    bool loading;
    bool is_wide; /* a table may get more keys than code could give it: they are strings of JSON, or
                     paid for one by one. Ends with the call */
    uintptr_t turn; /* goes up with each event; views of an earlier turn are dead */
    uintptr_t digits_turn;
    const void *event_table; /* of this turn, by lua_topointer; NULL: not made yet */
    const struct json *event_json;
    struct arena lasting;                /* JSON: as long as the state */
    struct arena passing;                /* JSON: as long as the turn */
    size_t lasting_bytes, passing_bytes; /* that the budget counts for both */
    struct sandbox_source *sources;
    struct buf scratch;    /* for one C function at a time: what raises must not hold memory */
    unsigned refused_line; /* where memory was asked for in vain; 0: unknown */
    const struct sandbox_watch *watch; /* NULL: nobody looks; changed while it is closed */
    unsigned usual_line;               /* of a failure that has no line of its own; 0: none */
    unsigned error_line;               /* of the last failure; 0: unknown */
    struct buf error;                  /* its text without a place */
};

void sandbox_init(struct sandbox *sandbox, const struct sandbox_setup *setup);
void sandbox_release(struct sandbox *sandbox);

/* Opens the state where it is closed: library, prepare, code. On failure error and error_line say
 * why, and the state stays closed. */
bool sandbox_open(struct sandbox *sandbox);

/* Runs `body` with `context` as its only argument (a light userdata). The diagnostic reads
 * `file:line: text`. */
bool sandbox_call(struct sandbox *sandbox, lua_CFunction body, void *context, struct diag *diag);

/* From here on each call of each sandbox of this process adds 1, for whoever watches from outside. */
void sandbox_beats(_Atomic uint64_t *beats);

/* The next call opens it anew. */
void sandbox_close(struct sandbox *sandbox);

/* A new event: tables made from JSON in the turn before become empty where they were not filled. */
void sandbox_turn(struct sandbox *sandbox);

/* ---- for C functions inside ---- */

struct sandbox *sandbox_of(lua_State *L);

/* The hook that counts the steps of the VM. */
void sandbox_count(lua_State *L, lua_Debug *activation);

/* Pays for work that the VM does not see. Raises when the budget is used up. */
void sandbox_charge(lua_State *L, size_t steps);

/* Runs `body` with the same arguments at no cost in steps. */
int sandbox_give(lua_State *L, lua_CFunction body);

/* Counts what is kept outside of the state for as long as `sandbox_json_arena` lasts. Raises when
 * the rule has no memory left for it. */
void sandbox_hold(lua_State *L, size_t bytes);
void sandbox_let_go(lua_State *L, size_t bytes);
struct arena *sandbox_json_arena(lua_State *L);

/* The rule asked for more than there is, of something Lua does not count. Does not return. */
void sandbox_exhausted(lua_State *L);

/* The text of NAME.lua from the first directory that has it, read once; after loading no file is read
 * any more. at == NULL: there is none. */
struct str sandbox_module(struct sandbox *sandbox, const char *name);

/* Compiles text under a chunk name (as in lua_load) with `line` - 1 empty lines before it, and
 * pushes the function. Raises on a syntax error. */
void sandbox_load(lua_State *L, struct str code, const char *chunk, unsigned line);

#endif
