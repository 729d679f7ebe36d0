/* What differs between what a test expects and what it got, each with its place in the manifest. */
#ifndef FLOW_DIFFERENCE_H
#define FLOW_DIFFERENCE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

struct difference {
    struct place place;       /* of what was expected */
    struct str what;          /* "title", "alert 2: context.user"; empty: the outcome as a whole */
    struct str expected, got; /* JSON, or words; one line each */
};

struct differences {
    struct arena *arena; /* owns them */
    struct difference *list;
    size_t count;
    const char *prefix; /* of each `what` from now on; or NULL */
};

/* Copies all. Returns false, so that `return differences_add(…)` reads well. */
bool differences_add(struct differences *differences, struct place place, const char *what,
    struct str expected, struct str got);

/* "title: expected "a", got "b"". */
void difference_print(struct buf *to, const struct difference *difference);

#endif
