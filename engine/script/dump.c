#include "script/dump.h"

#include <lua.h>

enum { MOST_DEPTH = 200, ABSOLUTE_LINE = -0x80, JUMP_ZERO = (1 << 24) - 1 };

struct reader {
    struct arena *arena;
    struct str rest;
    bool cut;
    int depth;
};

/* ---- bytes ---- */

static struct str take(struct reader *reader, size_t len) {
    if (len > reader->rest.len) {
        reader->cut = true;
        reader->rest.len = 0;
        return (struct str){0};
    }
    struct str taken = {reader->rest.at, len};
    reader->rest.at += len;
    reader->rest.len -= len;
    return taken;
}

static unsigned char take_byte(struct reader *reader) {
    struct str byte = take(reader, 1);
    return byte.at ? (unsigned char)*byte.at : 0;
}

/* Seven bits a byte, the highest first; the last byte has its top bit set. */
static size_t take_number(struct reader *reader) {
    size_t number = 0;
    while (!reader->cut) {
        unsigned char byte = take_byte(reader);
        if (number >> (sizeof number * 8 - 7)) reader->cut = true;
        number = number << 7 | (byte & 0x7F);
        if (byte & 0x80) return number;
    }
    return 0;
}

/* How many things follow of which each takes at least one byte. */
static size_t take_count(struct reader *reader) {
    size_t count = take_number(reader);
    if (count <= reader->rest.len) return count;
    reader->cut = true;
    return 0;
}

static struct str take_string(struct reader *reader) {
    size_t size = take_number(reader); /* and one; 0 is none */
    return size ? take(reader, size - 1) : (struct str){0};
}

/* ---- a function ---- */

static void read_code(struct reader *reader, struct dump_function *function) {
    size_t count = take_count(reader);
    struct str bytes = take(reader, count * sizeof(uint32_t));
    if (!bytes.at) return;
    function->code_count = count;
    function->code = arena_list(reader->arena, uint32_t, count);
    memcpy(function->code, bytes.at, bytes.len);
}

static struct str read_constant(struct reader *reader) {
    switch (take_byte(reader)) {
    case LUA_TNIL:
    case LUA_TBOOLEAN:
    case LUA_TBOOLEAN | 16: return (struct str){0};
    case LUA_TNUMBER: take(reader, sizeof(lua_Integer)); return (struct str){0};
    case LUA_TNUMBER | 16: take(reader, sizeof(lua_Number)); return (struct str){0};
    case LUA_TSTRING:
    case LUA_TSTRING | 16: return take_string(reader);
    default: reader->cut = true; return (struct str){0};
    }
}

static void read_constants(struct reader *reader, struct dump_function *function) {
    function->constant_count = take_count(reader);
    function->constants = arena_list(reader->arena, struct str, function->constant_count);
    for (size_t i = 0; i < function->constant_count; i++)
        function->constants[i] = read_constant(reader);
}

static void read_upvalues(struct reader *reader, struct dump_function *function) {
    function->upvalue_count = take_count(reader);
    function->upvalues = arena_list(reader->arena, struct dump_upvalue, function->upvalue_count);
    for (size_t i = 0; i < function->upvalue_count; i++) {
        function->upvalues[i].in_stack = take_byte(reader);
        function->upvalues[i].index = take_byte(reader);
        take_byte(reader); /* its kind */
    }
}

static void read_function(struct reader *reader, struct dump_function *function);

static void read_functions(struct reader *reader, struct dump_function *function) {
    function->function_count = take_count(reader);
    function->functions = arena_list(reader->arena, struct dump_function, function->function_count);
    for (size_t i = 0; i < function->function_count && !reader->cut; i++)
        read_function(reader, &function->functions[i]);
}

/* A step a instruction; where a step is too long, a list of (instruction, line) has it. */
static void read_lines(struct reader *reader, struct dump_function *function, unsigned line) {
    struct str steps = take(reader, take_count(reader));
    size_t absolute = take_count(reader);
    function->lines = arena_list(reader->arena, unsigned, function->code_count);
    for (size_t pc = 0; pc < function->code_count; pc++) {
        int step = pc < steps.len ? (signed char)steps.at[pc] : 0;
        if (step == ABSOLUTE_LINE && absolute > 0) {
            take_number(reader); /* the instruction: this one */
            line = (unsigned)take_number(reader);
            absolute--;
        } else {
            line += (unsigned)step;
        }
        function->lines[pc] = line;
    }
    for (; absolute > 0 && !reader->cut; absolute--) take_number(reader), take_number(reader);
}

static void read_names(struct reader *reader, struct dump_function *function) {
    function->local_count = take_count(reader);
    function->locals = arena_list(reader->arena, struct str, function->local_count);
    for (size_t i = 0; i < function->local_count; i++) {
        function->locals[i] = take_string(reader);
        take_number(reader); /* from instruction */
        take_number(reader); /* to instruction */
    }
    size_t count = take_count(reader);
    for (size_t i = 0; i < count; i++) {
        struct str name = take_string(reader);
        if (i < function->upvalue_count) function->upvalues[i].name = name;
    }
}

static void read_function(struct reader *reader, struct dump_function *function) {
    if (++reader->depth > MOST_DEPTH) reader->cut = true;
    take_string(reader); /* source */
    function->line = (unsigned)take_number(reader);
    take_number(reader); /* last line */
    function->parameters = take_byte(reader);
    take(reader, 2); /* varargs, registers */
    read_code(reader, function);
    read_constants(reader, function);
    read_upvalues(reader, function);
    read_functions(reader, function);
    read_lines(reader, function, function->line);
    read_names(reader, function);
    reader->depth--;
}

/* Signature, version 5.4, format 0, Lua's check bytes, sizes, and the number of upvalues. */
static bool read_header(struct reader *reader) {
    static const char begin[] = "\x1bLua\x54\0\x19\x93\r\n\x1a\n";
    static const unsigned char sizes[] = {4, sizeof(lua_Integer), sizeof(lua_Number)};
    struct str text = take(reader, sizeof begin - 1), size = take(reader, sizeof sizes);
    take(reader, sizeof(lua_Integer) + sizeof(lua_Number) + 1);
    return !reader->cut && memcmp(text.at, begin, text.len) == 0 &&
           memcmp(size.at, sizes, size.len) == 0;
}

bool dump_read(struct arena *arena, struct str bytes, struct dump_function *function) {
    struct reader reader = {.arena = arena, .rest = bytes};
    *function = (struct dump_function){0};
    if (!read_header(&reader)) return false;
    read_function(&reader, function);
    return !reader.cut;
}

size_t dump_target(uint32_t i, size_t pc) {
    switch (dump_op(i)) {
    case OP_JMP: return pc + 1 + (i >> 7) - JUMP_ZERO;
    case OP_LFALSESKIP: return pc + 2;
    case OP_FORLOOP:
    case OP_TFORLOOP: return pc + 1 - dump_bx(i);
    case OP_FORPREP: return pc + 2 + dump_bx(i);
    case OP_TFORPREP: return pc + 1 + dump_bx(i);
    default: return SIZE_MAX;
    }
}
