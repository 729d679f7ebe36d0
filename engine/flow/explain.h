/* Why each rule of a set raises an alert of one event, or does not. The verdicts are those of the
 * pipeline, which judges the event alone, as `replay` would; what leads to them is asked again of the
 * same functions with somebody looking. Sends nothing. */
#ifndef FLOW_EXPLAIN_H
#define FLOW_EXPLAIN_H

#include "flow/judge.h"
#include "flow/messenger.h"
#include "flow/pipeline.h"
#include "model/memory.h"
#include "model/pattern_explain.h"
#include "script/rule_trace.h"

/* How far a rule came with the event; the last of them says why it went no further. */
enum explained_verdict {
    EXPLAINED_OTHER_LOG, /* it reads another log */
    EXPLAINED_DISABLED,
    EXPLAINED_WHEN,      /* its `when` does not hold */
    EXPLAINED_LUA,       /* its `rule` says no */
    EXPLAINED_STEPS,     /* the event is no step of its sequence */
    EXPLAINED_EXCEPTION, /* it matches, and an exception holds */
    EXPLAINED_FAILED,    /* it could not judge the event */
    EXPLAINED_MATCH,     /* it matches; its memory does not let it fire by this event alone */
    EXPLAINED_ALERT,     /* it raises an alert */
    EXPLAINED_VERDICTS,
};

extern const char *const explained_verdict_names[EXPLAINED_VERDICTS + 1]; /* NULL-terminated */

struct explained_exception {
    const struct manifest_exception *exception;
    bool over, held;
    struct pattern_account account;
};

struct explained_step {
    const struct memory_step *step;
    bool met;
    struct pattern_account account; /* of no clauses where it names a rule */
};

struct explained_rule {
    const struct rule *rule;
    enum explained_verdict verdict;
    bool unjudged;               /* it failed, and alerts all the same */
    struct pattern_account when; /* of no clauses where there is none, or it was not asked */
    struct rule_trace trace;
    const char
        *untraced; /* why its Lua was not asked again; NULL: it was, or there was nothing to */
    enum failure_kind failure;
    struct str failure_reason;
    struct explained_exception *exceptions; /* as many as its manifest has, or none */
    size_t exception_count;
    struct explained_step *steps;
    size_t step_count;
    const struct match *match; /* NULL: there is none; of a rule that reads alerts, the last */
    size_t of_alerts; /* it reads alerts: it matches so many of those that the event raised */
    struct memory_sight
        *sights;               /* what a store remembers beside it: of a sequence for each step, */
    size_t sight_count;        /* else one; none where there is no store or no memory */
    bool resolves;             /* the event says that alerts are over, */
    struct str resolved_dedup; /* those of this key */
    const struct json *alert;  /* NULL: none is raised */
};

/* A message that would be made of an alert, its secrets named and not told. */
struct explained_delivery {
    const struct destination *destination;
    struct str error;                      /* it cannot be made; empty: it can */
    struct str method, url, headers, body; /* headers: "name: value" lines */
};

struct explained_alert {
    struct str rule;
    const struct json *alert; /* as JSON */
    bool routed;              /* there is a configuration that says where alerts go */
    struct explained_delivery *deliveries;
    size_t delivery_count;
};

struct explained_log {
    const struct log_type *log;
    struct pattern_account match;
};

struct explanation {
    struct arena arena;         /* owns all; begins zeroed */
    const struct event *event;  /* NULL: no log type recognises the record, and no rule is asked; */
    struct explained_log *logs; /* then this is what each asks for */
    size_t log_count;
    struct explained_rule *rules; /* as many as in the set, and in its order */
    size_t rule_count;
    struct explained_alert *alerts; /* of rules that read alerts, too; in the order of replay */
    size_t alert_count;
    struct str store_fault; /* why it could not be read; empty */
};

struct explain_plan {
    struct rules *rules;
    struct judge *judge;
    struct store *store;         /* what was before; NULL: nothing is known of it */
    const struct config *config; /* where alerts go; without a file nothing is made */
    struct messenger *messenger; /* NULL: no message is made */
};

/* `record` holds one event, or an object that is none. False: the engine itself failed, and the diagnostic says where. */
bool explain(struct explanation *explanation, const struct explain_plan *plan, struct str record,
    struct diag *diag);

/* What led one rule to an alert that is known, of the event it was raised for: nothing is judged. The
 * explanation begins zeroed, and holds that rule alone. False: the record is no event of the rule's
 * log, and nothing is held but what explanation_release frees. */
bool explain_alert(struct explanation *explanation, struct rules *rules, const struct rule *rule,
    struct str record);
void explanation_release(struct explanation *explanation);

#endif
