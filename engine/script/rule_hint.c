#include "script/rule_hint.h"

#include "base/buf.h"
#include "script/column.h"
#include "script/dump.h"
#include "script/library.h"
#include "script/rule_script.h"
#include "script/sandbox.h"
#include "text/json.h"

#include <strings.h>

enum { REGISTERS = 256, MOST_PATH = 200 };

/* What a register holds: the event is the empty path. */
struct value {
    enum { ANYTHING, PATH, FALSY } kind;
    struct str path;
};

/* The way that the function takes when none of its tests holds. When it does nothing but read fields
 * on it, and answers no at its end, one of the tests must hold for it to answer true. */
struct way {
    struct arena *arena;
    const struct dump_function *rule;
    size_t pc; /* of the next instruction */
    struct value registers[REGISTERS];
    struct str path; /* that the tests compare; at == NULL: none yet */
    struct str *values;
    size_t value_count;
    unsigned line; /* of the first test */
};

enum outcome { GOES_ON, ANSWERS_NO, GIVES_UP };

static struct str constant(const struct way *way, size_t index) {
    return index < way->rule->constant_count ? way->rule->constants[index] : (struct str){0};
}

/* ---- names and values that can be written in a pattern ---- */

static bool is_letter(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(struct str text) {
    if (!text.len || !is_letter(text.at[0])) return false;
    for (size_t i = 1; i < text.len; i++)
        if (!is_letter(text.at[i]) && !(text.at[i] >= '0' && text.at[i] <= '9')) return false;
    return true;
}

static bool is_printable(struct str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < ' ' || text.at[i] > '~') return false;
    return text.at != NULL;
}

/* ---- the way ---- */

/* A path is written anew with each of its fields: a long one is no longer followed. */
static struct value read_field(const struct way *way, struct value table, struct str name) {
    if (table.kind != PATH || !is_name(name) || table.path.len > MOST_PATH || name.len > MOST_PATH)
        return (struct value){0};
    if (!table.path.len) return (struct value){PATH, name};
    char *path = arena_format(way->arena, "%.*s.%.*s", STR_ARG(table.path), STR_ARG(name));
    return (struct value){PATH, str_of(path)};
}

static void add_value(struct way *way, struct str value) {
    for (size_t i = 0; i < way->value_count; i++)
        if (str_eq(way->values[i], value)) return;
    way->values = arena_grow(way->arena, way->values, way->value_count);
    way->values[way->value_count++] = value;
}

/* The test is followed by the jump that is taken when it comes out as `k` says. */
static enum outcome test(struct way *way, struct value tested, struct str value, bool k) {
    if (tested.kind != PATH || !tested.path.len || !is_printable(value)) return GIVES_UP;
    if (way->path.at && !str_eq(way->path, tested.path)) return GIVES_UP;
    if (!way->path.at) way->line = way->rule->lines[way->pc - 1];
    way->path = tested.path;
    add_value(way, value);
    way->pc += k;
    return GOES_ON;
}

/* Never back: the way has an end. */
static enum outcome jump(struct way *way, size_t target) {
    if (target < way->pc) return GIVES_UP;
    way->pc = target;
    return GOES_ON;
}

static enum outcome set(struct way *way, unsigned from, unsigned count, struct value value) {
    for (unsigned i = from; i < from + count && i < REGISTERS; i++) way->registers[i] = value;
    return GOES_ON;
}

static enum outcome answer(const struct way *way, unsigned from, unsigned count) {
    if (count == 0) return ANSWERS_NO;
    return count == 1 && way->registers[from].kind == FALSY ? ANSWERS_NO : GIVES_UP;
}

static enum outcome step(struct way *way) {
    static const struct value anything = {0}, falsy = {.kind = FALSY};
    uint32_t i = way->rule->code[way->pc];
    size_t target = dump_target(i, way->pc++);
    unsigned a = dump_a(i), b = dump_b(i);
    const struct value *from = &way->registers[b];
    switch (dump_op(i)) {
    case OP_MOVE: return set(way, a, 1, *from);
    case OP_GETFIELD: return set(way, a, 1, read_field(way, *from, constant(way, dump_c(i))));
    case OP_LOADI:
    case OP_LOADF:
    case OP_LOADK:
    case OP_LOADTRUE: return set(way, a, 1, anything);
    case OP_LOADFALSE: return set(way, a, 1, falsy);
    case OP_LOADNIL: return set(way, a, b + 1, falsy);
    case OP_LFALSESKIP: set(way, a, 1, falsy); return jump(way, target);
    case OP_JMP: return jump(way, target);
    case OP_EQK: return test(way, way->registers[a], constant(way, b), dump_k(i));
    case OP_RETURN: return b ? answer(way, a, b - 1) : GIVES_UP;
    case OP_RETURN0: return answer(way, a, 0);
    case OP_RETURN1: return answer(way, a, 1);
    default: return GIVES_UP;
    }
}

static bool is_certain(struct way *way) {
    enum outcome outcome = way->rule->parameters ? GOES_ON : GIVES_UP;
    way->registers[0] = (struct value){PATH, STR("")};
    while (outcome == GOES_ON && way->pc < way->rule->code_count) outcome = step(way);
    return outcome == ANSWERS_NO && way->path.at;
}

/* ---- the function ---- */

static int write_dump(lua_State *L, const void *bytes, size_t len, void *to) {
    (void)L;
    buf_add(to, bytes, len);
    return 0;
}

/* True for what the rule's own code defines, not a module. */
static bool is_own(lua_State *L) {
    lua_Debug about;
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &about);
    return strcmp(about.source, "=" SANDBOX_CHUNK) == 0;
}

/* The function itself, whatever name it was made under. */
static void dump_rule(lua_State *L, struct buf *to) {
    library_defined(L); // defined
    lua_pushstring(L, rule_function_names[RULE_RULE]);
    lua_rawget(L, -2); // defined rule
    if (lua_isfunction(L, -1) && is_own(L)) lua_dump(L, write_dump, to, false);
    lua_pop(L, 2); //
}

/* ---- what is said ---- */

/* Of its own accord YAML takes no such text for anything but a string. */
static bool is_plain(struct str text) {
    static const char *const words[] = {
        "true", "false", "null", "yes", "no", "on", "off", "y", "n"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text.len == strlen(words[i]) && strncasecmp(text.at, words[i], text.len) == 0)
            return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_letter(text.at[i]) && (i == 0 || !strchr("0123456789./-", text.at[i])))
            return false;
    return text.len > 0;
}

static void add_yaml(struct buf *to, struct str text) {
    if (is_plain(text))
        buf_add_str(to, text);
    else
        json_print_string(to, text);
}

static void add_pattern(struct buf *to, const struct way *way) {
    buf_add_char(to, '{');
    add_yaml(to, way->path);
    for (size_t i = 0; i < way->value_count; i++) {
        buf_add_text(to, i ? ", " : ": [");
        add_yaml(to, way->values[i]);
    }
    buf_add_text(to, "]}");
}

/* The test stands where its field does, or, when that was read before, its value. */
static unsigned column_of_test(
    const struct way *way, const struct manifest_lua *lua, struct str file) {
    size_t from = way->path.len;
    while (from > 0 && way->path.at[from - 1] != '.') from--;
    struct str name = {way->path.at + from, way->path.len - from};
    unsigned column = column_of(file, lua, way->line, name);
    if (column || !way->values[0].len) return column;
    return column_of(file, lua, way->line, way->values[0]);
}

static void say(
    const struct way *way, const struct manifest_lua *lua, struct str file, struct diags *diags) {
    struct place place = {lua->file, way->line, column_of_test(way, lua, file)};
    struct buf pattern = {0};
    add_pattern(&pattern, way);
    diags_find(diags, "TC214", DIAG_WARNING, place,
        "the rule is called for every event: this test could be `when: %s`", buf_text(&pattern));
    buf_release(&pattern);
}

void rule_hint(lua_State *L, const struct manifest_lua *lua, struct str file, struct arena *arena,
    struct diags *diags) {
    struct buf bytes = {0};
    struct dump_function rule;
    struct way way = {.arena = arena, .rule = &rule};
    dump_rule(L, &bytes);
    if (dump_read(arena, buf_str(&bytes), &rule) && is_certain(&way)) say(&way, lua, file, diags);
    buf_release(&bytes);
}
