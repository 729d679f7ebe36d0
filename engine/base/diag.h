/* What is wrong, and where. `struct diag` holds one finding, the first; `struct diags` holds all.
 * Knows nothing of YAML, Lua or JSON: a place is a file, a line and a column. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/str.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Lines and columns count from 1; 0 is unknown. Columns count bytes. */
struct place {
    const char *file; /* borrows */
    unsigned line;
    unsigned column;
};

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

const char *diag_level_name(enum diag_level level); /* "error" */

/* One failure: message in lower case, no full stop, the fault first. The first one set wins, and
 * diag_set returns false so that `return diag_set(…)` reads well. */
struct diag {
    bool set;
    char text[512];
};

bool diag_set(struct diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag_clear(struct diag *diag);

struct diag_entry {
    enum diag_level level;
    const char *code;   /* "TC012", static; NULL: it has none */
    struct place place; /* file is owned */
    size_t found;       /* the how manyth it was */
    char *text;
    char *was,
        *fix; /* what stands at the place and what would do instead, where it is sure; or NULL */
};

/* What is found again, at the same place, is kept once.
 * A file can be made to have any number of findings, and nobody reads so many. */
enum { DIAGS_MOST = 1000 };

/* The findings of one run, in the order found until diags_sort. Of what comes behind DIAGS_MOST, one
 * more says that there is more; errors are counted all the same. */
struct diags {
    struct diag_entry *list;
    size_t count;
    size_t errors;
    bool is_fresh; /* the last call found something that was not found before */
};

void diags_init(struct diags *diags);
void diags_release(struct diags *diags);

/* Returns false, so that `return diags_error(…)` reads well. */
bool diags_error(struct diags *diags, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diags_warn(struct diags *diags, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with a code that never changes its meaning, so that it can be looked up and ignored;
 * diags_reject is for errors. */
bool diags_reject(struct diags *diags, const char *code, struct place place, const char *format,
    ...) __attribute__((format(printf, 4, 5)));
void diags_find(struct diags *diags, const char *code, enum diag_level level, struct place place,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* What was found just now is gone with `fix` in the place of `was`, for certain. */
void diags_suggest(struct diags *diags, struct str was, const char *fix);

/* Forgets those for which `wanted` is false. */
void diags_keep(struct diags *diags, bool (*wanted)(const struct diag_entry *entry, void *context),
    void *context);

void diags_sort(struct diags *diags); /* by file, line, column; stable */

/* Prints `file:line:column: error: text [code]`, then the line and a caret where the file can be read. */
void diags_print(const struct diags *diags, FILE *to, bool color);

#endif
