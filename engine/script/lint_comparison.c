/* Comparisons that come out the same for every event. */
#include "model/log_fields.h"
#include "script/lint.h"

static bool is_constant(const struct syntax *node) {
    node = syntax_bare(node);
    return node->kind == SYNTAX_STRING || node->kind == SYNTAX_NUMBER ||
           node->kind == SYNTAX_TRUE || node->kind == SYNTAX_FALSE || node->kind == SYNTAX_NIL;
}

static bool is_equality(const struct syntax *node) {
    return syntax_is_operator(node, "==") || syntax_is_operator(node, "~=");
}

static const char *outcome(const struct syntax *equality) {
    return syntax_is_operator(equality, "==") ? "is never true" : "is always true";
}

/* ---- tables ---- */

static bool check_table(const struct lint *lint, const struct syntax *node) {
    bool makes = syntax_bare(node->left)->kind == SYNTAX_TABLE ||
                 syntax_bare(node->right)->kind == SYNTAX_TABLE;
    if (makes)
        lint_find(lint, "TC224", DIAG_WARNING, node,
            "this %s: a table that is made here equals no other; see one_of(value, list)",
            outcome(node));
    return makes;
}

/* ---- not a == b ---- */

static bool is_boolean(const struct syntax *node) {
    node = syntax_bare(node);
    return node->kind == SYNTAX_TRUE || node->kind == SYNTAX_FALSE || !is_constant(node);
}

static void check_not(const struct lint *lint, const struct syntax *node) {
    bool negated = node->left->kind == SYNTAX_UNARY && str_is(node->left->text, "not");
    if (negated && !is_boolean(node->right))
        lint_find(lint, "TC225", DIAG_WARNING, node->left,
            "'not' belongs to the value before '%.*s': write '%s', or not (a == b)",
            STR_ARG(node->text), syntax_is_operator(node, "==") ? "a ~= b" : "a == b");
}

/* ---- types of fields ---- */

static const char *shown(const struct syntax *constant, struct arena *arena) {
    if (constant->kind == SYNTAX_STRING)
        return arena_format(arena, "\"%.*s\"", STR_ARG(constant->text));
    if (constant->kind == SYNTAX_TRUE) return "true";
    if (constant->kind == SYNTAX_FALSE) return "false";
    return arena_format(arena, "%.*s", STR_ARG(constant->text));
}

static void report_string(
    struct lint *lint, const struct syntax *node, struct str path, const struct syntax *constant) {
    const char *text = shown(constant, &lint->arena);
    lint_find(lint, "TC226", DIAG_WARNING, constant,
        "this %s: '%.*s' is a string, and %s is none; write \"%s\"", outcome(node), STR_ARG(path),
        text, text);
    diags_suggest(lint->diags, str_of(text), arena_format(&lint->arena, "\"%s\"", text));
}

static void check_type(struct lint *lint, const struct syntax *node, const struct syntax *field,
    const struct syntax *constant) {
    constant = syntax_bare(constant);
    struct str path = lint_field(lint, field);
    if (!path.at || !is_constant(constant) || constant->kind == SYNTAX_NIL) return;
    enum log_field_type type = log_fields_type(lint->known->log, path);
    bool is_truth = constant->kind == SYNTAX_TRUE || constant->kind == SYNTAX_FALSE;
    if (type == LOG_FIELD_STRING && constant->kind != SYNTAX_STRING)
        report_string(lint, node, path, constant);
    if (type == LOG_FIELD_BOOLEAN && !is_truth)
        lint_find(lint, "TC226", DIAG_WARNING, constant,
            "this %s: '%.*s' is true or false, and %s is neither", outcome(node), STR_ARG(path),
            shown(constant, &lint->arena));
}

/* ---- a thing and itself, a thing and two values ---- */

static bool reads_only(const struct syntax *node) {
    node = syntax_bare(node);
    if (node->kind == SYNTAX_INDEX) return reads_only(node->left) && reads_only(node->right);
    return node->kind == SYNTAX_NAME || node->kind == SYNTAX_STRING;
}

static void check_itself(const struct lint *lint, const struct syntax *node) {
    const struct syntax *left = syntax_bare(node->left), *right = syntax_bare(node->right);
    bool same = left->kind != SYNTAX_STRING && reads_only(left) && syntax_equal(left, right);
    if (same && left->kind == SYNTAX_INDEX)
        lint_find(lint, "TC227", DIAG_WARNING, node, "both sides of '%.*s' are the same",
            STR_ARG(node->text));
}

/* a ~= "x" or a ~= "y" holds for every a; a == "x" and a == "y" for none. */
static void check_pair(const struct lint *lint, const struct syntax *node) {
    bool is_or = syntax_is_operator(node, "or");
    const char *sign = is_or ? "~=" : "==";
    const struct syntax *first = syntax_bare(node->left), *second = syntax_bare(node->right);
    if (is_or == syntax_is_operator(node, "and")) return;
    if (syntax_is_operator(first, is_or ? "or" : "and")) first = syntax_bare(first->right);
    if (!syntax_is_operator(first, sign) || !syntax_is_operator(second, sign)) return;
    const struct syntax *one = syntax_bare(first->right), *other = syntax_bare(second->right);
    if (!reads_only(first->left) || !syntax_equal(first->left, second->left)) return;
    if (!is_constant(one) || !is_constant(other) || syntax_equal(one, other)) return;
    lint_find(lint, "TC227", DIAG_WARNING, node, "this is %s true: write '%s' between the two",
        is_or ? "always" : "never", is_or ? "and" : "or");
}

void lint_comparison(struct lint *lint, const struct syntax *node) {
    if (node->kind != SYNTAX_BINARY) return;
    check_pair(lint, node);
    if (!is_equality(node)) return;
    check_not(lint, node);
    check_itself(lint, node);
    if (check_table(lint, node)) return;
    check_type(lint, node, node->left, node->right);
    check_type(lint, node, node->right, node->left);
}

/* ---- conditions ---- */

/* x == "a" or "b" is never false. */
static void check_alternative(const struct lint *lint, const struct syntax *node) {
    const struct syntax *right = syntax_bare(node->right);
    bool constant = right->kind == SYNTAX_STRING || right->kind == SYNTAX_NUMBER ||
                    right->kind == SYNTAX_TABLE;
    if (syntax_is_operator(node, "or") && constant && syntax_is_comparison(syntax_bare(node->left)))
        lint_find(lint, "TC228", DIAG_WARNING, right,
            "what follows 'or' is a value of its own, and never false: write one_of(value, …)");
}

static void check_clauses(const struct lint *lint, const struct syntax *statement) {
    for (const struct syntax *clause = statement->list; clause; clause = clause->next)
        for (const struct syntax *at = statement->list; clause->left && at != clause; at = at->next)
            if (reads_only(clause->left) + syntax_is_comparison(clause->left) &&
                syntax_equal(at->left, clause->left)) {
                lint_find(lint, "TC229", DIAG_WARNING, clause,
                    "the same is tested in line %u: this is never reached",
                    lint_place(lint, at).line);
                break;
            }
}

void lint_condition(struct lint *lint, const struct syntax *node) {
    if (node->kind == SYNTAX_BINARY) check_alternative(lint, node);
    if (node->kind == SYNTAX_IF) check_clauses(lint, node);
}
