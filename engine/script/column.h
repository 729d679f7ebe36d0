/* Where a name stands in the file that holds a rule's code. */
#ifndef SCRIPT_COLUMN_H
#define SCRIPT_COLUMN_H

#include "model/manifest.h"

/* The column of a whole word in a line of the file, which holds the code further to the right than
 * the manifest's text does; 0 where it cannot be found. */
unsigned column_of(struct str file, const struct manifest_lua *lua, unsigned line, struct str name);

/* The place in the file of a line and a column of the code, both from 1; column 0 where the line of
 * the file does not end in that of the code. */
struct place column_place(
    struct str file, const struct manifest_lua *lua, unsigned line, unsigned column);

#endif
