/* Lua 5.4 source to a tree with places. Runs nothing, knows nothing of rules, and needs no Lua: what
 * it accepts is what Lua compiles, but for labels, which it does not look up, and Lua's limits on how
 * many locals, upvalues and constants a function has. */
#ifndef TEXT_SYNTAX_H
#define TEXT_SYNTAX_H

#include "base/arena.h"
#include "base/diag.h"

enum { SYNTAX_DEPTH = 150 }; /* blocks, functions and expressions inside one another; Lua has 200 */

enum syntax_kind {
    /* expressions */
    SYNTAX_NIL,
    SYNTAX_TRUE,
    SYNTAX_FALSE,
    SYNTAX_NUMBER, /* text: as written */
    SYNTAX_STRING, /* text: what it means */
    SYNTAX_VARARG,
    SYNTAX_FUNCTION, /* list: NAMEs of its parameters; body */
    SYNTAX_NAME,     /* text; local, or NULL: a global */
    SYNTAX_INDEX,    /* left[right]; a.b has a STRING at the right */
    SYNTAX_CALL,     /* left(list) */
    SYNTAX_METHOD,   /* left:text(list) */
    SYNTAX_TABLE,    /* list of FIELDs */
    SYNTAX_FIELD,    /* [left] = right; left NULL: the next element */
    SYNTAX_PARENS,   /* (right) */
    SYNTAX_UNARY,    /* text right */
    SYNTAX_BINARY,   /* left text right; its place is the operator's */
    /* statements */
    SYNTAX_LOCAL,    /* local list = values */
    SYNTAX_ASSIGN,   /* list = values; `function a.b()` too */
    SYNTAX_DO,       /* body */
    SYNTAX_EVALUATE, /* right, a call */
    SYNTAX_WHILE,    /* left, body */
    SYNTAX_REPEAT,   /* body, left */
    SYNTAX_IF,       /* list of CLAUSEs */
    SYNTAX_CLAUSE,   /* left, body; left NULL: else */
    SYNTAX_FOR,      /* for list = values, body */
    SYNTAX_FOR_IN,   /* for list in values, body */
    SYNTAX_RETURN,   /* values */
    SYNTAX_BREAK,
    SYNTAX_GOTO,  /* text */
    SYNTAX_LABEL, /* text */
};

/* Lines and columns count from 1 in the source that was given, columns in bytes. */
struct syntax {
    enum syntax_kind kind;
    unsigned line, column; /* of its first token, unless said otherwise */
    struct str text;
    struct str source; /* of an expression that is no part of a longer name or call: as written */
    struct syntax_local *local; /* of a NAME */
    struct syntax *left, *right;
    struct syntax *list, *values, *body; /* the first of each, linked by `next` */
    struct syntax *next;
    bool is_method;   /* FUNCTION: it has a `self` that is not in its list */
    bool is_variadic; /* FUNCTION: … TABLE and calls: their last value may be several */
};

struct syntax_local {
    struct str name;
    const struct syntax *at; /* the NAME that declares it; NULL: `self` */
    const struct syntax
        *value; /* what it is given where it is declared, of the second variable of a
                                   `for … in` what is iterated; NULL: nothing, or one of several */
    const struct syntax *function; /* that it is declared in; NULL: the chunk */
    enum { SYNTAX_VARIABLE, SYNTAX_PARAMETER, SYNTAX_LOOP, SYNTAX_OWN_FUNCTION } role;
    bool is_constant;          /* <const>, <close> */
    size_t reads, writes;      /* behind its declaration */
    int mark;                  /* for who reads the tree */
    struct syntax_local *next; /* in the order of declaration */
};

struct syntax_chunk {
    unsigned line; /* given: of the file, where the source begins; messages name others; 0 is 1 */
    struct syntax *body;
    struct syntax_local *locals;
};

enum syntax_result {
    SYNTAX_FINE,
    SYNTAX_WRONG,   /* the place and the text say what is wrong; it is no Lua */
    SYNTAX_TOO_DEEP /* nothing is known of it */
};

/* The tree lives in the arena and borrows the source. `place` has no file. */
enum syntax_result syntax_parse(struct arena *arena, struct str source, struct syntax_chunk *chunk,
    struct place *place, struct diag *diag);

/* Calls `visit` for the node and all below it, in the order of the source; where it answers false,
 * not for what is below. Siblings that follow in a list are visited too. */
void syntax_walk(const struct syntax *node, bool (*visit)(void *context, const struct syntax *node),
    void *context);

#endif
