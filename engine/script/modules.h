/* The text of Lua modules: DIR/NAME.lua. A process that will not be able to open files reads them
 * all beforehand. */
#ifndef SCRIPT_MODULES_H
#define SCRIPT_MODULES_H

#include "base/arena.h"
#include "base/buf.h"

/* Reads every module of the directory, and keeps them as long as the process. Before threads. */
void modules_read_all(const char *dir);

/* From here on no file is opened: what was not read is not there. */
void modules_close(void);

/* Appends the text. False: there is no such module. */
bool modules_read(const char *dir, const char *name, struct buf *to);

#endif
