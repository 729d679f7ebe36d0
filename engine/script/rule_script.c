#include "script/rule_script.h"

#include "base/mem.h"
#include "base/suggest.h"
#include "script/branch_note.h"
#include "script/lib_notes.h"
#include "script/library.h"
#include "script/line_counter.h"
#include "script/order.h"
#include "script/print.h"
#include "script/rule_check.h"
#include "script/rule_lint.h"
#include "script/sandbox.h"
#include "script/tracer.h"
#include "script/view.h"

const char *const rule_function_names[RULE_FUNCTIONS + 1] = {
    [RULE_RULE] = "rule",
    [RULE_TITLE] = "title",
    [RULE_DEDUP] = "dedup",
    [RULE_SEVERITY] = "severity",
    [RULE_DESCRIPTION] = "description",
    [RULE_RUNBOOK] = "runbook",
    [RULE_REFERENCE] = "reference",
    [RULE_DESTINATIONS] = "destinations",
    [RULE_ALERT_CONTEXT] = "alert_context",
    [RULE_UNIQUE] = "unique",
    [RULE_DEDUP_PERIOD] = "dedup_period",
};

struct rule_script {
    const struct manifest *manifest;
    char *lua_dir;
    const char *dirs[2];
    struct sandbox sandbox;
    bool has[RULE_FUNCTIONS];
    unsigned lines[RULE_FUNCTIONS]; /* where they begin */
    const struct event *event;      /* NULL between events */
    struct tracer *tracer;          /* NULL: nobody asks why */
    struct line_counter *counter;   /* NULL: nobody asks what runs */
    struct rule_lines *counted;     /* by it */
};

/* ---- loading ---- */

/* Freezes the table on top and every table below it. */
static void freeze_all(lua_State *L, const char *name) {
    luaL_checkstack(L, 6, "params: nested too deeply");
    view_push_table(L, -1); // stub table
    lua_replace(L, -2);     // table
    lua_pushnil(L);
    while (lua_next(L, -2)) { // table key value
        if (lua_istable(L, -1)) {
            freeze_all(L, name);  // table key frozen
            lua_pushvalue(L, -2); // table key frozen key
            lua_insert(L, -2);    // table key key frozen
            lua_rawset(L, -4);    // table key
        } else {
            lua_pop(L, 1); // table key
        }
    }
    library_freeze(L, name); // frozen
}

static void push_params(lua_State *L, void *context) {
    const struct rule_script *script = context;
    if (script->manifest->params)
        view_push_lasting(L, script->manifest->params); // params
    else
        lua_newtable(L); // params
    freeze_all(L, "params");
}

static void push_notes(lua_State *L, void *context) {
    const struct rule_script *script = context;
    notes_push(L, &script->event); // event_notes
}

static void push_branch(lua_State *L, void *context) {
    const struct rule_script *script = context;
    branch_note_push(L, &script->counted->branches); // note
}

static const struct sandbox_global globals[] = {
    {"params", push_params}, {NOTES_NAME, push_notes}, {NULL, NULL}};

static const struct sandbox_global counted_globals[] = {
    {"params", push_params}, {NOTES_NAME, push_notes}, {BRANCH_NAME, push_branch}, {NULL, NULL}};

struct loading {
    struct rule_script *script;
    struct diags *diags;
    struct suggest suggest; /* for 'rule' */
};

static struct place place_at(const struct rule_script *script, unsigned line) {
    return (struct place){script->manifest->lua.file, line, 0};
}

/* Where the function on top begins; 0 for one of the library. */
static unsigned line_of(lua_State *L) {
    lua_Debug at;
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &at);
    return at.linedefined > 0 ? (unsigned)at.linedefined : 0;
}

/* Notes which functions there are. */
static int look_body(lua_State *L) {
    struct loading *loading = lua_touserdata(L, 1);
    struct rule_script *script = loading->script;
    if (script->manifest->params) library_need(L, "params");
    library_defined(L); // loading defined
    for (int i = 0; i < RULE_FUNCTIONS; i++) {
        lua_pushstring(L, rule_function_names[i]);
        int type = lua_rawget(L, 2); // loading defined function
        script->has[i] = type == LUA_TFUNCTION;
        if (script->has[i]) script->lines[i] = line_of(L);
        if (type != LUA_TNIL && type != LUA_TFUNCTION)
            diags_reject(loading->diags, "TC031", place_at(script, script->manifest->lua.line),
                "'%s' is a %s, expected a function", rule_function_names[i], lua_typename(L, type));
        lua_pop(L, 1); // loading defined
    }
    lua_pushnil(L);
    while (lua_next(L, 2)) { // loading defined key value
        if (lua_isfunction(L, -1) && lua_type(L, -2) == LUA_TSTRING)
            suggest_offer(&loading->suggest, lua_tostring(L, -2));
        lua_pop(L, 1); // loading defined key
    }
    return 0;
}

static bool look(struct rule_script *script, struct diags *diags) {
    struct loading loading = {script, diags, suggest_for(STR("rule"))};
    struct diag diag = {0};
    size_t errors = diags->errors;
    unsigned line = script->manifest->lua.line;
    if (!sandbox_call(&script->sandbox, look_body, &loading, &diag))
        return diags_reject(diags, "TC030", place_at(script, line), "%s", diag.text);
    const struct memory_rule *memory = &script->manifest->memory;
    if (memory->unique_asked && !script->has[RULE_UNIQUE])
        diags_reject(diags, "TC031", memory->place, "no function 'unique' in the Lua of the rule");
    if (script->manifest->resolve.when && !script->manifest->dedup.by_given &&
        !script->has[RULE_DEDUP])
        diags_reject(diags, "TC031", script->manifest->resolve.place,
            "'resolve: {when: …}' needs 'dedup: {by: …}', or a function 'dedup' in the Lua");
    bool selects = script->manifest->when || memory->kind == MEMORY_SEQUENCE;
    if (!script->has[RULE_RULE] && !selects) {
        const char *near = suggest_best(&loading.suggest);
        diags_reject(diags, "TC031", place_at(script, line),
            "no function 'rule' and no 'when'%s%s%s", near ? " (there is '" : "", near ? near : "",
            near ? "')" : "");
    }
    return diags->errors == errors;
}

static bool load(struct rule_script *script, struct diags *diags) {
    struct sandbox *sandbox = &script->sandbox;
    if (sandbox_open(sandbox)) return look(script, diags);
    if (rule_lint_syntax(&script->manifest->lua, diags)) return false;
    return diags_reject(
        diags, "TC030", place_at(script, sandbox->error_line), "%s", buf_text(&sandbox->error));
}

struct rule_script *rule_script_new(const struct manifest *manifest, const struct limits *limits,
    const char *lua_dir, struct diags *diags) {
    struct rule_script *script = mem_alloc(sizeof *script);
    script->manifest = manifest;
    script->lua_dir = mem_copy(lua_dir, strlen(lua_dir));
    script->dirs[0] = script->lua_dir;
    struct sandbox_setup setup = {
        .file = manifest->lua.file,
        .line = manifest->lua.line,
        .code = manifest->lua.code,
        .dirs = script->dirs,
        .globals = globals,
        .context = script,
        .limits = *limits,
    };
    sandbox_init(&script->sandbox, &setup);
    if (load(script, diags)) return script;
    rule_script_free(script);
    return NULL;
}

void rule_script_free(struct rule_script *script) {
    if (!script) return;
    tracer_free(script->tracer);
    line_counter_free(script->counter);
    sandbox_release(&script->sandbox);
    mem_free(script->lua_dir);
    mem_free(script);
}

bool rule_script_has(const struct rule_script *script, enum rule_function function) {
    return script->has[function];
}

void rule_script_check(const struct rule_script *script, struct diags *diags) {
    rule_check((struct sandbox *)&script->sandbox, script->manifest, diags);
}

/* ---- the event ---- */

void rule_script_event(struct rule_script *script, const struct event *event) {
    if (script->event) rule_script_done(script);
    script->event = event;
}

void rule_script_done(struct rule_script *script) {
    script->event = NULL;
    sandbox_turn(&script->sandbox);
}

/* ---- asking ---- */

/* One function asked about the event; `take` gets its answer on top of the stack. */
struct question {
    struct rule_script *script;
    enum rule_function function;
    void (*take)(lua_State *L, struct question *question);
    bool yes;
    struct buf *to;
};

/* An answer of the wrong kind is an error of the function, at the line where it begins. */
static void refuse(
    lua_State *L, const struct question *question, const char *is, const char *expected) {
    luaL_error(
        L, "%s answered %s, expected %s", rule_function_names[question->function], is, expected);
}

static const char *answer_name(lua_State *L) {
    if (lua_isnil(L, -1)) return "nil";
    if (view_is_null(L, -1)) return "null";
    return lua_pushfstring(L, "a %s", luaL_typename(L, -1));
}

/* Puts the function in place of what is on top, and remembers it: code defines nothing any more. */
static void find_function(lua_State *L, enum rule_function function) {
    library_defined(L); // none defined
    lua_pushstring(L, rule_function_names[function]);
    if (lua_rawget(L, -2) != LUA_TFUNCTION) // none defined function
        luaL_error(L, "no function '%s'", rule_function_names[function]);
    lua_pushvalue(L, -1);
    lua_rawseti(L, LUA_REGISTRYINDEX, SLOT_FUNCTIONS + function);
    lua_replace(L, -3); // function defined
    lua_pop(L, 1);      // function
}

static int ask_body(lua_State *L) {
    struct question *question = lua_touserdata(L, 1);
    if (lua_rawgeti(L, LUA_REGISTRYINDEX, SLOT_FUNCTIONS + question->function) != LUA_TFUNCTION)
        find_function(L, question->function);          // question function
    view_push_event(L, question->script->event->root); // question function event
    lua_call(L, 1, 1);                                 // question answer
    question->take(L, question);
    return 0;
}

static bool ask_traced(struct question *question, struct diag *diag) {
    struct tracer *tracer = question->script->tracer;
    size_t before = question->to ? question->to->len : 0;
    tracer_begin(tracer, question->function);
    bool good = sandbox_call(&question->script->sandbox, ask_body, question, diag);
    struct str answer = str_of(question->yes ? "true" : "false");
    if (question->to) answer = buf_str(question->to);
    if (question->to) answer = (struct str){answer.at + before, answer.len - before};
    tracer_end(tracer, good ? answer : (struct str){0}, good ? NULL : diag->text);
    return good;
}

static bool ask(struct question *question, struct diag *diag) {
    question->script->sandbox.usual_line = question->script->lines[question->function];
    if (question->script->tracer) return ask_traced(question, diag);
    return sandbox_call(&question->script->sandbox, ask_body, question, diag);
}

/* What was written before a failure does not stay. */
static bool ask_for_text(struct question *question, struct diag *diag) {
    size_t len = question->to->len;
    if (ask(question, diag)) return true;
    question->to->len = len;
    if (question->to->at) question->to->at[len] = '\0';
    return false;
}

static void take_yes(lua_State *L, struct question *question) {
    if (!lua_isnil(L, -1) && !lua_isboolean(L, -1))
        refuse(L, question, answer_name(L), "true, false or nil");
    question->yes = lua_toboolean(L, -1);
}

enum rule_answer rule_script_matches(struct rule_script *script, struct diag *diag) {
    struct question question = {.script = script, .function = RULE_RULE, .take = take_yes};
    if (!ask(&question, diag)) return RULE_FAILED;
    return question.yes ? RULE_YES : RULE_NO;
}

static void take_text(lua_State *L, struct question *question) {
    struct str text;
    switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN: buf_add_text(question->to, lua_toboolean(L, -1) ? "true" : "false"); break;
    case LUA_TNUMBER: print_number(L, -1, question->to); break;
    case LUA_TSTRING:
        text.at = lua_tolstring(L, -1, &text.len);
        buf_add_str(question->to, text);
        break;
    default: refuse(L, question, answer_name(L), "a string");
    }
}

bool rule_script_text(
    struct rule_script *script, enum rule_function function, struct buf *to, struct diag *diag) {
    struct question question = {
        .script = script, .function = function, .take = take_text, .to = to};
    return ask_for_text(&question, diag);
}

static void take_object(lua_State *L, struct question *question) {
    size_t before = question->to->len;
    if (!lua_istable(L, -1)) refuse(L, question, answer_name(L), "a table with named members");
    print_json(L, rule_function_names[question->function], -1, question->to);
    if (question->to->at[before] != '{')
        refuse(L, question, "a list", "a table with named members");
}

static void take_strings(lua_State *L, struct question *question) {
    static const char expected[] = "a list of strings";
    if (!lua_istable(L, -1)) refuse(L, question, answer_name(L), expected);
    view_push_table(L, -1); // … list
    int list = lua_gettop(L);
    size_t count = lua_rawlen(L, list);
    if (order_push_others(L, list, (lua_Integer)count, NULL)) // … list others
        refuse(L, question, "a table with named members", expected);
    for (size_t i = 0; i < count; i++) {
        struct str item;
        if (lua_rawgeti(L, list, (lua_Integer)i + 1) != LUA_TSTRING) // … list others item
            refuse(L, question, "a list with something else", expected);
        item.at = lua_tolstring(L, -1, &item.len);
        buf_add_char(question->to, i ? ',' : '[');
        json_print_string(question->to, item);
        lua_pop(L, 1); // … list others
    }
    buf_add_text(question->to, count ? "]" : "[]");
}

static void take_value(lua_State *L, struct question *question) {
    struct str text;
    if (lua_isnil(L, -1) || view_is_null(L, -1)) return;
    if (lua_type(L, -1) != LUA_TSTRING) {
        take_text(L, question);
        return;
    }
    text.at = lua_tolstring(L, -1, &text.len);
    json_print_string(question->to, text);
}

bool rule_script_json(
    struct rule_script *script, enum rule_function function, struct buf *to, struct diag *diag) {
    struct question question = {
        .script = script, .function = function, .take = take_object, .to = to};
    if (function == RULE_DESTINATIONS) question.take = take_strings;
    if (function == RULE_UNIQUE) question.take = take_value;
    return ask_for_text(&question, diag);
}

size_t rule_script_memory(const struct rule_script *script) {
    return script->sandbox.budget.most;
}

enum failure_kind rule_script_failure(const struct rule_script *script) {
    return script->sandbox.budget.failure;
}

void rule_script_trace(struct rule_script *script, struct rule_trace *trace) {
    tracer_free(script->tracer);
    script->tracer = trace ? tracer_new(&script->sandbox, &script->event, trace) : NULL;
}

void rule_script_count_lines(struct rule_script *script, struct rule_lines *lines) {
    script->counted = lines;
    script->sandbox.setup.globals = counted_globals;
    script->counter = line_counter_new(&script->sandbox, lines);
}
