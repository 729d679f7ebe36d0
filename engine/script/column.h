/* Where a name stands in the file that holds a rule's code. */
#ifndef SCRIPT_COLUMN_H
#define SCRIPT_COLUMN_H

#include "model/manifest.h"

/* The column of a whole word in a line of the file, which holds the code further to the right than
 * the manifest's text does; 0 where it cannot be found. */
unsigned column_of(struct str file, const struct manifest_lua *lua, unsigned line, struct str name);

#endif
