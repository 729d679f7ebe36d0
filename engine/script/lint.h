/* Inside rule_lint: one file a kind of finding, each asked about every node of the tree. Only
 * rule_lint.c and lint_*.c include it. */
#ifndef SCRIPT_LINT_H
#define SCRIPT_LINT_H

#include "base/buf.h"
#include "script/rule_lint.h"
#include "text/syntax.h"

struct lint {
    const struct manifest *manifest;
    const struct known *known;
    struct diags *diags;
    struct arena arena;
    struct str file; /* what stands in the file of the rule's Lua */
    struct syntax_chunk chunk;
    bool knows_names;            /* of the calls that the rule can be about */
    const struct syntax *called; /* the INDEX that was found to be no function; NULL: none yet */
};

struct place lint_place(const struct lint *lint, const struct syntax *node);

/* Reports at the node. */
void lint_find(const struct lint *lint, const char *code, enum diag_level level,
    const struct syntax *node, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* ---- what is asked about each node ---- */

void lint_arguments(struct lint *lint, const struct syntax *node);
void lint_assignment(struct lint *lint, const struct syntax *node);
void lint_comparison(struct lint *lint, const struct syntax *node);
void lint_condition(struct lint *lint, const struct syntax *node);
void lint_event(struct lint *lint, const struct syntax *node);
void lint_method(struct lint *lint, const struct syntax *node);
void lint_return(struct lint *lint, const struct syntax *node);
void lint_way(struct lint *lint, const struct syntax *node);

/* ---- once ---- */

void lint_mark_events(struct lint *lint); /* first: which locals are the event */
void lint_locals(struct lint *lint);

enum { LINT_EVENT = 1 }; /* mark of a local */

/* ---- what is known of a value ---- */

bool syntax_is_global(const struct syntax *node, const char *name);
bool syntax_is_operator(const struct syntax *node, const char *sign);
bool syntax_is_comparison(const struct syntax *node);
bool syntax_equal(const struct syntax *a, const struct syntax *b); /* spelled the same */
const struct syntax *syntax_bare(const struct syntax *node);       /* without parentheses */

/* The value of a local that is never written again; else the node itself. */
const struct syntax *syntax_value(const struct syntax *node);

/* `function NAME(…)` of the rule's own, where `name` is one that is asked, such as "title"; NULL: no. */
const char *lint_asked(const struct lint *lint, const struct syntax *function);

/* The path in the event that the value is read from; the event itself is "". `at` NULL: none that is
 * certain. */
struct str lint_path(const struct lint *lint, const struct syntax *node);

/* The same, but not where the value may be another one than what stands there: get(event, "a", 5). */
struct str lint_field(const struct lint *lint, const struct syntax *node);

#endif
