/* Techniques that somebody wants rules for: a text with an id at the beginning of each line, or a layer
 * of ATT&CK Navigator, or several layers in an array. */
#ifndef MODEL_ATTACK_LIST_H
#define MODEL_ATTACK_LIST_H

#include "base/arena.h"
#include "base/diag.h"

struct attack_list {
    struct str *ids; /* sorted, each once */
    size_t count;
};

/* In a text, `#` begins a comment, and what stands behind an id is passed over. Of a layer count the
 * techniques that are enabled, save those that are there only to show what is below them. False when
 * the file cannot be read, holds what is no technique, or none at all. */
bool attack_list_read(
    struct attack_list *list, struct arena *arena, const char *path, struct diag *diag);

#endif
