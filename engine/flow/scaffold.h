/* Files to begin with, made of the templates in examples/new/ of the data directory. A template's
 * name that begins with `dot-` begins with a dot when it is written. */
#ifndef FLOW_SCAFFOLD_H
#define FLOW_SCAFFOLD_H

#include "base/buf.h"
#include "base/diag.h"

/* Appends the manifest of a rule that has this id, and no meaning yet. */
bool scaffold_rule(struct buf *to, struct str id, struct diag *diag);

/* A directory of rules with all that belongs to it. Fails where it is there and not empty. */
bool scaffold_pack(const char *dir, struct diag *diag);

/* What editors read: settings where there are none, and below .tocsin/ schemas and what Lua may
 * call, written anew. */
bool scaffold_editor(const char *dir, struct diag *diag);

#endif
