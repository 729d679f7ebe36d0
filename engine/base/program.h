/* Another program, run to its end: what it is given and what it says are small. */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include "base/buf.h"
#include "base/diag.h"

/* Runs argv[0], sought in PATH, with `input` as its standard input, speaking no language but C's, and
 * appends what it wrote. False where it cannot be run, or did not exit with 0: the diagnostic is the
 * first line of what it complained of. */
bool program_run(const char *const *argv, struct str input, struct buf *output, struct diag *diag);

#endif
