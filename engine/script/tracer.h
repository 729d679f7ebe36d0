/* Watches the code of a rule while somebody asks why, and writes a trace. Without a watch nothing of
 * this runs. */
#ifndef SCRIPT_TRACER_H
#define SCRIPT_TRACER_H

#include "script/rule_trace.h"
#include "script/sandbox.h"

struct tracer;

/* Borrows all; `event` is where the script keeps the one it is asked about. */
struct tracer *tracer_new(
    struct sandbox *sandbox, const struct event *const *event, struct rule_trace *trace);
void tracer_free(struct tracer *tracer); /* NULL is none */

/* Around each call of a function of the rule. */
void tracer_begin(struct tracer *tracer, enum rule_function function);
void tracer_end(struct tracer *tracer, struct str answer, const char *error);

#endif
