/* What rules cover of MITRE ATT&CK, by what their manifests say under `attack`: a cell for each
 * technique below each tactic that it is named with. Rules that are not enabled do not count. Knows
 * techniques by their ids alone. */
#ifndef MODEL_ATTACK_MAP_H
#define MODEL_ATTACK_MAP_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/manifest.h"

struct attack_tactic {
    const char *id, *name;
    const char *shortname; /* as STIX and layers call it: "initial-access" */
};

extern const struct attack_tactic attack_tactics[]; /* of enterprises, as in the matrix; ends with a
                                                       NULL id */
const struct attack_tactic *attack_tactic_of(struct str id); /* NULL: none of those */

struct attack_cell {
    struct str tactic;             /* "TA0003"; empty: named without one */
    struct str technique;          /* "T1098.003"; empty: the tactic as a whole */
    const struct manifest **rules; /* each once, by id */
    size_t count, drafts;
    int severity; /* enum severity, the highest; -1 without rules */
};

/* The tactics of enterprises are always there, in their order, then others, then none; the cell of a
 * tactic stands before those of its techniques, which are sorted by id. */
struct attack_map {
    struct arena *arena;
    struct attack_cell *cells;
    size_t count;
    struct attack_cell all, without; /* enabled rules: all, and those without any id */
    size_t disabled;
    size_t techniques; /* that have a rule, each once; those below a technique count as such */
    size_t tactics;    /* of enterprises that have a rule */
};

/* Borrows the manifests; what it makes lives in the arena. */
void attack_map_build(
    struct attack_map *map, struct arena *arena, const struct manifests *manifests);

/* Whether a rule names the technique or one below it. One above it says nothing. */
enum attack_cover { COVER_NONE, COVER_DRAFT, COVER_RULE };
enum attack_cover attack_map_cover(const struct attack_map *map, struct str technique);

bool attack_is_draft(const struct manifest *rule);
void attack_cell_print(struct buf *to, const struct attack_cell *cell); /* "a, b (draft)" */

#endif
