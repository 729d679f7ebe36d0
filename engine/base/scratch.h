/* A directory of our own for a moment. */
#ifndef BASE_SCRATCH_H
#define BASE_SCRATCH_H

#include "base/diag.h"

enum { SCRATCH_PATH = 4096 };

/* Makes one under TMPDIR, or /tmp, that nobody else may enter. */
bool scratch_make(char path[SCRATCH_PATH], struct diag *diag);

/* Removes it with all that is in it; "" is none. */
void scratch_remove(const char *path);

#endif
