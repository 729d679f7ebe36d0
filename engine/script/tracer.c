#include "script/tracer.h"

#include "base/mem.h"
#include "script/library.h"
#include "script/view.h"
#include "text/json_short.h"

enum {
    MOST_FRAMES = 64,
    MOST_NOTES = 200,
    MOST_LOOKS = 20000, /* what a call does behind so many is not looked at: it may be a loop */
    MOST_ARGUMENTS = 6,
    SHOWN = 60, /* bytes of an argument or an answer */
};

/* A call that is under way. */
struct frame {
    bool own;                /* of the rule's code */
    struct trace_note *note; /* of the library, called by the rule's code; NULL: not noted */
};

struct tracer {
    struct sandbox_watch watch; /* first: the sandbox knows it as that */
    struct sandbox *sandbox;
    struct rule_trace *trace;
    const struct event *const *event;
    struct trace_asked *asked; /* NULL between calls */
    struct trace_note **end;
    struct frame frames[MOST_FRAMES];
    size_t depth; /* there may be more than are kept */
    size_t notes, looks;
    size_t pending; /* calls of the library that are noted and under way */
    struct buf text;
};

static struct tracer *tracer_of(lua_State *L) {
    return (struct tracer *)sandbox_of(L)->watch;
}

/* The first frame is the engine's own, and while code loads it is not asked about an event. */
static bool is_inside(const struct tracer *tracer) {
    return tracer->asked && tracer->depth > 1 && !tracer->sandbox->loading;
}

static struct str take_text(struct tracer *tracer) {
    struct str copy = arena_copy(&tracer->trace->arena, buf_str(&tracer->text));
    buf_reset(&tracer->text);
    return copy;
}

/* ---- notes ---- */

static bool is_noted(const struct trace_asked *asked, const struct trace_note *note) {
    for (const struct trace_note *at = asked->notes; at; at = at->next)
        if (at->kind == note->kind && at->value == note->value && str_eq(at->what, note->what))
            return true;
    return false;
}

static struct trace_note *add_note(struct tracer *tracer, struct trace_note note) {
    note.line = tracer->asked->line;
    note.inside = tracer->pending > 0;
    if (note.kind == TRACE_READ && is_noted(tracer->asked, &note)) return NULL;
    tracer->asked->cut |= tracer->notes == MOST_NOTES;
    if (tracer->asked->cut) return NULL;
    tracer->notes++;
    *tracer->end = arena_new(&tracer->trace->arena, struct trace_note);
    **tracer->end = note;
    struct trace_note *added = *tracer->end;
    tracer->end = &added->next;
    return added;
}

/* What was read on the way to something below it says nothing of its own. */
static void drop_note(struct tracer *tracer, const struct json *value) {
    struct trace_note **at = &tracer->asked->notes;
    while (*at && !((*at)->kind == TRACE_READ && (*at)->value == value)) at = &(*at)->next;
    if (!*at) return;
    if (tracer->end == &(*at)->next) tracer->end = at;
    *at = (*at)->next;
    tracer->notes--;
}

/* ---- paths of the event ---- */

/* The path begins at `begin` of the buffer. */
static void add_key(struct buf *to, size_t begin, struct str key) {
    if (to->len > begin) buf_add_char(to, '.');
    for (size_t i = 0; i < key.len; i++) {
        if (key.at[i] == '.') buf_add_char(to, '\\');
        buf_add_char(to, key.at[i]);
    }
}

static bool find_path(
    struct buf *to, size_t begin, const struct json *at, const struct json *wanted) {
    size_t len = to->len;
    if (at == wanted) return true;
    for (size_t i = 0; i < at->count && at->type >= JSON_ARRAY; i++) {
        bool is_array = at->type == JSON_ARRAY;
        if (is_array)
            buf_add_format(to, "[%zu]", i + 1);
        else
            add_key(to, begin, at->members[i].key);
        const struct json *below = is_array ? &at->items[i] : &at->members[i].value;
        if (find_path(to, begin, below, wanted)) return true;
        to->len = len;
    }
    return false;
}

/* Into tracer->text. */
static bool find_in_event(struct tracer *tracer, const struct json *wanted) {
    const struct event *event = *tracer->event;
    buf_reset(&tracer->text);
    return event && find_path(&tracer->text, 0, event->root, wanted);
}

static void note_walk(lua_State *L, const struct json *json) {
    struct tracer *tracer = tracer_of(L);
    if (!is_inside(tracer) || tracer->asked->cut || !find_in_event(tracer, json)) return;
    add_note(
        tracer, (struct trace_note){.kind = TRACE_READ, .what = take_text(tracer), .value = json});
}

static void note_member(lua_State *L, const struct json *object, struct str key) {
    struct tracer *tracer = tracer_of(L);
    if (!is_inside(tracer) || tracer->asked->cut || !find_in_event(tracer, object)) return;
    add_key(&tracer->text, 0, key);
    drop_note(tracer, object);
    add_note(
        tracer, (struct trace_note){
                    .kind = TRACE_READ, .what = take_text(tracer), .value = json_get(object, key)});
}

/* ---- calls of the library ---- */

static bool is_same(lua_State *L, int function) {
    return lua_rawequal(L, -1, function);
}

/* The key under which the function stands in the library on top; NULL: it does not. */
static const char *member_name(lua_State *L, int function) {
    lua_pushnil(L);
    while (lua_next(L, -2)) { // library key value
        if (lua_type(L, -2) == LUA_TSTRING && is_same(L, function)) {
            lua_pop(L, 1); // library key
            const char *name = lua_tostring(L, -1);
            lua_pop(L, 1); // library
            return name;
        }
        lua_pop(L, 1); // library key
    }
    return NULL;
}

/* Of the value on top, which stands under the key below it. */
static bool add_name(struct buf *to, lua_State *L, int function) {
    const char *key = lua_tostring(L, -2);
    if (is_same(L, function)) return buf_add_text(to, key), true;
    if (!lua_istable(L, -1) || !library_thaw(L, -1)) return false;
    const char *name = member_name(L, function); // … library
    lua_pop(L, 1);                               // …
    if (name) buf_add_format(to, "%s.%s", key, name);
    return name != NULL;
}

/* Looks through the table on top, and pops it. */
static bool find_name(struct buf *to, lua_State *L, int function) {
    bool found = false;
    lua_pushnil(L);
    while (!found && lua_next(L, -2)) { // table key value
        found = lua_type(L, -2) == LUA_TSTRING && add_name(to, L, function);
        lua_pop(L, found ? 2 : 1); // table [key]
    }
    lua_pop(L, 1); //
    return found;
}

static bool is_of_interest(struct str name) {
    static const char *const dull[] = {
        "assert", "error", "ipairs", "next", "pairs", "require", "select", NULL};
    for (size_t i = 0; dull[i]; i++)
        if (str_is(name, dull[i])) return false;
    return true;
}

static void print_table(struct tracer *tracer, struct buf *to, lua_State *L, int index) {
    const struct json *json = view_json(L, index);
    const struct event *event = *tracer->event;
    size_t len = to->len;
    if (!json && library_thaw(L, index)) {
        json = view_json(L, -1);
        lua_pop(L, 1);
    }
    if (json && event && find_path(to, len, event->root, json)) {
        if (to->len == len) buf_add_text(to, "event");
    } else if (json) {
        json_print_short(to, json, SHOWN);
    } else {
        buf_add_text(to, "a table");
    }
}

static void print_value(struct tracer *tracer, struct buf *to, lua_State *L, int index) {
    struct str s;
    switch (lua_type(L, index)) {
    case LUA_TNIL: buf_add_text(to, "nil"); break;
    case LUA_TBOOLEAN: buf_add_text(to, lua_toboolean(L, index) ? "true" : "false"); break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index))
            buf_add_format(to, LUA_INTEGER_FMT, lua_tointeger(L, index));
        else
            buf_add_format(to, LUA_NUMBER_FMT, lua_tonumber(L, index));
        break;
    case LUA_TSTRING:
        s.at = lua_tolstring(L, index, &s.len);
        json_print_string_short(to, s, SHOWN);
        break;
    case LUA_TTABLE: print_table(tracer, to, L, index); break;
    default: buf_add_text(to, view_is_null(L, index) ? "null" : "a function");
    }
}

/* Those that were given or returned, as luaL_Debug says. */
static void print_transferred(struct tracer *tracer, lua_State *L, lua_Debug *at) {
    struct buf *to = &tracer->text;
    for (int i = 0; i < at->ntransfer; i++) {
        if (i) buf_add_text(to, i < MOST_ARGUMENTS ? ", " : ", …");
        if (i == MOST_ARGUMENTS || !lua_getlocal(L, at, at->ftransfer + i)) return; // value
        print_value(tracer, to, L, lua_gettop(L));
        lua_pop(L, 1); //
    }
}

/* Behind the name in tracer->text; an event of one argument needs no more words. */
static struct trace_note *note_call(struct tracer *tracer, lua_State *L, lua_Debug *at) {
    lua_getinfo(L, "fr", at); // function
    int function = lua_gettop(L);
    library_globals(L); // function globals
    buf_reset(&tracer->text);
    bool found = find_name(&tracer->text, L, function);
    if (!found) library_modules(L); // function [modules]
    if (!found) found = find_name(&tracer->text, L, function);
    lua_pop(L, 1); //
    if (!found || !is_of_interest(buf_str(&tracer->text))) return NULL;
    buf_add_char(&tracer->text, '(');
    print_transferred(tracer, L, at);
    buf_add_char(&tracer->text, ')');
    return add_note(tracer, (struct trace_note){.kind = TRACE_CALL, .what = take_text(tracer)});
}

static void note_answer(
    struct tracer *tracer, struct trace_note *note, lua_State *L, lua_Debug *at) {
    lua_getinfo(L, "r", at);
    buf_reset(&tracer->text);
    print_transferred(tracer, L, at);
    if (at->ntransfer == 0) buf_add_text(&tracer->text, "nil");
    note->answer = take_text(tracer);
}

/* ---- the hook ---- */

static bool is_own(lua_State *L, lua_Debug *at) {
    lua_getinfo(L, "S", at);
    return strcmp(at->source, "=" SANDBOX_CHUNK) == 0;
}

static void keep_line(struct tracer *tracer, lua_State *L, lua_Debug *at) {
    lua_getinfo(L, "l", at);
    if (at->currentline > 0) tracer->asked->line = (unsigned)at->currentline;
}

static void enter_frame(struct tracer *tracer, lua_State *L, lua_Debug *at, struct frame caller) {
    struct frame *frame = &tracer->frames[tracer->depth - 1];
    *frame = (struct frame){.own = is_own(L, at)};
    if (!frame->own) frame->note = caller.own ? note_call(tracer, L, at) : NULL;
    if (frame->note) tracer->pending++;
}

static void on_call(struct tracer *tracer, lua_State *L, lua_Debug *at) {
    struct frame caller = {0};
    if (tracer->depth && tracer->depth <= MOST_FRAMES) caller = tracer->frames[tracer->depth - 1];
    if (tracer->depth++ < MOST_FRAMES) enter_frame(tracer, L, at, caller);
}

/* It takes the place of its caller, and what it returns is what the caller does. */
static void on_tail_call(struct tracer *tracer, lua_State *L, lua_Debug *at) {
    if (!tracer->depth || tracer->depth > MOST_FRAMES) return;
    struct frame caller = tracer->frames[tracer->depth - 1];
    enter_frame(tracer, L, at, caller);
    if (caller.note) tracer->frames[tracer->depth - 1].note = caller.note;
}

static void on_return(struct tracer *tracer, lua_State *L, lua_Debug *at) {
    if (!tracer->depth || tracer->depth-- > MOST_FRAMES) return;
    const struct frame *frame = &tracer->frames[tracer->depth];
    if (frame->note) note_answer(tracer, frame->note, L, at);
    if (frame->note) tracer->pending--;
    if (frame->own) keep_line(tracer, L, at);
}

static void on_line(struct tracer *tracer, lua_State *L, lua_Debug *at) {
    bool kept = tracer->depth && tracer->depth <= MOST_FRAMES;
    if (kept && tracer->frames[tracer->depth - 1].own) keep_line(tracer, L, at);
}

/* From here on only steps are counted. */
static void look_away(struct tracer *tracer, lua_State *L) {
    tracer->asked->cut = true;
    lua_sethook(L, tracer->watch.hook, LUA_MASKCOUNT, lua_gethookcount(L));
}

static void hook(lua_State *L, lua_Debug *at) {
    struct tracer *tracer = tracer_of(L);
    if (at->event == LUA_HOOKCOUNT) {
        sandbox_count(L, at);
        return;
    }
    if (!tracer->asked || tracer->sandbox->loading) return;
    if (++tracer->looks > MOST_LOOKS) {
        look_away(tracer, L);
        return;
    }
    switch (at->event) {
    case LUA_HOOKCALL: on_call(tracer, L, at); break;
    case LUA_HOOKTAILCALL: on_tail_call(tracer, L, at); break;
    case LUA_HOOKRET: on_return(tracer, L, at); break;
    case LUA_HOOKLINE: on_line(tracer, L, at); break;
    }
}

/* ---- life ---- */

struct tracer *tracer_new(
    struct sandbox *sandbox, const struct event *const *event, struct rule_trace *trace) {
    struct tracer *tracer = mem_alloc(sizeof *tracer);
    tracer->watch = (struct sandbox_watch){
        hook, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, note_member, note_walk};
    tracer->sandbox = sandbox;
    tracer->event = event;
    tracer->trace = trace;
    if (!trace->end) trace->end = &trace->asked;
    sandbox_close(sandbox);
    sandbox->watch = &tracer->watch;
    return tracer;
}

void tracer_free(struct tracer *tracer) {
    if (!tracer) return;
    sandbox_close(tracer->sandbox);
    tracer->sandbox->watch = NULL;
    buf_release(&tracer->text);
    mem_free(tracer);
}

void tracer_begin(struct tracer *tracer, enum rule_function function) {
    struct trace_asked *asked = arena_new(&tracer->trace->arena, struct trace_asked);
    asked->function = function;
    *tracer->trace->end = asked;
    tracer->trace->end = &asked->next;
    tracer->asked = asked;
    tracer->end = &asked->notes;
    tracer->depth = tracer->notes = tracer->looks = tracer->pending = 0;
}

void tracer_end(struct tracer *tracer, struct str answer, const char *error) {
    struct arena *arena = &tracer->trace->arena;
    tracer->asked->answer = arena_copy(arena, answer);
    tracer->asked->error = arena_copy(arena, str_of(error));
    tracer->asked = NULL;
}

void rule_trace_release(struct rule_trace *trace) {
    arena_release(&trace->arena);
    *trace = (struct rule_trace){0};
}
