/* Counts the lines that the code in a sandbox runs, and has it note its conditions. Without one
 * nothing of this runs. */
#ifndef SCRIPT_LINE_COUNTER_H
#define SCRIPT_LINE_COUNTER_H

#include "script/rule_lines.h"
#include "script/sandbox.h"

struct line_counter;

/* Borrows both; the sandbox is opened anew, so that what the chunk runs is counted, too. Its setup must
 * offer BRANCH_NAME. */
struct line_counter *line_counter_new(struct sandbox *sandbox, struct rule_lines *lines);
void line_counter_free(struct line_counter *counter); /* NULL is none */

#endif
