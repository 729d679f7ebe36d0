/* What a process gives up, for good, that only computes on bytes it is handed: its environment, its
 * files, new memory without end, and every system call but those to read, write, use memory, wait,
 * tell the time and exit (seccomp(2), prctl(2)). Knows nothing of rules. */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include "base/diag.h"

/* Dies with the process that made it; no terminal's Ctrl-C and no service manager's SIGTERM ends it
 * sooner, because what it works for ends in order. False: that process, `parent`, is gone already. */
bool confine_to_parent(int parent);

/* Overwrites every variable and forgets it. */
void confine_environment(void);

/* Closes all descriptors but these, which are sorted. */
void confine_files(const int *kept, size_t count);

/* From here on: `more_bytes` of address space beyond what there is, no core dump, no new privileges,
 * nothing for a debugger of another user, and the few system calls. One that is not allowed is not
 * made: its number is given to `told`, which may only store it, and the process exits with
 * CONFINE_EXIT. Under a sanitizer, which needs more than that, memory and calls stay unlimited. */
enum { CONFINE_EXIT = 99 };
bool confine_calls(size_t more_bytes, void (*told)(int number), struct diag *diag);

/* The name of a system call, for messages; good until this thread asks for the next. */
const char *confine_call_name(int number);

#endif
