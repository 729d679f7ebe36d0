/* What is read from the event: paths that its log does not have, and calls of what is no function. */
#include "model/log_fields.h"
#include "script/lint.h"

static bool knows(const struct lint *lint, struct str path) {
    return log_fields_know(lint->known->log, path);
}

/* event["userIdentity.type"] reads one name with a dot in it. */
static void check_dotted(const struct lint *lint, const struct syntax *key) {
    lint_find(lint, "TC201", DIAG_WARNING, key,
        "\"%.*s\" is one name here: write .%.*s, or get(event, \"%.*s\")", STR_ARG(key->text),
        STR_ARG(key->text), STR_ARG(key->text));
}

/* Only the first name on a path that is not known is told. */
static void check_index(const struct lint *lint, const struct syntax *index) {
    struct str before = lint_path(lint, index->left);
    if (index == lint->called) return;
    if (!before.at || !knows(lint, before) || index->right->kind != SYNTAX_STRING) return;
    struct str path = lint_path(lint, index);
    if (!path.at) return;
    if (memchr(index->right->text.at, '.', index->right->text.len)) {
        if (lint->known->log->fields.count && knows(lint, path)) check_dotted(lint, index->right);
        return;
    }
    known_check_path(lint->known, path, lint_place(lint, index->right), lint->diags);
}

static void check_get(const struct lint *lint, const struct syntax *call) {
    const struct syntax *from = call->list;
    if (!syntax_is_global(call->left, "get") || !from || !from->next) return;
    struct str before = lint_path(lint, from), path = lint_path(lint, call);
    if (before.at && path.at && knows(lint, before))
        known_check_path(lint->known, path, lint_place(lint, from->next), lint->diags);
}

static void check_call(struct lint *lint, const struct syntax *call) {
    if (call->left->kind != SYNTAX_INDEX || call->left->right->kind != SYNTAX_STRING) return;
    struct str path = lint_path(lint, call->left);
    if (!path.at) return;
    lint->called = call->left;
    lint_find(lint, "TC223", DIAG_ERROR, call->left->right,
        "'%.*s' is a field of the event and no function%s", STR_ARG(path),
        str_is(path, "get") ? ": write get(event, …)" : "");
}

/* ---- names of API calls ---- */

static bool is_named_field(const struct lint *lint, const struct syntax *node) {
    struct str path = lint_path(lint, node);
    return lint->known->names && lint->knows_names && path.at &&
           str_eq(path, lint->known->log->names.of);
}

static void check_name(const struct lint *lint, const struct syntax *text) {
    if (text->kind == SYNTAX_STRING)
        known_check_name(lint->known, STR(""), text->text, lint_place(lint, text), lint->diags);
}

/* "A", {"A", "B"}, and of a set {A = true} the keys. */
static void check_names(const struct lint *lint, const struct syntax *node, bool is_set) {
    const struct syntax *value = syntax_value(node);
    if (!value) return;
    check_name(lint, value);
    for (const struct syntax *field = value->list; value->kind == SYNTAX_TABLE && field;
         field = field->next) {
        const struct syntax *name = is_set ? field->left : field->left ? NULL : field->right;
        if (name) check_name(lint, name);
    }
}

static void check_names_in_call(const struct lint *lint, const struct syntax *call) {
    const struct syntax *first = call->list, *second = first ? first->next : NULL;
    if (!second) return;
    if (syntax_is_global(call->left, "one_of") && is_named_field(lint, first))
        for (; second; second = second->next) check_names(lint, second, false);
    bool looks_up = call->left->kind == SYNTAX_INDEX &&
                    syntax_is_global(call->left->left, "lookup") &&
                    str_is(call->left->right->text, "has");
    if (looks_up && is_named_field(lint, second)) check_names(lint, first, false);
}

static void check_names_in_comparison(const struct lint *lint, const struct syntax *node) {
    if (!syntax_is_operator(node, "==") && !syntax_is_operator(node, "~=")) return;
    if (is_named_field(lint, node->left)) check_name(lint, syntax_bare(node->right));
    if (is_named_field(lint, node->right)) check_name(lint, syntax_bare(node->left));
}

void lint_event(struct lint *lint, const struct syntax *node) {
    if (node->kind == SYNTAX_INDEX) {
        check_index(lint, node);
        if (is_named_field(lint, node->right)) check_names(lint, node->left, true);
    } else if (node->kind == SYNTAX_CALL) {
        check_get(lint, node);
        check_call(lint, node);
        check_names_in_call(lint, node);
    } else if (node->kind == SYNTAX_BINARY) {
        check_names_in_comparison(lint, node);
    }
}
