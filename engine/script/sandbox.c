#include "script/sandbox.h"

#include "base/mem.h"
#include "script/library.h"
#include "script/modules.h"

#include <assert.h>
#include <lauxlib.h>
#include <stdlib.h>

enum {
    HOOK_STEPS = 100, /* an instruction may compare or copy a million bytes */
    LOAD_PARTS = 2,   /* loading may cost half a call: after a kill, a call has to load first */
    OBJECT_STEPS = 2,
    OBJECT_BYTES_A_STEP = 32,
    NODE = 24, /* bytes of a key and its value in a table; always a power of two of them */
    MOST_NODES = 4096,
    MOST_NODES_LOADING = 16384,
    SHORT_STRING = 65, /* bytes of the longest that Lua keeps once: a new one may be an old one */
    CODE_PIECE = 1024,
    MOST_LEVELS = 100,
    MOST_LINES = 1 << 20,
    MOST_TEXT = 2000, /* bytes of an error */
    KEPT_SCRATCH = 1 << 16,
};

struct sandbox_source {
    struct sandbox_source *next;
    struct str text;
    char name[];
};

/* ---- budgets ---- */

static void check_budget(lua_State *L, struct sandbox *sandbox) {
    if (!budget_is_over(&sandbox->budget)) return;
    lua_pushstring(L, sandbox->budget.over); // over
    lua_error(L);
}

void sandbox_count(lua_State *L, lua_Debug *activation) {
    (void)activation;
    struct sandbox *sandbox = sandbox_of(L);
    budget_pay(&sandbox->budget, HOOK_STEPS);
    check_budget(L, sandbox);
}

void sandbox_charge(lua_State *L, size_t steps) {
    struct sandbox *sandbox = sandbox_of(L);
    if (budget_pay(&sandbox->budget, steps)) check_budget(L, sandbox);
}

int sandbox_give(lua_State *L, lua_CFunction body) {
    struct sandbox *sandbox = sandbox_of(L);
    long steps = sandbox->budget.steps;
    bool was_wide = sandbox->is_wide;
    sandbox->budget.steps = (long)sandbox->budget.limits.steps;
    sandbox->is_wide = true;
    int results = body(L);
    sandbox->is_wide = was_wide;
    sandbox->budget.steps = steps;
    return results;
}

void sandbox_exhausted(lua_State *L) {
    struct sandbox *sandbox = sandbox_of(L);
    budget_end(&sandbox->budget, FAILURE_MEMORY);
    lua_pushstring(L, sandbox->budget.over); // over
    lua_error(L);
}

static size_t *held_bytes(struct sandbox *sandbox) {
    return sandbox->loading ? &sandbox->lasting_bytes : &sandbox->passing_bytes;
}

void sandbox_hold(lua_State *L, size_t bytes) {
    struct sandbox *sandbox = sandbox_of(L);
    if (!budget_hold(&sandbox->budget, bytes)) sandbox_exhausted(L);
    *held_bytes(sandbox) += bytes;
}

void sandbox_let_go(lua_State *L, size_t bytes) {
    struct sandbox *sandbox = sandbox_of(L);
    sandbox->budget.outside -= bytes;
    *held_bytes(sandbox) -= bytes;
}

struct arena *sandbox_json_arena(lua_State *L) {
    struct sandbox *sandbox = sandbox_of(L);
    return sandbox->loading ? &sandbox->lasting : &sandbox->passing;
}

static void refill(struct sandbox *sandbox) {
    budget_refill(&sandbox->budget, sandbox->loading ? LOAD_PARTS : 1);
    sandbox->is_wide = false;
    sandbox->refused_line = sandbox->error_line = 0;
    buf_reset(&sandbox->error);
}

/* ---- memory ---- */

/* The nearest line of the code itself: an error inside the library is of interest there. */
static unsigned nearest_line(lua_State *L) {
    lua_Debug at;
    for (int level = 0; level < MOST_LEVELS && lua_getstack(L, level, &at); level++) {
        lua_getinfo(L, "Sl", &at);
        if (strcmp(at.source, "=" SANDBOX_CHUNK) == 0 && at.currentline > 0)
            return (unsigned)at.currentline;
    }
    return 0;
}

/* Objects are paid for here, since an instruction may make a large one. Nothing can be raised in the
 * middle of an allocation: the next instructions find the budget used up. */
static void pay_object(struct budget *budget, size_t kind, size_t size) {
    bool is_short = kind == LUA_TSTRING && size <= SHORT_STRING;
    if (kind >= LUA_TSTRING && !is_short)
        budget_pay(budget, OBJECT_STEPS + size / OBJECT_BYTES_A_STEP);
}

/* Keys that are numbers can be chosen so that all fall together, and one instruction moves them all
 * when a table grows: 16,384 of them took half a second. */
static bool has_too_many_nodes(const struct sandbox *sandbox, size_t size) {
    size_t nodes = size / NODE, most = sandbox->loading ? MOST_NODES_LOADING : MOST_NODES;
    bool are_nodes = size % NODE == 0 && (nodes & (nodes - 1)) == 0;
    return are_nodes && nodes > most && !sandbox->is_wide;
}

static bool may_have(struct sandbox *sandbox, const void *at, size_t kind, size_t old, size_t new) {
    if (new <= old) return true;
    if (!at && kind == 0 && has_too_many_nodes(sandbox, new)) {
        sandbox->budget.refused = new;
        return false;
    }
    return budget_grow(&sandbox->budget, new, new - old);
}

static void *allocate(void *context, void *at, size_t old, size_t new) {
    struct sandbox *sandbox = context;
    size_t kind = at ? 0 : old; /* Lua says there what kind of object it wants */
    if (!at) old = 0;
    if (!may_have(sandbox, at, kind, old, new)) {
        if (sandbox->state) sandbox->refused_line = nearest_line(sandbox->state);
        return NULL;
    }
    pay_object(&sandbox->budget, kind, new);
    sandbox->budget.memory += new - old;
    if (new) return mem_resize(at, new);
    mem_free(at);
    return NULL;
}

/* ---- failures ---- */

/* "rule:12: text" gives 12 and the text behind it. */
static unsigned split_place(const char **text) {
    if (strncmp(*text, SANDBOX_CHUNK ":", sizeof SANDBOX_CHUNK) != 0) return 0;
    char *end;
    unsigned long line = strtoul(*text + sizeof SANDBOX_CHUNK, &end, 10);
    if (end[0] != ':' || end[1] != ' ' || line > MOST_LINES) return 0;
    *text = end + 2;
    return (unsigned)line;
}

/* Cut where it is long; a NUL would hide what is behind it. */
static void add_error(struct buf *to, struct str text) {
    if (text.len == 0) buf_add_text(to, "raised an error without a text");
    for (size_t i = 0; i < text.len && i < MOST_TEXT; i++)
        if (text.at[i])
            buf_add_char(to, text.at[i]);
        else
            buf_add_text(to, "\\0");
}

/* The message handler. Allocates nothing in the state, which may have no memory left. */
static int explain(lua_State *L) {
    struct sandbox *sandbox = sandbox_of(L);
    buf_reset(&sandbox->error);
    sandbox->error_line = 0;
    if (lua_type(L, 1) == LUA_TSTRING) {
        size_t len;
        const char *begin = lua_tolstring(L, 1, &len), *text = begin;
        sandbox->error_line = split_place(&text);
        add_error(&sandbox->error, (struct str){text, len - (size_t)(text - begin)});
    } else {
        buf_add_format(&sandbox->error, "raised a %s as an error, which is no text",
            lua_typename(L, lua_type(L, 1)));
    }
    if (!sandbox->error_line) sandbox->error_line = nearest_line(L);
    return 1; // error
}

/* Of memory always the same is said: the error itself may be what memory was left for. */
static void explain_status(struct sandbox *sandbox, int status) {
    struct budget *budget = &sandbox->budget;
    if (status == LUA_ERRMEM || budget->refused) budget_end(budget, FAILURE_MEMORY);
    if (!budget->over) budget->failure = FAILURE_ERROR;
    if (status != LUA_ERRRUN || budget->failure == FAILURE_MEMORY) {
        buf_reset(&sandbox->error);
        buf_add_text(&sandbox->error, budget->over ? budget->over : "failed while failing");
    }
    if (budget->failure == FAILURE_MEMORY && sandbox->refused_line)
        sandbox->error_line = sandbox->refused_line;
}

void sandbox_close(struct sandbox *sandbox) {
    if (sandbox->state) lua_close(sandbox->state);
    sandbox->state = NULL;
    arena_reset(&sandbox->lasting);
    sandbox->budget.outside -= sandbox->lasting_bytes;
    sandbox->lasting_bytes = 0;
    sandbox->digits_turn = 0;
    sandbox->event_table = NULL;
    assert(sandbox->budget.memory == 0);
}

/* ---- the one way in ---- */

/* What a large call leaves behind must not count against the next one. */
static void tidy(struct sandbox *sandbox) {
    if (sandbox->budget.memory <= (size_t)sandbox->budget.limits.memory / 4) return;
    sandbox->budget.refusals = 0;
    lua_gc(sandbox->state, LUA_GCCOLLECT);
}

static bool enter(struct sandbox *sandbox, lua_CFunction body, void *context) {
    const struct sandbox_watch *watch = sandbox->watch;
    lua_State *L = sandbox->state;
    assert(lua_gettop(L) == 0);
    refill(sandbox);
    lua_sethook(L, watch ? watch->hook : sandbox_count, LUA_MASKCOUNT | (watch ? watch->mask : 0),
        HOOK_STEPS);
    lua_pushcfunction(L, explain);      // explain
    lua_pushcfunction(L, body);         // explain body
    lua_pushlightuserdata(L, context);  // explain body context
    int status = lua_pcall(L, 1, 0, 1); // explain [error]
    if (status != LUA_OK) explain_status(sandbox, status);
    lua_settop(L, 0); //
    if (sandbox->scratch.room > KEPT_SCRATCH) buf_release(&sandbox->scratch);
    if (status != LUA_OK && (sandbox->budget.over || status != LUA_ERRRUN))
        sandbox_close(sandbox);
    else
        tidy(sandbox);
    return status == LUA_OK;
}

static int open_body(lua_State *L) {
    struct sandbox *sandbox = lua_touserdata(L, 1); // sandbox
    library_open(L);
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
    if (!opened) sandbox_close(sandbox);
    return opened;
}

static bool report(const struct sandbox *sandbox, struct diag *diag) {
    const char *file = sandbox->setup.file, *text = buf_text(&sandbox->error);
    unsigned line = sandbox->error_line ? sandbox->error_line : sandbox->usual_line;
    if (line) return diag_set(diag, "%s:%u: %s", file, line, text);
    return diag_set(diag, "%s: %s", file, text);
}

static _Atomic uint64_t *heart;

static void beat(void) {
    if (heart) atomic_fetch_add_explicit(heart, 1, memory_order_release);
}

void sandbox_beats(_Atomic uint64_t *beats) {
    heart = beats;
}

bool sandbox_call(struct sandbox *sandbox, lua_CFunction body, void *context, struct diag *diag) {
    beat();
    bool open = sandbox_open(sandbox);
    beat();
    if (open && enter(sandbox, body, context)) return true;
    return report(sandbox, diag);
}

/* ---- the rest ---- */

void sandbox_init(struct sandbox *sandbox, const struct sandbox_setup *setup) {
    *sandbox = (struct sandbox){.setup = *setup, .turn = 1};
    sandbox->budget.limits = setup->limits;
}

void sandbox_release(struct sandbox *sandbox) {
    sandbox_close(sandbox);
    for (struct sandbox_source *next, *source = sandbox->sources; source; source = next) {
        next = source->next;
        mem_free(source);
    }
    arena_release(&sandbox->lasting);
    arena_release(&sandbox->passing);
    buf_release(&sandbox->scratch);
    buf_release(&sandbox->error);
}

void sandbox_turn(struct sandbox *sandbox) {
    sandbox->turn++;
    sandbox->event_table = NULL;
    arena_reset(&sandbox->passing);
    sandbox->budget.outside -= sandbox->passing_bytes;
    sandbox->passing_bytes = 0;
}

struct sandbox *sandbox_of(lua_State *L) {
    return *(struct sandbox **)lua_getextraspace(L);
}

static void keep_source(struct sandbox *sandbox, const char *name, struct str text) {
    size_t len = strlen(name);
    struct sandbox_source *source = mem_alloc(sizeof *source + len + 1);
    source->next = sandbox->sources;
    source->text = text;
    memcpy(source->name, name, len);
    sandbox->sources = source;
}

static struct str find_module(const struct sandbox *sandbox, const char *name) {
    struct str text = {0};
    for (const char *const *dir = sandbox->setup.dirs; *dir && !text.at; dir++)
        text = modules_text(*dir, name);
    return text;
}

struct str sandbox_module(struct sandbox *sandbox, const char *name) {
    const struct sandbox_source *source = sandbox->sources;
    while (source && strcmp(source->name, name) != 0) source = source->next;
    if (source) return source->text;
    struct str text = {0};
    if (sandbox->loading) text = find_module(sandbox, name);
    if (text.at) keep_source(sandbox, name, text);
    return text;
}

struct reader {
    unsigned newlines, line; /* the line at which the piece `read` begins */
    struct str read, code;
};

static unsigned count_lines(struct str text) {
    unsigned lines = 0;
    for (size_t i = 0; i < text.len; i++) lines += text.at[i] == '\n';
    return lines;
}

/* The compiler runs no instruction: it pays here, and a source made to be slow ends here. */
static const char *read_code(lua_State *L, void *context, size_t *len) {
    static const char newlines[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
    struct reader *reader = context;
    if (reader->newlines) {
        *len = reader->newlines < sizeof newlines - 1 ? reader->newlines : sizeof newlines - 1;
        reader->newlines -= (unsigned)*len;
        return newlines;
    }
    sandbox_charge(L, reader->read.len);
    reader->line += count_lines(reader->read);
    reader->read.at = reader->code.at;
    reader->read.len = *len = reader->code.len < CODE_PIECE ? reader->code.len : CODE_PIECE;
    reader->code.at += *len;
    reader->code.len -= *len;
    return reader->read.at;
}

/* Not every error of the compiler has a place: it is in the piece that was read last. */
static void fail_to_load(lua_State *L, int status, const char *chunk, const struct reader *reader) {
    struct sandbox *sandbox = sandbox_of(L);
    const char *text = lua_tostring(L, -1), *name = chunk + 1;
    size_t len = strlen(name);
    if (status == LUA_ERRMEM) sandbox->refused_line = reader->line;
    if (status != LUA_ERRMEM && !(strncmp(text, name, len) == 0 && text[len] == ':'))
        lua_pushfstring(L, "%s:%d: %s", name, (int)reader->line, text);
    lua_error(L);
}

void sandbox_load(lua_State *L, struct str code, const char *chunk, unsigned line) {
    unsigned first = line ? line : 1;
    struct reader reader = {first - 1, first, {0}, code};
    int status = lua_load(L, read_code, &reader, chunk, "t"); // function
    if (status != LUA_OK) fail_to_load(L, status, chunk, &reader);
}
