/* What is known of values from how they are written. */
#include "script/lint.h"
#include "script/rule_script.h"

enum { LONGEST_PATH = 300 };

bool syntax_is_global(const struct syntax *node, const char *name) {
    return node && node->kind == SYNTAX_NAME && !node->local && str_is(node->text, name);
}

bool syntax_is_operator(const struct syntax *node, const char *sign) {
    return node && node->kind == SYNTAX_BINARY && str_is(node->text, sign);
}

bool syntax_is_comparison(const struct syntax *node) {
    static const char *const signs[] = {"==", "~=", "<", ">", "<=", ">="};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (syntax_is_operator(node, signs[i])) return true;
    return false;
}

const struct syntax *syntax_bare(const struct syntax *node) {
    while (node && node->kind == SYNTAX_PARENS) node = node->right;
    return node;
}

static bool lists_equal(const struct syntax *a, const struct syntax *b) {
    for (; a && b; a = a->next, b = b->next)
        if (!syntax_equal(a, b)) return false;
    return !a && !b;
}

bool syntax_equal(const struct syntax *a, const struct syntax *b) {
    if (!a || !b) return a == b;
    if (a->kind == SYNTAX_FUNCTION) return false;
    return a->kind == b->kind && a->local == b->local && str_eq(a->text, b->text) &&
           syntax_equal(a->left, b->left) && syntax_equal(a->right, b->right) &&
           lists_equal(a->list, b->list);
}

const struct syntax *syntax_value(const struct syntax *node) {
    node = syntax_bare(node);
    while (node && node->kind == SYNTAX_NAME && node->local) {
        const struct syntax_local *local = node->local;
        if (local->role != SYNTAX_VARIABLE || local->writes || !local->value) return node;
        node = syntax_bare(local->value);
    }
    return node;
}

/* ---- the event ---- */

const char *lint_asked(const struct lint *lint, const struct syntax *function) {
    for (const struct syntax *node = lint->chunk.body; node; node = node->next) {
        bool defines = node->kind == SYNTAX_ASSIGN && node->values == function && function;
        for (int i = 0; defines && i < RULE_FUNCTIONS; i++)
            if (syntax_is_global(node->list, rule_function_names[i])) return rule_function_names[i];
    }
    return NULL;
}

/* The first parameter of a function that is asked, and of a helper that calls it `event`. */
static void mark_function(const struct lint *lint, const struct syntax *function) {
    if (!function || function->kind != SYNTAX_FUNCTION || !function->list) return;
    struct syntax_local *local = function->list->local;
    if (!local || local->writes) return;
    if (str_is(local->name, "event") || lint_asked(lint, function)) local->mark = LINT_EVENT;
}

void lint_mark_events(struct lint *lint) {
    for (const struct syntax *node = lint->chunk.body; node; node = node->next)
        if (node->kind == SYNTAX_ASSIGN || node->kind == SYNTAX_LOCAL)
            mark_function(lint, node->values);
}

static struct str below(const struct lint *lint, struct str path, struct str name) {
    if (!path.at || path.len + name.len > LONGEST_PATH) return (struct str){0};
    if (!path.len) return name;
    return str_of(
        arena_format((struct arena *)&lint->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(name)));
}

static struct str path_of_index(const struct lint *lint, const struct syntax *index) {
    struct str path = lint_path(lint, index->left);
    if (index->right->kind == SYNTAX_NUMBER) return path;
    if (index->right->kind != SYNTAX_STRING) return (struct str){0};
    return below(lint, path, index->right->text);
}

/* get(event, "a.b.1.c"); a number is an element of a list, which is at the list's own path. */
static struct str path_of_get(const struct lint *lint, const struct syntax *call) {
    const struct syntax *from = call->list, *names = from ? from->next : NULL;
    if (!syntax_is_global(call->left, "get") || !names || names->kind != SYNTAX_STRING)
        return (struct str){0};
    struct str path = lint_path(lint, from), rest = names->text;
    while (rest.len) {
        const char *dot = memchr(rest.at, '.', rest.len);
        struct str name = {rest.at, dot ? (size_t)(dot - rest.at) : rest.len};
        bool is_number = name.len && strspn(name.at, "0123456789") >= name.len;
        if (!is_number) path = below(lint, path, name);
        rest = (struct str){rest.at + name.len, rest.len - name.len};
        if (rest.len) rest = (struct str){rest.at + 1, rest.len - 1};
    }
    return path;
}

/* for _, element in ipairs(LIST) */
static struct str path_of_element(const struct lint *lint, const struct syntax_local *local);

static struct str path_of_name(const struct lint *lint, const struct syntax *name) {
    const struct syntax_local *local = name->local;
    if (!local) return (struct str){0};
    if (local->mark == LINT_EVENT) return STR("");
    if (local->role == SYNTAX_LOOP) return path_of_element(lint, local);
    if (local->role != SYNTAX_VARIABLE || local->writes) return (struct str){0};
    return lint_path(lint, local->value);
}

struct str lint_path(const struct lint *lint, const struct syntax *node) {
    node = syntax_bare(node);
    if (!node) return (struct str){0};
    if (node->kind == SYNTAX_NAME) return path_of_name(lint, node);
    if (node->kind == SYNTAX_INDEX) return path_of_index(lint, node);
    if (node->kind == SYNTAX_CALL) return path_of_get(lint, node);
    bool empty = syntax_is_operator(node, "or") && node->right->kind == SYNTAX_TABLE &&
                 !node->right->list;
    return empty ? lint_path(lint, node->left) : (struct str){0};
}

static struct str path_of_element(const struct lint *lint, const struct syntax_local *local) {
    const struct syntax *list = local->value;
    bool second = local->at && list && list->kind == SYNTAX_CALL && !local->writes;
    if (!second || !syntax_is_global(list->left, "ipairs")) return (struct str){0};
    return lint_path(lint, list->list);
}

struct str lint_field(const struct lint *lint, const struct syntax *node) {
    const struct syntax *value = syntax_value(node);
    bool has_default = value && value->kind == SYNTAX_CALL && value->list && value->list->next &&
                       value->list->next->next;
    if (has_default) return (struct str){0};
    return lint_path(lint, node);
}
