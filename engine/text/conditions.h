/* The conditions of Lua code: each expression that decides alone where the code goes on. These are
 * what `if`, `elseif`, `while` and `until` ask, and what stands left of `and` and `or`; of `a and b`,
 * `a or b` and `not (a and b)` in such a place each part by itself. What can only go one way is none:
 * literals, tables, functions, and what is counted or joined. Nor is a `for`, whose lines tell. */
#ifndef TEXT_CONDITIONS_H
#define TEXT_CONDITIONS_H

#include "base/buf.h"
#include "text/syntax.h"

struct condition {
    struct str source;     /* as written, borrowed from the code */
    unsigned line, column; /* of its first byte, as in the tree */
};

struct conditions {
    struct condition *list; /* in the order of the code */
    size_t count;
};

/* The list is in the arena. */
void conditions_find(struct conditions *conditions, struct arena *arena, const struct syntax *body);

/* Appends the code with each condition as `NAME(N,(…))`, N counting from 0: on the same lines, and
 * with the same meaning where NAME is a function that returns its second argument. */
void conditions_rewrite(
    struct buf *to, struct str code, const struct conditions *conditions, const char *name);

#endif
