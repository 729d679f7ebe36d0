#include "text/syntax_parts.h"

#include <stdarg.h>

/* ---- reports ---- */

static void fail(
    struct parser *parser, unsigned line, unsigned column, const char *format, va_list args) {
    if (!parser->diag->set) {
        char text[sizeof parser->diag->text];
        vsnprintf(text, sizeof text, format, args);
        diag_set(parser->diag, "%s", text);
        parser->place = (struct place){NULL, line, column};
    }
    parser->at = parser->end;
    parser->token = (struct token){.kind = TOKEN_END, .line = line, .column = column};
}

void parser_fail(struct parser *parser, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fail(parser, parser->token.line, parser->token.column, format, args);
    va_end(args);
}

void parser_fail_at(
    struct parser *parser, unsigned line, unsigned column, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fail(parser, line, column, format, args);
    va_end(args);
}

/* ---- blanks and comments ---- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

static void skip_comment(struct parser *parser) {
    parser->at += 2;
    size_t level = long_bracket(parser);
    if (level) {
        long_string_read(parser, level);
        return;
    }
    while (parser->at < parser->end && !is_line_end(*parser->at)) parser->at++;
}

static bool at_comment(const struct parser *parser) {
    return parser->end - parser->at >= 2 && parser->at[0] == '-' && parser->at[1] == '-';
}

static void set_place(struct parser *parser) {
    parser->token.line = parser->line;
    parser->token.column = (unsigned)(parser->at - parser->line_start) + 1;
}

static void skip_blanks(struct parser *parser) {
    while (parser->at < parser->end) {
        set_place(parser);
        if (at_comment(parser))
            skip_comment(parser);
        else if (is_blank(*parser->at))
            parser->at++;
        else if (is_line_end(*parser->at))
            line_skip(parser);
        else
            return;
    }
}

/* ---- names ---- */

static bool is_letter(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_keyword(struct str name) {
    static const char *const keywords[] = {"and", "break", "do", "else", "elseif", "end", "false",
        "for", "function", "goto", "if", "in", "local", "nil", "not", "or", "repeat", "return",
        "then", "true", "until", "while"};
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (str_is(name, keywords[i])) return true;
    return false;
}

static void read_name(struct parser *parser) {
    struct str name = {parser->at, 0};
    while (parser->at < parser->end && (is_letter(*parser->at) || is_digit(*parser->at)))
        parser->at++;
    name.len = (size_t)(parser->at - name.at);
    parser->token.kind = is_keyword(name) ? TOKEN_KEYWORD : TOKEN_NAME;
    parser->token.text = name;
}

/* ---- signs ---- */

static struct str rest_of(const struct parser *parser) {
    return (struct str){parser->at, (size_t)(parser->end - parser->at)};
}

/* What other languages have and Lua writes otherwise. */
static bool refuse_foreign(struct parser *parser) {
    static const struct {
        const char *sign, *instead;
    } foreign[] = {{"!=", "'not equal' is written '~='"}, {"!", "'not' is a word in Lua"},
        {"&&", "it is written 'and'"}, {"||", "it is written 'or'"}, {"+=", "write 'x = x + …'"},
        {"-=", "write 'x = x - …'"}, {"++", "write 'x = x + 1'"}};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        if (!str_starts(rest_of(parser), str_of(foreign[i].sign))) continue;
        parser_fail(parser, "Lua has no '%s': %s", foreign[i].sign, foreign[i].instead);
        return true;
    }
    return false;
}

static void read_sign(struct parser *parser) {
    static const char *const signs[] = {"...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>",
        "+", "-", "*", "/", "%", "^", "#", "&", "~", "|", "<", ">", "=", "(", ")", "{", "}", "[",
        "]", ";", ":", ",", "."};
    if (refuse_foreign(parser)) return;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t len = strlen(signs[i]);
        if (!str_starts(rest_of(parser), (struct str){signs[i], len})) continue;
        parser->token.kind = TOKEN_SIGN;
        parser->token.text = (struct str){parser->at, len};
        parser->at += len;
        return;
    }
    unsigned char c = (unsigned char)*parser->at;
    if (c > ' ' && c < 0x7F)
        parser_fail(parser, "unexpected character '%c'", c);
    else
        parser_fail(parser, "unexpected byte %u", c);
}

static bool at_number(const struct parser *parser) {
    return is_digit(*parser->at) ||
           (*parser->at == '.' && parser->end - parser->at > 1 && is_digit(parser->at[1]));
}

void parser_next(struct parser *parser) {
    parser->last_line = parser->token.line;
    parser->last_end = parser->at;
    skip_blanks(parser);
    parser->token.begin = parser->at;
    if (!parser->diag->set) set_place(parser);
    parser->token.kind = TOKEN_END;
    parser->token.text = (struct str){0};
    if (parser->diag->set || parser->at == parser->end) return;
    parser->token.begins_line = !parser->line_has_token;
    if (parser->token.begins_line) parser->indent = parser->token.column;
    parser->line_has_token = true;
    size_t level = long_bracket(parser);
    if (is_letter(*parser->at))
        read_name(parser);
    else if (at_number(parser))
        number_read(parser);
    else if (*parser->at == '"' || *parser->at == '\'')
        string_read(parser);
    else if (level)
        long_string_read(parser, level);
    else
        read_sign(parser);
}

/* ---- for the grammar ---- */

bool token_is(const struct parser *parser, const char *text) {
    const struct token *token = &parser->token;
    return (token->kind == TOKEN_KEYWORD || token->kind == TOKEN_SIGN) && str_is(token->text, text);
}

bool parser_take(struct parser *parser, const char *text) {
    bool is = token_is(parser, text);
    if (is) parser_next(parser);
    return is;
}

const char *token_shown(const struct parser *parser) {
    struct str text = parser->token.text;
    if (parser->token.kind == TOKEN_END) return "the end of the code";
    if (parser->token.kind == TOKEN_STRING) return "a string";
    return arena_format(parser->arena, "'%.*s'", (int)(text.len < 40 ? text.len : 40), text.at);
}

void parser_unexpected(struct parser *parser, const char *wanted) {
    parser_fail(parser, "%s expected, not %s", wanted, token_shown(parser));
}

void parser_need(struct parser *parser, const char *text) {
    if (parser_take(parser, text)) return;
    bool is_assignment = token_is(parser, "=") && (!strcmp(text, "then") || !strcmp(text, "do"));
    if (is_assignment)
        parser_fail(parser, "'=' assigns: a comparison is written '=='");
    else
        parser_unexpected(parser, arena_format(parser->arena, "'%s'", text));
}

struct str parser_name(struct parser *parser) {
    struct str name = parser->token.text;
    if (parser->token.kind == TOKEN_NAME)
        parser_next(parser);
    else
        parser_unexpected(parser, "a name");
    return name;
}
