/* Statements that give names a value: locals, functions and assignments; and calls, which begin alike. */
#include "text/syntax_parts.h"

#include <stdint.h>

/* ---- locals and functions ---- */

/* "const", "close", or "" where there is none. */
static struct str read_attribute(struct parser *parser) {
    if (!parser_take(parser, "<")) return STR("");
    struct str name = parser->token.text;
    bool known = str_is(name, "const") || str_is(name, "close");
    if (parser->token.kind == TOKEN_NAME && !known)
        parser_fail(
            parser, "unknown attribute '%.*s' (there are 'const' and 'close')", STR_ARG(name));
    parser_name(parser);
    parser_need(parser, ">");
    return name;
}

static struct syntax *read_local_function(struct parser *parser, struct syntax *statement) {
    struct syntax *name = node_new(parser, SYNTAX_NAME);
    struct syntax *function = node_new(parser, SYNTAX_FUNCTION);
    struct opening opening = opening_here(parser, "function");
    opening.line = statement->line, opening.column = statement->column;
    name->text = parser_name(parser);
    statement->list = name;
    statement->values = function;
    scope_declare(parser, name, SYNTAX_OWN_FUNCTION)->value = function;
    function_read(parser, function, &opening, false);
    return statement;
}

/* Which of the first 64 names are constant, as bits. */
static uint64_t read_local_names(struct parser *parser, struct syntax **end) {
    uint64_t constant = 0;
    unsigned closed = 0;
    for (unsigned i = 0; i == 0 || parser_take(parser, ","); i++) {
        struct syntax *name = node_new(parser, SYNTAX_NAME);
        name->text = parser_name(parser);
        end = node_append(end, name);
        struct str attribute = read_attribute(parser);
        closed += str_is(attribute, "close");
        if (closed > 1) parser_fail(parser, "more than one '<close>' in a 'local'");
        if (attribute.len && i < 64) constant |= 1ull << i;
    }
    return constant;
}

static void declare_locals(struct parser *parser, struct syntax *statement, uint64_t constant) {
    const struct syntax *value = statement->values;
    for (struct syntax *name = statement->list; name; name = name->next, constant >>= 1) {
        struct syntax_local *local = scope_declare(parser, name, SYNTAX_VARIABLE);
        local->is_constant = constant & 1;
        local->value = value;
        value = value ? value->next : NULL;
    }
}

/* What is given is read before the names are visible. */
struct syntax *local_read(struct parser *parser) {
    struct syntax *statement = node_new(parser, SYNTAX_LOCAL);
    parser_next(parser);
    if (parser_take(parser, "function")) return read_local_function(parser, statement);
    uint64_t constant = read_local_names(parser, &statement->list);
    if (parser_take(parser, "=")) statement->values = expressions_read(parser);
    declare_locals(parser, statement, constant);
    return statement;
}

static struct syntax *read_function_name(struct parser *parser, bool *is_method) {
    struct syntax *name = node_new(parser, SYNTAX_NAME);
    name->text = parser_name(parser);
    name->local = scope_find(parser, name->text);
    if (name->local && !token_is(parser, ".") && !token_is(parser, ":"))
        name->local->writes++;
    else if (name->local)
        name->local->reads++;
    while (!*is_method && (token_is(parser, ".") || token_is(parser, ":"))) {
        struct syntax *index = node_new(parser, SYNTAX_INDEX);
        *is_method = token_is(parser, ":");
        parser_next(parser);
        index->line = name->line, index->column = name->column;
        index->left = name;
        index->right = node_new(parser, SYNTAX_STRING);
        index->right->text = parser_name(parser);
        name = index;
    }
    return name;
}

static void check_target(struct parser *parser, const struct syntax *target) {
    if (target->kind == SYNTAX_NAME && target->local && target->local->is_constant)
        parser_fail_at(
            parser, target->line, target->column, "'%.*s' is constant", STR_ARG(target->text));
}

struct syntax *named_function_read(struct parser *parser) {
    struct syntax *statement = node_new(parser, SYNTAX_ASSIGN);
    struct opening opening = opening_here(parser, "function");
    bool is_method = false;
    parser_next(parser);
    statement->list = read_function_name(parser, &is_method);
    check_target(parser, statement->list);
    struct syntax *function = node_new(parser, SYNTAX_FUNCTION);
    function->line = statement->line, function->column = statement->column;
    statement->values = function_read(parser, function, &opening, is_method);
    return statement;
}

/* ---- what begins with an expression ---- */

static const char *foreign_word(struct str word) {
    static const struct {
        const char *word, *instead;
    } words[] = {{"elif", "elseif"}, {"elsif", "elseif"}, {"def", "function"}, {"func", "function"},
        {"fn", "function"}, {"var", "local"}, {"let", "local"}, {"const", "local"},
        {"funtion", "function"}, {"fuction", "function"}, {"functon", "function"},
        {"retrun", "return"}, {"retun", "return"}, {"reutrn", "return"}, {"lcoal", "local"},
        {"foreach", "for"}, {"unless", "if not"}, {"switch", "if"}, {"try", "no such thing"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(word, words[i].word)) return words[i].instead;
    return NULL;
}

static void fail_statement(struct parser *parser, const struct syntax *first) {
    const char *instead = first->kind == SYNTAX_NAME ? foreign_word(first->text) : NULL;
    if (instead)
        parser_fail_at(parser, first->line, first->column, "Lua has no '%.*s' (did you mean '%s'?)",
            STR_ARG(first->text), instead);
    else if (token_is(parser, "=="))
        parser_fail(parser, "'==' compares: what comes of it goes nowhere");
    else
        parser_unexpected(parser, "'=' or a call");
}

static void note_target(struct parser *parser, struct syntax *target) {
    bool assignable = target->kind == SYNTAX_NAME || target->kind == SYNTAX_INDEX;
    if (!assignable)
        parser_fail_at(parser, target->line, target->column, "nothing can be assigned to this");
    if (target->kind != SYNTAX_NAME || !target->local) return;
    target->local->reads--;
    target->local->writes++;
}

static struct syntax *read_assignment(
    struct parser *parser, struct syntax *statement, struct syntax *first) {
    struct syntax **end = node_append(&statement->list, first);
    statement->kind = SYNTAX_ASSIGN;
    note_target(parser, first);
    while (parser_take(parser, ",")) {
        struct syntax *target = suffixed_read(parser);
        note_target(parser, target);
        end = node_append(end, target);
    }
    parser_need(parser, "=");
    statement->values = expressions_read(parser);
    for (const struct syntax *target = statement->list; target; target = target->next)
        check_target(parser, target);
    return statement;
}

struct syntax *assignment_read(struct parser *parser) {
    struct syntax *statement = node_new(parser, SYNTAX_EVALUATE);
    if (token_is(parser, "#") || token_is(parser, "//"))
        parser_fail(parser, "a comment begins with '--', not with %s", token_shown(parser));
    if (parser->token.kind != TOKEN_NAME && !token_is(parser, "("))
        parser_unexpected(parser, "a statement");
    struct syntax *first = suffixed_read(parser);
    if (token_is(parser, "=") || token_is(parser, ","))
        return read_assignment(parser, statement, first);
    if (first->kind != SYNTAX_CALL && first->kind != SYNTAX_METHOD) fail_statement(parser, first);
    statement->right = first;
    return statement;
}
