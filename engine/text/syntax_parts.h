/* Inside the Lua parser: syntax_token.c makes tokens, syntax_scope.c knows the locals, and
 * syntax_expression.c and syntax_statement.c build the tree. Only syntax*.c include it. */
#ifndef TEXT_SYNTAX_PARTS_H
#define TEXT_SYNTAX_PARTS_H

#include "text/syntax.h"

enum token_kind {
    TOKEN_END, /* of the source */
    TOKEN_NAME,
    TOKEN_KEYWORD,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_SIGN,
};

struct token {
    enum token_kind kind;
    struct str text; /* of a string what it means */
    const char *begin;
    unsigned line, column;
    bool begins_line;
};

/* A block that is open: its first token, and how far its line is indented. */
struct opening {
    const char *word; /* "if", "function" */
    unsigned line, column, indent;
    unsigned else_if; /* line of an `else if` in it; 0: there is none */
};

struct visible {
    struct syntax_local *local;
    struct visible *outer;
};

struct parser {
    struct arena *arena;
    const char *at, *end; /* behind the current token */
    const char *line_start;
    unsigned line;
    unsigned lines_before; /* of the file, which messages count */
    bool line_has_token;
    unsigned indent; /* column of the first token of the line of the current one */

    struct token token;   /* the current one */
    unsigned last_line;   /* of the one before it */
    const char *last_end; /* where that one ends */

    struct visible *visible;
    struct syntax_local *locals, *last_local;
    struct syntax *function; /* that is being read; NULL: the chunk */
    unsigned loops;          /* around here in this function */
    unsigned depth;
    struct opening
        suspect; /* a block that an `end` of another indentation closed; word NULL: none */

    bool too_deep;
    struct place place;
    struct diag *diag; /* set: it is no Lua */
};

/* ---- tokens ---- */

void parser_next(struct parser *parser);

/* Reports at the current token, or at a place, and ends the source; the first report wins. */
void parser_fail(struct parser *parser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void parser_fail_at(struct parser *parser, unsigned line, unsigned column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

bool token_is(const struct parser *parser, const char *text); /* a keyword or sign */
bool parser_take(struct parser *parser, const char *text);    /* goes on where it is that */
void parser_need(struct parser *parser, const char *text);    /* reports where it is not */
struct str parser_name(struct parser *parser);
const char *token_shown(const struct parser *parser); /* "'then'", in the arena */
void parser_unexpected(struct parser *parser, const char *wanted);

/* Of a quoted or long string, a number: fills the token. The source stands at its first byte. */
void string_read(struct parser *parser);
void long_string_read(struct parser *parser, size_t level);
size_t long_bracket(const struct parser *parser); /* "[[" is 1, "[=[" is 2; 0: there is none */
void number_read(struct parser *parser);
void line_skip(struct parser *parser); /* the end of a line, of one byte or two */

/* ---- tree ---- */

struct syntax *node_new(struct parser *parser, enum syntax_kind kind); /* at the current token */
struct syntax **node_append(struct syntax **end, struct syntax *node); /* the new end of the list */
bool parser_enter(struct parser *parser); /* one deeper; false: too deep */
void parser_leave(struct parser *parser);

struct syntax *expression_read(struct parser *parser);
struct syntax *expressions_read(struct parser *parser); /* one or more, by commas */
struct syntax *suffixed_read(struct parser *parser);    /* a name or (…), with what follows it */
/* Behind `function` and its name: parameters, body, `end`. */
struct syntax *function_read(
    struct parser *parser, struct syntax *function, const struct opening *opening, bool is_method);

struct syntax *block_read(struct parser *parser); /* up to what ends a block */
struct syntax *local_read(struct parser *parser);
struct syntax *named_function_read(struct parser *parser);
struct syntax *assignment_read(struct parser *parser); /* or a call */
struct opening opening_here(const struct parser *parser, const char *word);
void parser_close(struct parser *parser, const struct opening *opening, const char *word);

/* ---- locals ---- */

struct syntax_local *scope_declare(struct parser *parser, struct syntax *name, int role);
struct syntax_local *scope_find(const struct parser *parser, struct str name);

#endif
