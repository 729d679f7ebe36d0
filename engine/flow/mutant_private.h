/* What the files that make mutants share; for them alone. */
#ifndef FLOW_MUTANT_PRIVATE_H
#define FLOW_MUTANT_PRIVATE_H

#include "flow/mutant.h"

/* `at` becomes `value`; `before` and `after`, or NULL, are what of it is shown. */
void mutant_add(struct mutants *to, const char *kind, struct yaml *at, const struct yaml *before,
    const struct yaml *after, struct yaml value);

/* A scalar in place of another. */
struct yaml mutant_scalar(const struct yaml *old, enum yaml_type type, struct str text);
void mutant_change(struct mutants *to, const char *kind, struct yaml *at, struct yaml value);

/* True for false; what is no boolean is left alone. */
void mutant_turn(struct mutants *to, const char *kind, struct yaml *value);

/* An integer or a float that is `by` more. */
struct yaml mutant_moved(struct mutants *to, const struct yaml *number, int by);

/* Without the how manyth element, or member. */
void mutant_drop_item(struct mutants *to, const char *kind, struct yaml *list, size_t number);
void mutant_drop_member(struct mutants *to, const char *kind, struct yaml *map, size_t number);

/* Each element of a list that has another beside it; what is no list has none. */
void mutant_drop_each(struct mutants *to, const char *kind, struct yaml *list);

/* The member of a map, to be changed; NULL where there is none, or no map. */
struct yaml *mutant_get(const struct yaml *map, const char *key);

/* The parts of a rule. */
void mutants_of_pattern(struct mutants *to, struct yaml *map);
void mutants_of_memory(struct mutants *to, const struct yaml *document);
void mutants_of_lua(struct mutants *to, const struct manifest *manifest);

#endif
