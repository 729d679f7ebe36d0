/* Where a function goes: what it answers, and code that is never reached. */
#include "base/suggest.h"
#include "model/log_fields.h"
#include "model/severity.h"
#include "script/lint.h"

/* ---- what is never reached ---- */

static bool always_leaves(const struct syntax *body);

static bool if_leaves(const struct syntax *statement) {
    bool has_else = false;
    for (const struct syntax *clause = statement->list; clause; clause = clause->next) {
        has_else |= !clause->left;
        if (!always_leaves(clause->body)) return false;
    }
    return has_else;
}

static bool calls_error(const struct syntax *statement) {
    return statement->kind == SYNTAX_EVALUATE && statement->right &&
           statement->right->kind == SYNTAX_CALL &&
           syntax_is_global(statement->right->left, "error");
}

static bool leaves(const struct syntax *statement) {
    switch (statement->kind) {
    case SYNTAX_RETURN:
    case SYNTAX_BREAK:
    case SYNTAX_GOTO: return true;
    case SYNTAX_DO: return always_leaves(statement->body);
    case SYNTAX_IF: return if_leaves(statement);
    default: return calls_error(statement);
    }
}

/* A label may be reached from elsewhere. */
static bool always_leaves(const struct syntax *body) {
    bool left = false;
    for (; body; body = body->next) {
        if (body->kind == SYNTAX_LABEL) return false;
        left |= leaves(body);
    }
    return left;
}

static void check_unreachable(const struct lint *lint, const struct syntax *body) {
    for (; body && body->next; body = body->next) {
        if (!leaves(body) || body->next->kind == SYNTAX_LABEL) continue;
        lint_find(lint, "TC233", DIAG_WARNING, body->next,
            "this is never reached: what stands before it always leaves");
        return;
    }
}

/* ---- what is answered ---- */

struct answers {
    bool any; /* a `return` with a value */
};

static bool find_return(void *context, const struct syntax *node) {
    struct answers *answers = context;
    if (node->kind == SYNTAX_RETURN && node->values) answers->any = true;
    return node->kind != SYNTAX_FUNCTION;
}

static void check_answer(const struct lint *lint, const struct syntax *function, const char *name) {
    struct answers answers = {false};
    syntax_walk(function->body, find_return, &answers);
    bool fails = function->body && !function->body->next && calls_error(function->body);
    if (!answers.any && !fails)
        lint_find(lint, "TC234", DIAG_WARNING, function,
            "function '%s' answers nothing: it has no 'return' with a value", name);
}

void lint_way(struct lint *lint, const struct syntax *node) {
    if (node->body) check_unreachable(lint, node->body);
    const char *name = node->kind == SYNTAX_FUNCTION ? lint_asked(lint, node) : NULL;
    if (name) check_answer(lint, node, name);
}

/* ---- of `rule` and `severity` ---- */

struct answering {
    struct lint *lint;
    const char *name;
};

/* What this answers where it is not false or nil, and is neither true. */
static const struct syntax *no_truth(const struct lint *lint, const struct syntax *node) {
    node = syntax_bare(node);
    if (syntax_is_operator(node, "and")) return no_truth(lint, node->right);
    if (syntax_is_operator(node, "or")) {
        const struct syntax *left = no_truth(lint, node->left);
        return left ? left : no_truth(lint, node->right);
    }
    bool constant = node->kind == SYNTAX_STRING || node->kind == SYNTAX_NUMBER ||
                    node->kind == SYNTAX_TABLE || syntax_is_operator(node, "..");
    struct str path = lint_field(lint, node);
    bool text = path.at && log_fields_type(lint->known->log, path) == LOG_FIELD_STRING &&
                lint->known->log->fields.count;
    return constant || text ? node : NULL;
}

static void check_truth(const struct lint *lint, const struct syntax *statement) {
    const struct syntax *value = statement->values;
    const struct syntax *wrong = value && !value->next ? no_truth(lint, value) : NULL;
    if (wrong)
        lint_find(lint, "TC235", DIAG_WARNING, wrong,
            "'rule' answers true or false, and this is neither: compare it with something");
}

static void check_severity(const struct lint *lint, const struct syntax *node) {
    enum severity severity;
    node = syntax_bare(node);
    if (syntax_is_operator(node, "and")) check_severity(lint, node->right);
    if (syntax_is_operator(node, "or"))
        check_severity(lint, node->left), check_severity(lint, node->right);
    if (node->kind == SYNTAX_STRING && !severity_parse(node->text, &severity))
        lint_find(lint, "TC236", DIAG_WARNING, node, "unknown severity '%.*s'%s",
            STR_ARG(node->text), suggest_text(suggest_from(node->text, severity_names)));
}

static bool visit(void *context, const struct syntax *node) {
    const struct answering *answering = context;
    if (node->kind == SYNTAX_RETURN && strcmp(answering->name, "rule") == 0)
        check_truth(answering->lint, node);
    if (node->kind == SYNTAX_RETURN && node->values && strcmp(answering->name, "severity") == 0)
        check_severity(answering->lint, node->values);
    return node->kind != SYNTAX_FUNCTION;
}

void lint_return(struct lint *lint, const struct syntax *node) {
    const char *name = node->kind == SYNTAX_FUNCTION ? lint_asked(lint, node) : NULL;
    struct answering answering = {lint, name};
    if (name) syntax_walk(node->body, visit, &answering);
}
