/* What becomes of Lua: operators and comparisons turned, `not` dropped, constants and conditions
 * decided, numbers moved, strings changed, elements dropped, answers turned. */
#include "flow/mutant_lua.h"

#include "base/plain.h"
#include "model/severity.h"
#include "script/column.h"

#include <stdlib.h>

enum { SHOWN = 60 };

/* ---- places and texts ---- */

/* Of a part of the code. */
static struct mutant_span span_of(const struct lua_mutants *mutants, struct str part) {
    size_t from = (size_t)(part.at - mutants->manifest->lua.code.at);
    return (struct mutant_span){from, from + part.len};
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
static void add(struct lua_mutants *mutants, const char *kind, struct str part, const char *text,
    const char *after) {
    struct mutants *to = mutants->to;
    to->list = arena_grow(&to->arena, to->list, to->count);
    to->list[to->count++] = (struct mutant){.kind = kind,
        .place = place_at(mutants, span_of(mutants, part).from),
        .before = shown(mutants, part),
        .after = str_of(arena_text(&to->arena, after ? after : text)),
        .span = span_of(mutants, part),
        .text = str_of(arena_text(&to->arena, text))};
}

/* ---- operators ---- */

void lua_turn_binary(struct lua_mutants *mutants, const struct syntax *node) {
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
            add(mutants, rows[i].kind, node->text, rows[i].turned, NULL);
}

void lua_drop_unary(struct lua_mutants *mutants, const struct syntax *node) {
    if (str_is(node->text, "not")) add(mutants, "not-dropped", node->text, " ", "");
    if (str_is(node->text, "-")) add(mutants, "arithmetic-turned", node->text, " ", "");
}

/* ---- constants ---- */

void lua_turn_constant(struct lua_mutants *mutants, const struct syntax *node) {
    add(mutants, "constant-turned", node->text, node->kind == SYNTAX_TRUE ? "false" : "true", NULL);
}

void lua_move_number(struct lua_mutants *mutants, const struct syntax *node) {
    struct arena *arena = &mutants->to->arena;
    const char *copy = arena_format(arena, "%.*s", STR_ARG(node->text));
    char *end;
    long long value = strtoll(copy, &end, 10);
    const char *text = *end == '\0' && value < INT64_MAX ? arena_format(arena, "%lld", value + 1)
                                                         : arena_format(arena, "(%s + 1)", copy);
    add(mutants, "number-moved", node->text, text, NULL);
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

/* And no name of a field, or `f"x"`. */
static bool is_literal(const struct syntax *node) {
    return node->source.len && strchr("\"'[", node->source.at[0]);
}

void lua_change_string(struct lua_mutants *mutants, const struct syntax *node) {
    if (mutants->is_text || !is_literal(node)) return;
    const char *text = arena_format(&mutants->to->arena, "\"%s\"", other_string(node->text));
    add(mutants, "string-changed", node->source, text, NULL);
}

/* ---- conditions and answers ---- */

static bool is_constant(const struct syntax *node) {
    return node->kind == SYNTAX_TRUE || node->kind == SYNTAX_FALSE || node->kind == SYNTAX_NIL ||
           node->kind == SYNTAX_NUMBER || node->kind == SYNTAX_STRING;
}

void lua_decide(struct lua_mutants *mutants, const struct syntax *condition, const char *outcome) {
    if (condition && !is_constant(condition))
        add(mutants, "condition-fixed", condition->source, outcome, NULL);
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

void lua_turn_answer(struct lua_mutants *mutants, const struct syntax *node) {
    const struct syntax *value = node->values;
    if (!value || value->next || is_constant(value) || turns_itself(value)) return;
    if (!is_yes_or_no(mutants, value)) return;
    struct str source = value->source, brief = shown(mutants, source);
    struct arena *arena = &mutants->to->arena;
    add(mutants, "answer-turned", value->source, arena_format(arena, "not (%.*s)", STR_ARG(source)),
        arena_format(arena, "not (%.*s)", STR_ARG(brief)));
}

/* ---- lists ---- */

static const char *end_of(struct str part) {
    return part.at + part.len;
}

static void drop_element(
    struct lua_mutants *mutants, const struct syntax *before, const struct syntax *element) {
    struct str source = element->right->source, gone = source;
    if (element->next)
        gone.len = (size_t)(element->next->right->source.at - gone.at);
    else
        gone.at = end_of(before->right->source), gone.len = (size_t)(end_of(source) - gone.at);
    add(mutants, "element-dropped", gone, "", NULL);
    struct mutant *mutant = &mutants->to->list[mutants->to->count - 1];
    mutant->place = place_at(mutants, span_of(mutants, source).from);
    mutant->before = shown(mutants, source);
}

/* Lists only: what has a key is not one of several. */
void lua_drop_elements(struct lua_mutants *mutants, const struct syntax *table) {
    const struct syntax *before = NULL;
    if (!table->list || !table->list->next) return;
    for (const struct syntax *field = table->list; field; field = field->next)
        if (field->left) return;
    for (const struct syntax *field = table->list; field; before = field, field = field->next)
        drop_element(mutants, before, field);
}
