/* Files that are written whole. */
#ifndef BASE_FILE_NEW_H
#define BASE_FILE_NEW_H

#include "base/diag.h"
#include "base/str.h"

/* With the directories above it. Fails where there is a file of that name. */
bool file_new(const char *path, struct str content, bool executable, struct diag *diag);

/* Who reads meanwhile reads the old file or the new one, whole. A file that was there keeps its mode,
 * and what a link leads to is replaced; else it and the directories above it are their owner's alone. */
bool file_replace(const char *path, struct str content, struct diag *diag);

#endif
