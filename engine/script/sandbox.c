#include "script/sandbox.h"

#include "base/mem.h"
#include "script/library.h"
#include "script/modules.h"

#include <assert.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <time.h>

enum {
    HOOK_STEPS = 1000,
    LOAD_FACTOR = 10, /* loading may cost that many calls */
    MOST_REFUSED = 4, /* each refusal runs a full collection; more of them are a stall */
};

struct sandbox_source {
    struct sandbox_source *next;
    const char *name;
    struct str text;
};

/* ---- budgets ---- */

static bool may_grow(struct sandbox *sandbox, size_t bytes) {
    bool fits = bytes <= sandbox->setup.limits.memory &&
                sandbox->memory <= sandbox->setup.limits.memory - bytes;
    if (fits && sandbox->refused < MOST_REFUSED) return true;
    sandbox->refused++;
    return false;
}

static void *allocate(void *context, void *at, size_t old, size_t new) {
    struct sandbox *sandbox = context;
    if (!at) old = 0; /* Lua says there what kind of object it wants */
    if (new > old && !may_grow(sandbox, new - old)) return NULL;
    sandbox->memory += new - old;
    if (new) return mem_resize(at, new);
    mem_free(at);
    return NULL;
}

/* Of this thread alone: a busy machine must not make a rule fail. */
static int64_t cpu_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static long calls_worth(const struct sandbox *sandbox) {
    return sandbox->loading ? LOAD_FACTOR : 1;
}

static void check_budget(lua_State *L, struct sandbox *sandbox) {
    int64_t now = cpu_us();
    if (!sandbox->cpu_end_us)
        sandbox->cpu_end_us = now + sandbox->setup.limits.cpu_ms * 1000 * calls_worth(sandbox);
    if (sandbox->steps > 0 && now < sandbox->cpu_end_us) return;
    sandbox->failure = sandbox->steps > 0 ? FAILURE_DEADLINE : FAILURE_CPU;
    sandbox->over = sandbox->steps > 0 ? "took too much time" : "took too many steps";
    lua_pushstring(L, sandbox->over); // over
    lua_error(L);
}

static void count_steps(lua_State *L, lua_Debug *activation) {
    (void)activation;
    struct sandbox *sandbox = sandbox_of(L);
    sandbox->steps -= HOOK_STEPS;
    check_budget(L, sandbox);
}

void sandbox_charge(lua_State *L, size_t steps) {
    struct sandbox *sandbox = sandbox_of(L);
    long before = sandbox->steps;
    sandbox->steps = steps < (size_t)before ? before - (long)steps : 0;
    if (sandbox->steps / HOOK_STEPS != before / HOOK_STEPS || !sandbox->steps)
        check_budget(L, sandbox);
}

static void refill(struct sandbox *sandbox) {
    sandbox->steps = sandbox->setup.limits.steps * calls_worth(sandbox);
    sandbox->cpu_end_us = 0;
    sandbox->refused = 0;
    sandbox->over = NULL;
    sandbox->failure = FAILURE_NONE;
    sandbox->error_line = 0;
    buf_reset(&sandbox->error);
}

/* ---- failures ---- */

/* "rule:12: text" gives 12 and the text behind it. */
static unsigned split_place(const char **text) {
    if (strncmp(*text, SANDBOX_CHUNK ":", sizeof SANDBOX_CHUNK) != 0) return 0;
    char *end;
    unsigned long line = strtoul(*text + sizeof SANDBOX_CHUNK, &end, 10);
    if (end[0] != ':' || end[1] != ' ') return 0;
    *text = end + 2;
    return (unsigned)line;
}

/* The nearest line of the code itself: an error inside the library is of interest there. */
static unsigned nearest_line(lua_State *L) {
    lua_Debug at;
    for (int level = 0; lua_getstack(L, level, &at); level++) {
        lua_getinfo(L, "Sl", &at);
        if (strcmp(at.source, "=" SANDBOX_CHUNK) == 0 && at.currentline > 0)
            return (unsigned)at.currentline;
    }
    return 0;
}

/* The message handler. Allocates nothing in the state, which may have no memory left. */
static int explain(lua_State *L) {
    struct sandbox *sandbox = sandbox_of(L);
    const char *text = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : NULL;
    buf_reset(&sandbox->error);
    sandbox->error_line = text ? split_place(&text) : 0;
    if (!sandbox->error_line) sandbox->error_line = nearest_line(L);
    if (text)
        buf_add_text(&sandbox->error, text);
    else
        buf_add_format(&sandbox->error, "raised a %s as an error, which is no text",
            lua_typename(L, lua_type(L, 1)));
    return 1; // error
}

static void explain_status(struct sandbox *sandbox, int status) {
    if (sandbox->failure == FAILURE_NONE) sandbox->failure = FAILURE_ERROR;
    if (status == LUA_ERRRUN && !sandbox->refused) return;
    if (sandbox->failure == FAILURE_ERROR) sandbox->failure = FAILURE_MEMORY;
    if (status == LUA_ERRRUN) {
        sandbox->over = "used too much memory"; /* the text may be what memory was left for */
        return;
    }
    sandbox->over = status == LUA_ERRMEM ? "used too much memory" : "failed while failing";
    sandbox->error_line = 0;
    buf_reset(&sandbox->error);
    buf_add_text(&sandbox->error, sandbox->over);
}

static void close_state(struct sandbox *sandbox) {
    if (sandbox->state) lua_close(sandbox->state);
    sandbox->state = NULL;
    arena_reset(&sandbox->lasting);
    sandbox->digits_turn = 0;
    assert(sandbox->memory == 0);
}

/* ---- the one way in ---- */

static bool enter(struct sandbox *sandbox, lua_CFunction body, void *context) {
    lua_State *L = sandbox->state;
    assert(lua_gettop(L) == 0);
    refill(sandbox);
    lua_sethook(L, count_steps, LUA_MASKCOUNT, HOOK_STEPS);
    lua_pushcfunction(L, explain);      // explain
    lua_pushcfunction(L, body);         // explain body
    lua_pushlightuserdata(L, context);  // explain body context
    int status = lua_pcall(L, 1, 0, 1); // explain [error]
    if (status != LUA_OK) explain_status(sandbox, status);
    lua_settop(L, 0); //
    if (sandbox->over) close_state(sandbox);
    return status == LUA_OK;
}

static int open_body(lua_State *L) {
    struct sandbox *sandbox = lua_touserdata(L, 1); // sandbox
    library_open(L);
    if (sandbox->setup.prepare) sandbox->setup.prepare(L, sandbox->setup.context);
    sandbox_load(L, sandbox->setup.code, "=" SANDBOX_CHUNK, sandbox->setup.line); // sandbox chunk
    library_environment(L);   // sandbox chunk env
    lua_setupvalue(L, -2, 1); // sandbox chunk
    lua_call(L, 0, 0);        // sandbox
    return 0;
}

bool sandbox_open(struct sandbox *sandbox) {
    if (sandbox->state) return true;
    refill(sandbox);
    sandbox->state = lua_newstate(allocate, sandbox);
    *(struct sandbox **)lua_getextraspace(sandbox->state) = sandbox;
    sandbox->loading = true;
    bool opened = enter(sandbox, open_body, sandbox);
    sandbox->loading = false;
    if (!opened) close_state(sandbox);
    return opened;
}

static bool report(const struct sandbox *sandbox, struct diag *diag) {
    const char *file = sandbox->setup.file, *text = buf_text(&sandbox->error);
    if (sandbox->error_line) return diag_set(diag, "%s:%u: %s", file, sandbox->error_line, text);
    return diag_set(diag, "%s: %s", file, text);
}

static _Atomic uint64_t *heart;

void sandbox_beats(_Atomic uint64_t *beats) {
    heart = beats;
}

bool sandbox_call(struct sandbox *sandbox, lua_CFunction body, void *context, struct diag *diag) {
    if (heart) atomic_fetch_add_explicit(heart, 1, memory_order_release);
    if (sandbox_open(sandbox) && enter(sandbox, body, context)) return true;
    return report(sandbox, diag);
}

/* ---- the rest ---- */

void sandbox_init(struct sandbox *sandbox, const struct sandbox_setup *setup) {
    *sandbox = (struct sandbox){.setup = *setup, .turn = 1};
}

void sandbox_release(struct sandbox *sandbox) {
    close_state(sandbox);
    arena_release(&sandbox->kept);
    arena_release(&sandbox->lasting);
    arena_release(&sandbox->passing);
    buf_release(&sandbox->scratch);
    buf_release(&sandbox->error);
}

void sandbox_turn(struct sandbox *sandbox) {
    sandbox->turn++;
    arena_reset(&sandbox->passing);
}

struct sandbox *sandbox_of(lua_State *L) {
    return *(struct sandbox **)lua_getextraspace(L);
}

static struct str read_module(struct sandbox *sandbox, const char *name) {
    struct buf text;
    buf_init(&text);
    struct str kept = {0};
    for (const char *const *dir = sandbox->setup.dirs; *dir && !kept.at; dir++)
        if (modules_read(*dir, name, &text)) kept = arena_copy(&sandbox->kept, buf_str(&text));
    buf_release(&text);
    return kept;
}

struct str sandbox_module(struct sandbox *sandbox, const char *name) {
    struct sandbox_source *source = sandbox->sources;
    while (source && strcmp(source->name, name) != 0) source = source->next;
    if (source) return source->text;
    struct str text = read_module(sandbox, name);
    if (!text.at) return text;
    source = arena_new(&sandbox->kept, struct sandbox_source);
    *source = (struct sandbox_source){sandbox->sources, arena_text(&sandbox->kept, name), text};
    sandbox->sources = source;
    return text;
}

struct reader {
    unsigned newlines;
    struct str code;
};

static const char *read_code(lua_State *L, void *context, size_t *len) {
    static const char newlines[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
    struct reader *reader = context;
    (void)L;
    if (reader->newlines) {
        *len = reader->newlines < sizeof newlines - 1 ? reader->newlines : sizeof newlines - 1;
        reader->newlines -= (unsigned)*len;
        return newlines;
    }
    *len = reader->code.len;
    reader->code.len = 0;
    return reader->code.at;
}

void sandbox_load(lua_State *L, struct str code, const char *chunk, unsigned line) {
    struct reader reader = {line ? line - 1 : 0, code};
    if (lua_load(L, read_code, &reader, chunk, "t") != LUA_OK) lua_error(L); // function
}
