/* Files that are made, never over one that is there. */
#ifndef BASE_FILE_NEW_H
#define BASE_FILE_NEW_H

#include "base/diag.h"
#include "base/str.h"

/* With the directories above it. Fails where there is a file of that name. */
bool file_new(const char *path, struct str content, bool executable, struct diag *diag);

#endif
