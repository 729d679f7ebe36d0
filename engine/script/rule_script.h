/* A rule's Lua: loaded into a state of its own, asked about events. The rest of the engine never
 * sees a Lua value. A rule cannot reach the host, another rule, or the event another rule sees. */
#ifndef SCRIPT_RULE_SCRIPT_H
#define SCRIPT_RULE_SCRIPT_H

#include "base/buf.h"
#include "model/event.h"
#include "model/failure.h"
#include "model/limits.h"
#include "model/manifest.h"

/* The functions a rule may define; rows in script/rule_script.c. */
enum rule_function {
    RULE_RULE,
    RULE_TITLE,
    RULE_DEDUP,
    RULE_SEVERITY,
    RULE_DESCRIPTION,
    RULE_RUNBOOK,
    RULE_REFERENCE,
    RULE_DESTINATIONS,
    RULE_ALERT_CONTEXT,
    RULE_UNIQUE,
    RULE_DEDUP_PERIOD,
    RULE_FUNCTIONS,
};

extern const char *const rule_function_names[RULE_FUNCTIONS + 1]; /* NULL-terminated */

struct rule_script;

/* Runs the chunk, in `lua_dir`'s library, as does each call within `limits`. NULL on a syntax error or an error while loading; each
 * problem is reported with file and line. Nothing is printed and nothing is read but lua_dir. */
struct rule_script *rule_script_new(const struct manifest *manifest, const struct limits *limits,
    const char *lua_dir, struct diags *diags);
void rule_script_free(struct rule_script *script);

bool rule_script_has(const struct rule_script *script, enum rule_function function);

/* What `check` can know without an event: globals and library functions that do not exist, with a
 * suggestion (error); a global function no one calls whose name is near one of ours (warning); a
 * first test that could be the `when` that is missing (warning). */
void rule_script_check(const struct rule_script *script, struct diags *diags);

/* Makes the rule's own view of the event, for the calls up to rule_script_done. */
void rule_script_event(struct rule_script *script, const struct event *event);
void rule_script_done(struct rule_script *script);

enum rule_answer { RULE_NO, RULE_YES, RULE_FAILED };

/* rule(event). true is RULE_YES, false and nil are RULE_NO, all else fails: the diagnostic says
 * `rules/x.yaml:12: …`. */
enum rule_answer rule_script_matches(struct rule_script *script, struct diag *diag);

/* title, dedup, dedup_period, severity, description, runbook, reference: a string (a number or boolean is
 * turned into one), appended. False: it failed, or answered nil or something else; the diagnostic
 * says so. */
bool rule_script_text(
    struct rule_script *script, enum rule_function function, struct buf *to, struct diag *diag);

/* alert_context (an object), destinations (an array of strings) and unique (a string, number or
 * boolean; of nil and null nothing): the answer as JSON. */
bool rule_script_json(
    struct rule_script *script, enum rule_function function, struct buf *to, struct diag *diag);

/* The most bytes that it had at any time, loading included. */
size_t rule_script_memory(const struct rule_script *script);

/* Why the last of the calls above failed; FAILURE_NONE where it did not. */
enum failure_kind rule_script_failure(const struct rule_script *script);

#endif
