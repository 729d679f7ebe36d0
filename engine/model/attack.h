/* MITRE ATT&CK: which tactics and techniques there are, as rules/attack.txt lists them. */
#ifndef MODEL_ATTACK_H
#define MODEL_ATTACK_H

#include "base/arena.h"
#include "base/diag.h"

struct attack;

/* NULL when the file cannot be read, which is reported. Lives in the arena. */
const struct attack *attack_load(const char *path, struct arena *arena, struct diags *diags);

struct str attack_release(const struct attack *attack); /* "18.0" */

/* The tactics, techniques and parts of one that are listed one by one, those of enterprises among them. */
const char *const *attack_ids(const struct attack *attack, size_t *count);

/* Whether there is a tactic, technique or part of one with this id: TA0003, T1098, T1098.001. */
bool attack_has(const struct attack *attack, struct str id);
const char *attack_meant(const struct attack *attack, struct str id); /* NULL: none is near */

#endif
