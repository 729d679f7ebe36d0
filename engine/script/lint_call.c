/* Calls: how many arguments there are, and expressions and methods that are none. */
#include "base/regex.h"
#include "base/suggest.h"
#include "script/arity.h"
#include "script/lint.h"

static int count_arguments(const struct syntax *call) {
    int count = 0;
    for (const struct syntax *argument = call->list; argument; argument = argument->next) count++;
    return count;
}

/* ---- which function ---- */

/* The library or shipped module that the value is; NULL: none that is known. */
static const char *library_of(const struct lint *lint, const struct syntax *node) {
    const struct syntax *value = syntax_value(node);
    bool requires = value->kind == SYNTAX_CALL && syntax_is_global(value->left, "require") &&
                    value->list && value->list->kind == SYNTAX_STRING;
    if (requires) return value->list->text.at;
    if (value->kind != SYNTAX_NAME || value->local) return NULL;
    return arena_copy((struct arena *)&lint->arena, value->text).at;
}

/* `function name()` of the rule's own, or one of those that come later, replaces the library's. */
static bool is_own(const struct lint *lint, struct str name) {
    for (const struct syntax *node = lint->chunk.body; node; node = node->next)
        for (const struct syntax *target = node->list; node->kind == SYNTAX_ASSIGN && target;
             target = target->next)
            if (target->kind == SYNTAX_NAME && !target->local && str_eq(target->text, name))
                return true;
    return false;
}

static const struct arity *arity_of(const struct lint *lint, const struct syntax *called) {
    const struct syntax *value = syntax_value(called);
    if (value->kind == SYNTAX_NAME && !value->local && !is_own(lint, value->text))
        return arity_find("", value->text);
    if (value->kind != SYNTAX_INDEX || value->right->kind != SYNTAX_STRING) return NULL;
    const char *library = library_of(lint, value->left);
    if (!library || is_own(lint, str_of(library))) return NULL;
    return arity_find(library, value->right->text);
}

/* ---- how many ---- */

static const char *expected(struct arena *arena, int least, int most) {
    if (most == ARITY_ANY) return arena_format(arena, "at least %d", least);
    if (least == most) return arena_format(arena, "%d", least);
    return arena_format(arena, "%d to %d", least, most);
}

/* Where the last argument may be several, too few are never certain. */
static void check_count(struct lint *lint, const struct syntax *call, const struct syntax *at,
    const char *name, int least, int most) {
    int count = count_arguments(call);
    bool too_few = count < least && !call->is_variadic;
    bool too_many = most != ARITY_ANY && count - call->is_variadic > most;
    if (too_few || too_many)
        lint_find(lint, "TC230", DIAG_WARNING, at, "'%s' takes %s argument%s, not %d", name,
            expected(&lint->arena, least, most), most == 1 ? "" : "s", count);
}

static const struct syntax *end_of(const struct syntax *called) {
    return called->kind == SYNTAX_INDEX ? called->right : called;
}

/* A function of the rule's own may be called with fewer than its parameters. */
static void check_own(struct lint *lint, const struct syntax *call) {
    const struct syntax *name = call->left;
    const struct syntax_local *local = name->kind == SYNTAX_NAME ? name->local : NULL;
    if (!local || local->writes || !local->value || local->value->kind != SYNTAX_FUNCTION) return;
    const struct syntax *function = local->value;
    if (local->role == SYNTAX_LOOP || function->is_variadic || function->is_method) return;
    int most = 0;
    for (const struct syntax *parameter = function->list; parameter; parameter = parameter->next)
        most++;
    check_count(lint, call, name, arena_copy(&lint->arena, name->text).at, 0, most);
}

/* ---- expressions ---- */

static void check_expression(const struct lint *lint, const struct syntax *text) {
    struct diag diag = {0};
    struct regex *regex = regex_new(text->text, &diag);
    if (regex)
        known_check_regex(text->text, lint_place(lint, text), lint->diags);
    else
        lint_find(lint, "TC231", DIAG_ERROR, text, "bad regular expression: %s", diag.text);
    if (regex) regex_free(regex);
}

static void check_regex(
    const struct lint *lint, const struct arity *arity, const struct syntax *call) {
    const struct syntax *text = call->list ? call->list->next : NULL;
    if (strncmp(arity->name, "regex.", 6) == 0 && text && text->kind == SYNTAX_STRING)
        check_expression(lint, text);
}

void lint_arguments(struct lint *lint, const struct syntax *node) {
    if (node->kind != SYNTAX_CALL) return;
    const struct arity *arity = arity_of(lint, node->left);
    if (arity) {
        check_count(lint, node, end_of(node->left), arity->name, arity->least, arity->most);
        check_regex(lint, arity, node);
    } else {
        check_own(lint, node);
    }
}

/* ---- methods ---- */

static const char *instead_of(struct str method) {
    static const struct {
        const char *method, *instead;
    } known[] = {{"startswith", "glob(s, \"x*\")"}, {"starts_with", "glob(s, \"x*\")"},
        {"endswith", "glob(s, \"*x\")"}, {"ends_with", "glob(s, \"*x\")"},
        {"contains", "s:find(x, 1, true)"}, {"includes", "s:find(x, 1, true)"},
        {"replace", "regex.replace(s, re, with)"}, {"split", "s:gmatch(\"[^,]+\")"},
        {"strip", "s:match(\"^%s*(.-)%s*$\")"}, {"trim", "s:match(\"^%s*(.-)%s*$\")"},
        {"length", "#s"}, {"toLowerCase", "s:lower()"}, {"casefold", "s:lower()"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(method, known[i].method)) return known[i].instead;
    return NULL;
}

static bool is_string_call(const struct syntax *node) {
    return syntax_is_operator(node, "..") ||
           (node->kind == SYNTAX_CALL && syntax_is_global(node->left, "tostring"));
}

/* A string for certain, or a field, of which only strings have methods. */
static bool is_string(const struct lint *lint, const struct syntax *node) {
    const struct syntax *value = syntax_value(node);
    struct str path = lint_path(lint, node);
    return value->kind == SYNTAX_STRING || is_string_call(value) || (path.at && path.len);
}

static void check_event_method(const struct lint *lint, const struct syntax *call) {
    struct str path = lint_path(lint, call->left);
    if (path.at && !path.len)
        lint_find(lint, "TC223", DIAG_ERROR, call,
            "an event has no methods: write get(event, \"a.b\"), or event.a.b");
}

static void report_method(const struct lint *lint, const struct syntax *call) {
    struct suggest suggest = suggest_for(call->text);
    const char *instead = instead_of(call->text);
    for (const struct arity *row = arities; row->name; row++)
        if (strncmp(row->name, "string.", 7) == 0) suggest_offer(&suggest, row->name + 7);
    lint_find(lint, "TC232", DIAG_ERROR, call, "a string has no method '%.*s'%s%s%s",
        STR_ARG(call->text), instead ? ": write " : "", instead ? instead : "",
        instead ? "" : suggest_text(suggest_best(&suggest)));
}

void lint_method(struct lint *lint, const struct syntax *node) {
    if (node->kind != SYNTAX_METHOD) return;
    check_event_method(lint, node);
    if (!is_string(lint, node->left)) return;
    const struct arity *arity = arity_find("string", node->text);
    if (arity)
        check_count(lint, node, node, arity->name, arity->least - 1,
            arity->most == ARITY_ANY ? ARITY_ANY : arity->most - 1);
    else
        report_method(lint, node);
}
