/* What a rule's Lua did when it was asked about an event, for people who ask why: which fields it
 * read, what the library answered, the line on which it returned. No Lua value is left in it. */
#ifndef SCRIPT_RULE_TRACE_H
#define SCRIPT_RULE_TRACE_H

#include "script/rule_script.h"

enum trace_kind {
    TRACE_READ, /* `what` is a path of the event: "requestParameters.items[1].cidrIp" */
    TRACE_CALL, /* `what` is a call of the library: `glob("a.b", "a.*")` */
};

struct trace_note {
    enum trace_kind kind;
    unsigned line;            /* of the rule's code, in its file; 0: unknown */
    bool inside;              /* by the library, in the last call noted before */
    struct str what;          /* "" is the event itself */
    const struct json *value; /* that was read, borrowed from the event; NULL: nothing was there */
    struct str answer;        /* of a call, cut where it is long; empty: it did not return */
    struct trace_note *next;
};

/* One function asked once. */
struct trace_asked {
    enum rule_function function;
    unsigned line;     /* that was run last: where it returned or failed; 0: unknown */
    struct str answer; /* text, or JSON as rule_script_json gives it; of `rule` true or false */
    struct str error;  /* it failed; empty: it did not */
    struct trace_note *notes; /* in order; what is the same again stands once */
    bool cut;                 /* there was more than is kept */
    struct trace_asked *next;
};

struct rule_trace {
    struct arena arena;               /* owns all */
    struct trace_asked *asked, **end; /* in order; begins zeroed */
};

void rule_trace_release(struct rule_trace *trace);

/* From here on what the script is asked is noted, with the same answers; NULL ends that. Borrows. */
void rule_script_trace(struct rule_script *script, struct rule_trace *trace);

#endif
