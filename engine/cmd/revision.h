/* Rules as they were: REV:PATH of a git repository, by the program git. */
#ifndef CMD_REVISION_H
#define CMD_REVISION_H

#include "base/diag.h"

/* `main:rules`, where there is no file of that name. */
bool revision_is(const char *name);

/* Writes the file or directory below `dir`, under the very name `name`, so that places in it read
 * "main:rules/x.yaml". Files as they are in the repository: no filter, no hook, no links. False where
 * git is missing, knows no such revision or path, or a file cannot be written. */
bool revision_write(const char *name, const char *dir, struct diag *diag);

#endif
