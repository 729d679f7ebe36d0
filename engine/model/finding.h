/* What `check` can find: one row a kind of mistake, by which it is explained, exported and ignored.
 * A code never changes its meaning and is never given to another kind. TC0xx is about what a file
 * says, TC1xx about rules and configuration as a whole, TC2xx about the Lua of a rule and what it
 * says of its log. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "base/buf.h"
#include "base/diag.h"

struct finding {
    const char *code; /* "TC012" */
    enum diag_level level;
    bool loads; /* an error with which the rules load all the same, so that it may be ignored */
    const char *title;   /* one line, lower case */
    const char *meaning; /* why it is a mistake and what to do, one paragraph in lines */
    const char *bad;     /* lines of a manifest or of tocsin.yaml */
    const char *good;    /* the same without the mistake */
};

/* Rows of one range of codes, ascending; the last has no code. */
extern const struct finding findings_of_files[], findings_of_rules[], findings_of_lua[];

/* The i-th of all in ascending order of codes, NULL behind the last. */
const struct finding *finding_at(size_t i);

const struct finding *finding_find(struct str code); /* NULL where there is no such code */

/* Its page of help. */
void finding_explain(const struct finding *finding, struct buf *to);

/* Whether who has a reason may ignore it. */
bool finding_may_be_ignored(const struct finding *finding);

#endif
