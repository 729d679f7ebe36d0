/* Small changes of a rule, made to find out whether its tests would notice (`tocsin test --mutate`).
 * Makes them; flow/mutant_trial.h puts them to the tests. What is changed and what is not is said in
 * rules/README.md. */
#ifndef FLOW_MUTANT_H
#define FLOW_MUTANT_H

#include "model/manifest.h"
#include "text/syntax.h"

/* Bytes of the code, `to` behind the last. */
struct mutant_span {
    size_t from, to;
};

struct mutant {
    const char *kind;         /* "clause-dropped", static: never changes its meaning */
    struct place place;       /* of what is changed */
    struct str before, after; /* of it, as shown, one line; `after` empty: it is gone */
    struct yaml *at; /* of the manifest's document, whose value is `value`; NULL: its Lua is */
    struct yaml value;
    struct mutant_span span; /* of the code, in whose place stands `text` */
    struct str text;
    size_t number; /* the how manyth that was made */
};

struct mutants {
    struct arena arena;
    struct mutant *list; /* in the order of their places, those of another file last */
    size_t count;
};

/* All of a rule whose tests hold: which of its functions are worth it depends on what they expect.
 * Borrows the manifest. Some may not load. */
void mutants_find(struct mutants *mutants, const struct manifest *manifest);
void mutants_release(struct mutants *mutants);

/* The rule's Lua with a change of it, in the arena. */
struct str mutant_code(
    struct arena *arena, const struct manifest *manifest, const struct mutant *mutant);

#endif
