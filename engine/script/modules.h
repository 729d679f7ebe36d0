/* The text of Lua modules, DIR/NAME.lua: read once a process, and kept as long. A process that will
 * not be able to open files reads them all beforehand. */
#ifndef SCRIPT_MODULES_H
#define SCRIPT_MODULES_H

#include "base/str.h"

/* Reads every module of the directory. Before threads. */
void modules_read_all(const char *dir);

/* From here on no file is opened: what was not read is not there. */
void modules_close(void);

/* at == NULL: there is no such module. */
struct str modules_text(const char *dir, const char *name);

#endif
