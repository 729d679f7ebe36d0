/* One file that reads otherwise than it lies on the disk: what somebody edits and has not saved. Set
 * once, before any process or thread is made; inherited by those that are. */
#ifndef BASE_OVERLAY_H
#define BASE_OVERLAY_H

#include "base/str.h"

#include <stdio.h>

/* Borrows both for the life of the program. The file need not exist, its directory must. */
void overlay_set(const char *path, struct str bytes);

/* Whether `path` is that file, under whatever name; `bytes` may be NULL. */
bool overlay_is(const char *path, struct str *bytes);

/* For reading; NULL with errno where it cannot be opened. */
FILE *overlay_open(const char *path);

#endif
