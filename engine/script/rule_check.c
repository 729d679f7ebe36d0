/* What can be known of a rule without an event: names that are not there. Walks the compiled code
 * and follows what a register holds as long as that is certain. */
#include "script/rule_check.h"

#include "base/file.h"
#include "base/suggest.h"
#include "script/absent.h"
#include "script/column.h"
#include "script/dump.h"
#include "script/library.h"
#include "script/rule_hint.h"
#include "script/sandbox.h"

enum { REGISTERS = 256, FILE_LIMIT = 4 << 20, MOST_FINDINGS = 100 };

/* What a register or upvalue is known to hold. */
enum holds { UNKNOWN, ENVIRONMENT, REQUIRE, LIBRARY, MODULE, TEXT };

struct meaning {
    enum holds holds;
    bool of_chunk; /* a local of the chunk, seen from a function: it outlives the event */
    struct str name;
};

struct check {
    lua_State *L;
    const struct manifest *manifest;
    const struct manifest_lua *lua; /* of it */
    struct diags *diags;
    struct arena arena;
    struct buf dump, file;
    struct str *read; /* globals that something reads */
    size_t read_count;
    size_t before;       /* findings in diags when the check began */
    struct scope *spare; /* scopes that were left: as many are made as functions are nested */
};

/* One function on the way down. */
struct scope {
    struct check *check;
    const struct dump_function *function;
    const struct scope *outer;
    struct meaning registers[REGISTERS];
    struct meaning upvalues[REGISTERS];
    struct scope *next; /* spare one */
};

/* ---- places ---- */

static struct place place_of(const struct check *check, unsigned line, struct str name) {
    return (struct place){
        check->lua->file, line, column_of(buf_str(&check->file), check->lua, line, name)};
}

/* ---- suggestions ---- */

/* Offers the names of the members of the table on top, and pops it. */
static void offer_members(lua_State *L, struct suggest *suggest) {
    lua_pushnil(L);
    while (lua_next(L, -2)) { // table key value
        if (lua_type(L, -2) == LUA_TSTRING) suggest_offer(suggest, lua_tostring(L, -2));
        lua_pop(L, 1); // table key
    }
    lua_pop(L, 1); //
}

static void offer_locals(const struct scope *scope, struct suggest *suggest) {
    for (; scope; scope = scope->outer)
        for (size_t i = 0; i < scope->function->local_count; i++) {
            struct str name = scope->function->locals[i];
            if (name.len && name.at[0] != '(')
                suggest_offer(suggest, arena_copy(&scope->check->arena, name).at);
        }
}

/* ---- names ---- */

static void note_read(struct check *check, struct str name) {
    check->read = arena_grow(&check->arena, check->read, check->read_count);
    check->read[check->read_count++] = name;
}

static bool is_read(const struct check *check, struct str name) {
    for (size_t i = 0; i < check->read_count; i++)
        if (str_eq(check->read[i], name)) return true;
    return false;
}

static void report_global(const struct scope *scope, struct str name, unsigned line) {
    struct check *check = scope->check;
    struct place place = place_of(check, line, name);
    struct suggest suggest = suggest_for(name);
    const char *why = absent_why(name);
    library_open_all(check->L);
    library_defined(check->L);
    offer_members(check->L, &suggest);
    library_globals(check->L);
    offer_members(check->L, &suggest);
    offer_locals(scope, &suggest);
    const char *meant = why ? NULL : suggest_best(&suggest);
    diags_reject(check->diags, "TC210", place, "unknown global '%.*s'%s%s%s", STR_ARG(name),
        why ? ": " : "", why ? why : "", suggest_text(meant));
}

static struct meaning read_global(const struct scope *scope, struct str name, unsigned line) {
    struct check *check = scope->check;
    lua_State *L = check->L;
    struct meaning meaning = {.name = name};
    note_read(check, name);
    library_defined(L);             // defined
    library_push(L, name);          // defined name
    int type = lua_gettable(L, -2); // defined value
    library_globals(L);             // defined value globals
    library_push(L, name);          // defined value globals name
    lua_rawget(L, -2);              // defined value globals library
    bool own = !lua_rawequal(L, -1, -3);
    if (type == LUA_TNIL) report_global(scope, name, line);
    if (!own && type == LUA_TTABLE) meaning.holds = LIBRARY;
    if (!own && str_is(name, "require")) meaning.holds = REQUIRE;
    lua_pop(L, 4); //
    return meaning;
}

/* Pushes the members of a library or module; false, and nothing, where it has none. */
static bool push_members(struct check *check, struct meaning meaning) {
    lua_State *L = check->L;
    library_globals(L);
    library_push(L, meaning.name);
    lua_rawget(L, -2);
    lua_replace(L, -2); // library
    if (meaning.holds == MODULE) {
        lua_pop(L, 1);
        library_loaded(L, arena_copy(&check->arena, meaning.name).at); // module
    }
    bool frozen = library_thaw(L, -1); // value [members]
    lua_remove(L, frozen ? -2 : -1);   // [members]
    return frozen;
}

static void read_member(
    const struct scope *scope, struct meaning table, struct str name, unsigned line) {
    struct check *check = scope->check;
    lua_State *L = check->L;
    /* params hold what the manifest says, and a rule may ask for what it does not */
    if (str_is(table.name, "params") || !push_members(check, table)) return;
    library_push(L, name); // members name
    if (lua_rawget(L, -2) == LUA_TNIL) {
        struct suggest suggest = suggest_for(name);
        lua_pushvalue(L, -2); // members value members
        offer_members(L, &suggest);
        diags_reject(check->diags, "TC211", place_of(check, line, name), "'%.*s' has no '%.*s'%s",
            STR_ARG(table.name), STR_ARG(name), suggest_text(suggest_best(&suggest)));
    }
    lua_pop(L, 2); //
}

/* What table[name] is. */
static struct meaning read_field(
    const struct scope *scope, struct meaning table, struct str name, unsigned line) {
    if (!name.at) return (struct meaning){0};
    if (table.holds == ENVIRONMENT) return read_global(scope, name, line);
    if (table.holds == LIBRARY || table.holds == MODULE) read_member(scope, table, name, line);
    return (struct meaning){0};
}

/* ---- instructions ---- */

static struct str constant(const struct scope *scope, size_t index) {
    const struct dump_function *function = scope->function;
    return index < function->constant_count ? function->constants[index] : (struct str){0};
}

static struct str text_in(const struct scope *scope, unsigned reg) {
    const struct meaning *meaning = &scope->registers[reg];
    return meaning->holds == TEXT ? meaning->name : (struct str){0};
}

static void forget(struct scope *scope, unsigned from, unsigned to) {
    for (unsigned i = from; i < to && i < REGISTERS; i++) scope->registers[i] = (struct meaning){0};
}

/* require "name" with a name that is written there. */
static void call(struct scope *scope, unsigned a) {
    struct meaning result = {0};
    if (scope->registers[a].holds == REQUIRE && a + 1 < REGISTERS)
        result = (struct meaning){.holds = MODULE, .name = text_in(scope, a + 1)};
    if (!result.name.at) result.holds = UNKNOWN;
    forget(scope, a, REGISTERS);
    scope->registers[a] = result;
}

static void write_upvalue(const struct scope *scope, unsigned index, unsigned line) {
    if (!scope->outer || !scope->upvalues[index].of_chunk) return;
    struct str name = scope->function->upvalues[index].name;
    diags_find(scope->check->diags, "TC212", DIAG_WARNING, place_of(scope->check, line, name),
        "'%.*s' is written by a function and kept for the next event: rules keep no state",
        STR_ARG(name));
}

static void walk(struct scope *scope);

static struct scope *take_scope(struct check *check) {
    struct scope *scope = check->spare;
    if (!scope) return arena_new(&check->arena, struct scope);
    check->spare = scope->next;
    return scope;
}

static void enter(const struct scope *scope, size_t index) {
    if (index >= scope->function->function_count) return;
    const struct dump_function *function = &scope->function->functions[index];
    struct scope *inner = take_scope(scope->check);
    *inner = (struct scope){.check = scope->check, .function = function, .outer = scope};
    for (size_t i = 0; i < function->upvalue_count && i < REGISTERS; i++) {
        const struct dump_upvalue *upvalue = &function->upvalues[i];
        inner->upvalues[i] = upvalue->in_stack ? scope->registers[upvalue->index]
                                               : scope->upvalues[upvalue->index];
        if (upvalue->in_stack && !scope->outer) inner->upvalues[i].of_chunk = true;
    }
    walk(inner);
    inner->next = scope->check->spare;
    scope->check->spare = inner;
}

/* Findings cost a search for what was meant, and nobody reads the thousandth. */
static bool has_enough(const struct check *check) {
    return check->diags->count - check->before >= MOST_FINDINGS;
}

static void step(struct scope *scope, size_t pc) {
    uint32_t i = scope->function->code[pc];
    unsigned a = dump_a(i), b = dump_b(i), c = dump_c(i), line = scope->function->lines[pc];
    struct meaning *to = &scope->registers[a];
    switch (dump_op(i)) {
    case OP_MOVE: *to = scope->registers[b]; break;
    case OP_LOADK: *to = (struct meaning){TEXT, false, constant(scope, dump_bx(i))}; break;
    case OP_GETUPVAL: *to = scope->upvalues[b]; break;
    case OP_SETUPVAL: write_upvalue(scope, b, line); break;
    case OP_SETTABUP:
    case OP_SETTABLE:
    case OP_SETI:
    case OP_SETFIELD: break;
    case OP_GETTABUP: *to = read_field(scope, scope->upvalues[b], constant(scope, c), line); break;
    case OP_GETFIELD: *to = read_field(scope, scope->registers[b], constant(scope, c), line); break;
    case OP_GETTABLE: *to = read_field(scope, scope->registers[b], text_in(scope, c), line); break;
    case OP_SELF:
        read_field(
            scope, scope->registers[b], dump_k(i) ? constant(scope, c) : text_in(scope, c), line);
        forget(scope, a, a + 2);
        break;
    case OP_CALL: call(scope, a); break;
    case OP_CLOSURE:
        enter(scope, dump_bx(i));
        forget(scope, a, a + 1);
        break;
    case OP_LOADNIL:
    case OP_FORLOOP:
    case OP_FORPREP:
    case OP_TFORPREP:
    case OP_TFORCALL:
    case OP_TFORLOOP:
    case OP_VARARG: forget(scope, a, REGISTERS); break;
    default: forget(scope, a, a + 1);
    }
}

/* Where ways meet, nothing is certain. */
static bool *meeting_points(const struct scope *scope) {
    const struct dump_function *function = scope->function;
    bool *meets = arena_list(&scope->check->arena, bool, function->code_count + 1);
    for (size_t pc = 0; pc < function->code_count; pc++) {
        size_t target = dump_target(function->code[pc], pc);
        if (target < function->code_count) meets[target] = true;
    }
    return meets;
}

static void walk(struct scope *scope) {
    const bool *meets = meeting_points(scope);
    for (size_t pc = 0; pc < scope->function->code_count; pc++) {
        if (has_enough(scope->check)) return;
        if (meets[pc]) forget(scope, 0, REGISTERS);
        step(scope, pc);
    }
}

/* ---- functions nobody calls ---- */

static unsigned line_of_function(lua_State *L, int index) {
    lua_Debug at;
    lua_pushvalue(L, index);
    lua_getinfo(L, ">S", &at);
    return at.linedefined > 0 ? (unsigned)at.linedefined : 0;
}

static bool is_defined(lua_State *L, int table, const char *name) {
    lua_pushstring(L, name);
    bool is = lua_rawget(L, table) != LUA_TNIL;
    lua_pop(L, 1);
    return is;
}

static bool is_asked(const char *name) {
    for (const char *const *asked = rule_function_names; *asked; asked++)
        if (strcmp(*asked, name) == 0) return true;
    return false;
}

/* The key and value on top are a global of the rule. */
static void check_unused(struct check *check, int table) {
    lua_State *L = check->L;
    if (lua_type(L, -2) != LUA_TSTRING || !lua_isfunction(L, -1)) return;
    const char *name = lua_tostring(L, -2);
    const char *meant = suggest_from(str_of(name), rule_function_names);
    if (is_asked(name) || is_read(check, str_of(name))) return;
    if (meant && is_defined(L, table, meant)) meant = NULL;
    struct place place = place_of(check, line_of_function(L, -1), str_of(name));
    diags_find(check->diags, "TC213", DIAG_WARNING, place, "nothing calls function '%s'%s", name,
        suggest_text(meant));
}

static void check_functions(struct check *check) {
    lua_State *L = check->L;
    library_defined(L); // defined
    int table = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, table)) { // defined key value
        check_unused(check, table);
        lua_pop(L, 1); // defined key
    }
    lua_pop(L, 1); //
}

/* ---- all of it ---- */

static int write_dump(lua_State *L, const void *bytes, size_t len, void *to) {
    (void)L;
    buf_add(to, bytes, len);
    return 0;
}

static int check_body(lua_State *L) {
    struct check *check = lua_touserdata(L, 1);
    struct dump_function chunk;
    check->L = L;
    sandbox_of(L)->is_wide = true; /* it was loaded before: its constants may be many */
    sandbox_load(L, check->lua->code, "=" SANDBOX_CHUNK, check->lua->line); // check chunk
    lua_dump(L, write_dump, &check->dump, false);
    if (!dump_read(&check->arena, buf_str(&check->dump), &chunk))
        return luaL_error(L, "cannot read the compiled code");
    struct scope *scope = arena_new(&check->arena, struct scope);
    *scope = (struct scope){.check = check, .function = &chunk};
    scope->upvalues[0].holds = ENVIRONMENT;
    walk(scope);
    if (has_enough(check))
        diags_warn(check->diags, (struct place){check->lua->file, check->lua->line, 0},
            "further findings are left out");
    else
        check_functions(check);
    if (!check->manifest->when && !check->manifest->faulty)
        rule_hint(L, check->lua, buf_str(&check->file), &check->arena, check->diags);
    return 0;
}

void rule_check(struct sandbox *sandbox, const struct manifest *manifest, struct diags *diags) {
    const struct manifest_lua *lua = &manifest->lua;
    struct check check = {.manifest = manifest, .lua = lua, .diags = diags, .before = diags->count};
    struct diag diag = {0};
    file_read(lua->file, FILE_LIMIT, &check.file, NULL);
    if (!sandbox_call(sandbox, check_body, &check, &diag))
        diags_error(diags, (struct place){lua->file, lua->line, 0}, "cannot check: %s", diag.text);
    arena_release(&check.arena);
    buf_release(&check.dump);
    buf_release(&check.file);
}
