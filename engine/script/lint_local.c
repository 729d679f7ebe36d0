/* Names: locals that nobody reads, globals that functions write. */
#include "script/lint.h"

/* Of `local s, e = find(…)` the first ones have to be there. */
static bool is_read_behind(const struct syntax_local *local) {
    for (const struct syntax *name = local->at->next; name; name = name->next)
        if (name->local && name->local->reads) return true;
    return false;
}

static void check_local(const struct lint *lint, const struct syntax_local *local) {
    bool named = local->role == SYNTAX_VARIABLE || local->role == SYNTAX_OWN_FUNCTION;
    if (!named || local->reads || !local->at || local->name.at[0] == '_') return;
    if (local->role == SYNTAX_VARIABLE && is_read_behind(local)) return;
    if (local->role == SYNTAX_OWN_FUNCTION)
        lint_find(lint, "TC220", DIAG_WARNING, local->at, "nothing calls local function '%.*s'",
            STR_ARG(local->name));
    else if (local->writes)
        lint_find(lint, "TC220", DIAG_WARNING, local->at, "local '%.*s' is written and never read",
            STR_ARG(local->name));
    else
        lint_find(lint, "TC220", DIAG_WARNING, local->at, "local '%.*s' is never read",
            STR_ARG(local->name));
}

void lint_locals(struct lint *lint) {
    for (const struct syntax_local *local = lint->chunk.locals; local; local = local->next)
        check_local(lint, local);
}

static bool visit(void *context, const struct syntax *node) {
    struct lint *lint = context;
    for (const struct syntax *target = node->list; node->kind == SYNTAX_ASSIGN && target;
         target = target->next)
        if (target->kind == SYNTAX_NAME && !target->local)
            lint_find(lint, "TC221", DIAG_ERROR, target,
                "global '%.*s' is written in a function, which fails: write 'local %.*s'",
                STR_ARG(target->text), STR_ARG(target->text));
    return true;
}

/* Functions inside of functions are part of what is walked, and what is found again is kept once. */
static void check_writes(struct lint *lint, const struct syntax *function) {
    syntax_walk(function->body, visit, lint);
}

static void check_event_write(const struct lint *lint, const struct syntax *target) {
    struct str path = target->kind == SYNTAX_INDEX ? lint_path(lint, target->left)
                                                   : (struct str){0};
    if (path.at)
        lint_find(lint, "TC222", DIAG_WARNING, target,
            "this changes the event, which nobody else sees: write it into a local");
}

void lint_assignment(struct lint *lint, const struct syntax *node) {
    if (node->kind == SYNTAX_FUNCTION) check_writes(lint, node);
    for (const struct syntax *target = node->list; node->kind == SYNTAX_ASSIGN && target;
         target = target->next)
        check_event_write(lint, target);
}
