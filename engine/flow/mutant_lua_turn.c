/* What becomes of Lua: operators and comparisons turned, `not` dropped, constants and conditions
 * decided, numbers moved, strings changed, elements dropped, answers turned. */
#include "flow/mutant_lua.h"

#include "base/plain.h"
#include "model/severity.h"
#include "script/column.h"

#include <stdlib.h>

enum { SHOWN = 60 };

/* ---- places and texts ---- */

static struct str source_of(const struct lua_mutants *mutants, struct syntax_span span) {
    return (struct str){mutants->manifest->lua.code.at + span.from, span.to - span.from};
}

static struct str cut(struct str text, size_t most) {
    if (text.len <= most) return text;
    while (most && ((unsigned char)text.at[most] & 0xC0) == 0x80) most--;
    return (struct str){text.at, most};
}

/* As one line, and not too long a one. */
static struct str shown(struct lua_mutants *mutants, struct str source) {
    struct buf flat = {0}, text = {0};
    bool blank = false;
    for (size_t i = 0; i < source.len; i++) {
        bool is_blank = strchr(" \t\r\n", source.at[i]) != NULL;
        if (!is_blank || !blank) buf_add_char(&flat, is_blank ? ' ' : source.at[i]);
        blank = is_blank;
    }
    plain_print(&text, cut(buf_str(&flat), SHOWN));
    if (flat.len > SHOWN) buf_add_text(&text, "…");
    struct str copy = arena_copy(&mutants->to->arena, buf_str(&text));
    buf_release(&flat);
    buf_release(&text);
    return copy;
}

/* The place in the file of a byte of the code. */
static struct place place_at(const struct lua_mutants *mutants, size_t at) {
    const struct manifest_lua *lua = &mutants->manifest->lua;
    unsigned line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at; i++)
        if (lua->code.at[i] == '\n') line++, start = i + 1;
    return column_place(mutants->file, lua, line, (unsigned)(at - start) + 1);
}

/* `after`: what is shown, where it is not the text itself. */
static void add(struct lua_mutants *mutants, const char *kind, struct syntax_span span,
    const char *text, const char *after) {
    struct mutants *to = mutants->to;
    to->list = arena_grow(&to->arena, to->list, to->count);
    to->list[to->count++] = (struct mutant){.kind = kind,
        .place = place_at(mutants, span.from),
        .before = shown(mutants, source_of(mutants, span)),
        .after = str_of(arena_text(&to->arena, after ? after : text)),
        .span = span,
        .text = str_of(arena_text(&to->arena, text))};
}

/* ---- operators ---- */

static void turn_binary(struct lua_mutants *mutants, const struct syntax *node) {
    static const struct {
        const char *sign, *turned, *kind;
    } rows[] = {{"and", "or", "logic-turned"}, {"or", "and", "logic-turned"},
        {"==", "~=", "comparison-turned"}, {"~=", "==", "comparison-turned"},
        {"<", "<=", "comparison-turned"}, {"<=", "<", "comparison-turned"},
        {">", ">=", "comparison-turned"}, {">=", ">", "comparison-turned"},
        {"+", "-", "arithmetic-turned"}, {"-", "+", "arithmetic-turned"},
        {"*", "/", "arithmetic-turned"}, {"/", "*", "arithmetic-turned"},
        {"//", "*", "arithmetic-turned"}, {"%", "*", "arithmetic-turned"},
        {"&", "|", "arithmetic-turned"}, {"|", "&", "arithmetic-turned"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_is(node->text, rows[i].sign))
            add(mutants, rows[i].kind, node->token, rows[i].turned, NULL);
}

static void drop_unary(struct lua_mutants *mutants, const struct syntax *node) {
    if (str_is(node->text, "not")) add(mutants, "not-dropped", node->token, " ", "");
    if (str_is(node->text, "-")) add(mutants, "arithmetic-turned", node->token, " ", "");
}

/* ---- constants ---- */

static void turn_constant(struct lua_mutants *mutants, const struct syntax *node) {
    add(mutants, "constant-turned", node->token, node->kind == SYNTAX_TRUE ? "false" : "true",
        NULL);
}

static void move_number(struct lua_mutants *mutants, const struct syntax *node) {
    struct arena *arena = &mutants->to->arena;
    const char *copy = arena_format(arena, "%.*s", STR_ARG(node->text));
    char *end;
    long long value = strtoll(copy, &end, 10);
    const char *text = *end == '\0' && value < INT64_MAX ? arena_format(arena, "%lld", value + 1)
                                                         : arena_format(arena, "(%s + 1)", copy);
    add(mutants, "number-moved", node->token, text, NULL);
}

/* A severity becomes the next one, so that the alert still has one. */
static const char *other_string(struct str text) {
    for (int i = 0; severity_names[i]; i++)
        if (str_is(text, severity_names[i])) {
            const char *next = severity_names[i + 1];
            return next ? next : severity_names[0];
        }
    return "mutated";
}

static bool is_literal(const struct lua_mutants *mutants, const struct syntax *node) {
    char first = mutants->manifest->lua.code.at[node->token.from];
    return node->kind == SYNTAX_STRING && strchr("\"'[", first);
}

static void change_string(struct lua_mutants *mutants, const struct syntax *node) {
    if (mutants->is_text || !is_literal(mutants, node)) return;
    const char *text = arena_format(&mutants->to->arena, "\"%s\"", other_string(node->text));
    add(mutants, "string-changed", node->token, text, NULL);
}

/* ---- conditions and answers ---- */

static bool is_constant(const struct syntax *node) {
    return node->kind == SYNTAX_TRUE || node->kind == SYNTAX_FALSE || node->kind == SYNTAX_NIL ||
           node->kind == SYNTAX_NUMBER || node->kind == SYNTAX_STRING;
}

static void decide(
    struct lua_mutants *mutants, const struct syntax *condition, const char *outcome) {
    if (condition && !is_constant(condition))
        add(mutants, "condition-fixed", condition->whole, outcome, NULL);
}

/* What is compared in these ways is turned by itself, and so is `not`. */
static bool turns_itself(const struct syntax *value) {
    bool is_operator = value->kind == SYNTAX_BINARY || value->kind == SYNTAX_UNARY;
    return is_operator &&
           (str_is(value->text, "==") || str_is(value->text, "~=") || str_is(value->text, "not"));
}

static bool is_yes_or_no(const struct lua_mutants *mutants, const struct syntax *value) {
    if (mutants->is_rule && mutants->depth == 1) return true;
    return value->kind == SYNTAX_BINARY && strchr("<>", value->text.at[0]);
}

static void turn_answer(struct lua_mutants *mutants, const struct syntax *node) {
    const struct syntax *value = node->values;
    if (!value || value->next || is_constant(value) || turns_itself(value)) return;
    if (!is_yes_or_no(mutants, value)) return;
    struct str source = source_of(mutants, value->whole), brief = shown(mutants, source);
    struct arena *arena = &mutants->to->arena;
    add(mutants, "answer-turned", value->whole, arena_format(arena, "not (%.*s)", STR_ARG(source)),
        arena_format(arena, "not (%.*s)", STR_ARG(brief)));
}

/* ---- lists ---- */

static void drop_element(
    struct lua_mutants *mutants, const struct syntax *before, const struct syntax *element) {
    struct syntax_span whole = element->right->whole, span = whole;
    if (element->next)
        span.to = element->next->right->whole.from;
    else
        span.from = before->right->whole.to;
    add(mutants, "element-dropped", span, "", NULL);
    struct mutant *mutant = &mutants->to->list[mutants->to->count - 1];
    mutant->place = place_at(mutants, whole.from);
    mutant->before = shown(mutants, source_of(mutants, whole));
}

/* Lists only: what has a key is not one of several. */
static void drop_elements(struct lua_mutants *mutants, const struct syntax *table) {
    const struct syntax *before = NULL;
    if (!table->list || !table->list->next) return;
    for (const struct syntax *field = table->list; field; field = field->next)
        if (field->left) return;
    for (const struct syntax *field = table->list; field; before = field, field = field->next)
        drop_element(mutants, before, field);
}

/* ---- calls ---- */

static bool is_name(const struct syntax *node, const char *name) {
    return node && node->kind == SYNTAX_NAME && str_is(node->text, name);
}

static bool is_library(const struct syntax *function, const char *table, const char *name) {
    return function->kind == SYNTAX_INDEX && is_name(function->left, table) &&
           str_is(function->right->text, name);
}

/* Whose string is no value that the rule asks for: a module, a message, a form of text, what stands
 * between texts. */
static bool takes_text(const struct syntax *call) {
    const struct syntax *function = call->left;
    if (call->kind == SYNTAX_METHOD) return str_is(call->text, "format");
    return is_name(function, "require") || is_name(function, "error") ||
           is_library(function, "string", "format") || is_library(function, "table", "concat");
}

/* ---- the walk ---- */

static void add_below(struct lua_mutants *mutants, const struct syntax *node);

static void add_one(struct lua_mutants *mutants, const struct syntax *node) {
    struct syntax alone;
    if (!node) return;
    alone = *node;
    alone.next = NULL;
    lua_mutants_add(mutants, &alone);
}

/* What is joined is text: it makes a name for something, and decides nothing by itself. */
static void add_joined(struct lua_mutants *mutants, const struct syntax *node) {
    const struct syntax *const sides[] = {node->left, node->right};
    for (size_t i = 0; i < 2; i++)
        if (sides[i]->kind != SYNTAX_STRING) add_one(mutants, sides[i]);
}

static void add_call(struct lua_mutants *mutants, const struct syntax *node) {
    bool text = takes_text(node);
    if (!text || node->left->kind != SYNTAX_PARENS) add_one(mutants, node->left);
    for (const struct syntax *argument = node->list; argument; argument = argument->next)
        if (!text || argument->kind != SYNTAX_STRING) add_one(mutants, argument);
}

static void add_clause(struct lua_mutants *mutants, const struct syntax *node) {
    decide(mutants, node->left, "true");
    decide(mutants, node->left, "false");
    add_below(mutants, node);
}

/* Without an end it would only be stopped. */
static void add_loop(struct lua_mutants *mutants, const struct syntax *node) {
    decide(mutants, node->left, node->kind == SYNTAX_WHILE ? "false" : "true");
    add_below(mutants, node);
}

/* An empty text in place of nothing is mostly as good as any other. */
static void add_binary(struct lua_mutants *mutants, const struct syntax *node) {
    if (str_is(node->text, "..")) {
        add_joined(mutants, node);
        return;
    }
    bool is_default = str_is(node->text, "or") && node->right->kind == SYNTAX_STRING;
    add_one(mutants, node->left);
    turn_binary(mutants, node);
    if (!is_default || node->right->text.len) add_one(mutants, node->right);
}

static void add_function(struct lua_mutants *mutants, const struct syntax *node) {
    mutants->depth++;
    lua_mutants_add(mutants, node->body);
    mutants->depth--;
}

static void add_below(struct lua_mutants *mutants, const struct syntax *node) {
    lua_mutants_add(mutants, node->left);
    lua_mutants_add(mutants, node->right);
    lua_mutants_add(mutants, node->list);
    lua_mutants_add(mutants, node->values);
    lua_mutants_add(mutants, node->body);
}

static void add_node(struct lua_mutants *mutants, const struct syntax *node) {
    switch (node->kind) {
    case SYNTAX_TRUE:
    case SYNTAX_FALSE: turn_constant(mutants, node); return;
    case SYNTAX_NUMBER: move_number(mutants, node); return;
    case SYNTAX_STRING: change_string(mutants, node); return;
    case SYNTAX_BINARY: add_binary(mutants, node); return;
    case SYNTAX_CALL:
    case SYNTAX_METHOD: add_call(mutants, node); return;
    case SYNTAX_FUNCTION: add_function(mutants, node); return;
    case SYNTAX_CLAUSE: add_clause(mutants, node); return;
    case SYNTAX_WHILE:
    case SYNTAX_REPEAT: add_loop(mutants, node); return;
    case SYNTAX_LOCAL: lua_mutants_add(mutants, node->values); return;
    case SYNTAX_UNARY: drop_unary(mutants, node); break;
    case SYNTAX_RETURN: turn_answer(mutants, node); break;
    case SYNTAX_TABLE: drop_elements(mutants, node); break;
    default: break;
    }
    add_below(mutants, node);
}

void lua_mutants_add(struct lua_mutants *mutants, const struct syntax *node) {
    for (; node; node = node->next) add_node(mutants, node);
}
