/* `check -`: standard input is what an editor shows of one file, in the midst of the other rules. */
#ifndef CMD_CHECK_BUFFER_H
#define CMD_CHECK_BUFFER_H

#include "cmd/setup.h"

/* Reads it, before any process is made. False: it cannot be read, and the log says so. */
bool check_buffer_read(const char *path);

/* The rules that it is one of: those of -r, of the configuration or of ./rules. Where it is none of
 * them, it stands alone; a Lua file, with what lies beside it. */
void check_buffer_paths(struct setup *setup, const struct options *options);

/* Forgets what was found in other files, and names this one as the editor does. */
void check_buffer_only(struct diags *diags, const char *path);

#endif
