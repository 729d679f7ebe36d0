/* Compiled Lua as lua_dump writes it (Lua 5.4), read back into a tree. Trusts no length in it.
 * Knows nothing of what the code is for. */
#ifndef SCRIPT_DUMP_H
#define SCRIPT_DUMP_H

#include "base/arena.h"

#include <stdint.h>

struct dump_upvalue {
    bool in_stack; /* a register of the enclosing function, else one of its upvalues */
    unsigned char index;
    struct str name;
};

struct dump_function {
    unsigned line;            /* where it begins; 0: the chunk */
    unsigned char parameters; /* registers 0 and on that hold arguments */
    uint32_t *code;
    unsigned *lines; /* of each instruction */
    size_t code_count;
    struct str *constants; /* at == NULL: no string */
    size_t constant_count;
    struct dump_upvalue *upvalues;
    size_t upvalue_count;
    struct dump_function *functions;
    size_t function_count;
    struct str *locals; /* names */
    size_t local_count;
};

/* False when the bytes are cut, or of another Lua. Strings borrow from `bytes`. */
bool dump_read(struct arena *arena, struct str bytes, struct dump_function *function);

/* ---- instructions ---- */

enum dump_op {
    OP_MOVE = 0,
    OP_LOADI = 1,
    OP_LOADF = 2,
    OP_LOADK = 3,
    OP_LOADFALSE = 5,
    OP_LFALSESKIP = 6,
    OP_LOADTRUE = 7,
    OP_LOADNIL = 8,
    OP_GETUPVAL = 9,
    OP_SETUPVAL = 10,
    OP_GETTABUP = 11,
    OP_GETTABLE = 12,
    OP_GETFIELD = 14,
    OP_SETTABUP = 15,
    OP_SETTABLE = 16,
    OP_SETI = 17,
    OP_SETFIELD = 18,
    OP_SELF = 20,
    OP_JMP = 56,
    OP_EQK = 60,
    OP_CALL = 68,
    OP_RETURN = 70,
    OP_RETURN0 = 71,
    OP_RETURN1 = 72,
    OP_FORLOOP = 73,
    OP_FORPREP = 74,
    OP_TFORPREP = 75,
    OP_TFORCALL = 76,
    OP_TFORLOOP = 77,
    OP_CLOSURE = 79,
    OP_VARARG = 80,
    OP_VARARGPREP = 81,
};

static inline enum dump_op dump_op(uint32_t i) {
    return (enum dump_op)(i & 0x7F);
}
static inline unsigned dump_a(uint32_t i) {
    return i >> 7 & 0xFF;
}
static inline bool dump_k(uint32_t i) {
    return i >> 15 & 1;
}
static inline unsigned dump_b(uint32_t i) {
    return i >> 16 & 0xFF;
}
static inline unsigned dump_c(uint32_t i) {
    return i >> 24;
}
static inline unsigned dump_bx(uint32_t i) {
    return i >> 15;
}

/* Where the instruction at `pc` may go other than to the next one; SIZE_MAX: nowhere. */
size_t dump_target(uint32_t i, size_t pc);

#endif
