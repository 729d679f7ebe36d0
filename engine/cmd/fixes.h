/* What is sure, corrected in the files: each change is a few bytes of one line, all else stays. */
#ifndef CMD_FIXES_H
#define CMD_FIXES_H

#include "base/diag.h"

/* Of findings that are sorted. Says on standard error what it changed; with `dry_run`, prints the
 * difference to standard output and writes nothing. Returns how many there were. */
size_t fixes_make(const struct diags *diags, bool dry_run);

#endif
