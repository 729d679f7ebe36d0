/* Strings and numbers. */
#include "text/syntax_parts.h"

#include "base/buf.h"

#include <stdint.h>

static bool is_digit(int c) {
    return c >= '0' && c <= '9';
}

static bool is_hex(int c) {
    return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static unsigned hex_value(int c) {
    return (unsigned)(is_digit(c) ? c - '0' : (c | 32) - 'a' + 10);
}

/* -1 at the end of the source. */
static int peek(const struct parser *parser) {
    return parser->at < parser->end ? (unsigned char)*parser->at : -1;
}

/* A line may end in CR LF, or in a CR that stands alone. */
void line_skip(struct parser *parser) {
    char first = *parser->at++;
    int second = peek(parser);
    if ((second == '\n' || second == '\r') && second != first) parser->at++;
    parser->line++;
    parser->line_start = parser->at;
    parser->line_has_token = false;
}

/* ---- escapes ---- */

static void bad_escape(struct parser *parser, const char *what) {
    unsigned column = (unsigned)(parser->at - parser->line_start) + 1;
    parser_fail_at(
        parser, parser->line, column, "%s in a string: a backslash itself is written '\\\\'", what);
}

static void read_hex(struct parser *parser, struct buf *to) {
    unsigned value = 0;
    parser->at++;
    for (int i = 0; i < 2; i++) {
        if (!is_hex(peek(parser))) {
            bad_escape(parser, "two hexadecimal digits follow '\\x'");
            return;
        }
        value = value * 16 + hex_value(*parser->at++);
    }
    buf_add_char(to, (char)value);
}

static void add_utf8(struct buf *to, uint32_t point) {
    char bytes[8];
    int count = 1;
    uint32_t first = 0x3F;
    if (point < 0x80) {
        buf_add_char(to, (char)point);
        return;
    }
    do {
        bytes[8 - count++] = (char)(0x80 | (point & 0x3F));
        point >>= 6;
        first >>= 1;
    } while (point > first);
    bytes[8 - count] = (char)((~first << 1) | point);
    buf_add(to, bytes + 8 - count, (size_t)count);
}

static void read_point(struct parser *parser, struct buf *to) {
    uint32_t point = 0;
    size_t digits = 0;
    parser->at++;
    bool good = peek(parser) == '{';
    if (good) parser->at++;
    for (; good && is_hex(peek(parser)); digits++) {
        good = point < 1u << 27;
        point = point * 16 + hex_value(*parser->at++);
    }
    if (!good || !digits || peek(parser) != '}') {
        bad_escape(parser, "a code point is written '\\u{20AC}'");
        return;
    }
    parser->at++;
    add_utf8(to, point);
}

static void read_decimal(struct parser *parser, struct buf *to) {
    unsigned value = 0;
    for (int i = 0; i < 3 && is_digit(peek(parser)); i++)
        value = value * 10 + (unsigned)(*parser->at++ - '0');
    if (value > 255)
        bad_escape(parser, "a byte above 255");
    else
        buf_add_char(to, (char)value);
}

static void skip_space(struct parser *parser) {
    parser->at++;
    while (peek(parser) >= 0 && strchr(" \t\r\n\f\v", peek(parser)) && peek(parser)) {
        if (peek(parser) == '\n' || peek(parser) == '\r')
            line_skip(parser);
        else
            parser->at++;
    }
}

/* Behind the backslash. */
static void read_escape(struct parser *parser, struct buf *to) {
    static const char plain[] = "abfnrtv\\\"'", meant[] = "\a\b\f\n\r\t\v\\\"'";
    int c = peek(parser);
    const char *found = c > 0 ? strchr(plain, c) : NULL;
    if (found) {
        buf_add_char(to, meant[found - plain]);
        parser->at++;
    } else if (c == 'x') {
        read_hex(parser, to);
    } else if (c == 'u') {
        read_point(parser, to);
    } else if (c == 'z') {
        skip_space(parser);
    } else if (c == '\n' || c == '\r') {
        buf_add_char(to, '\n');
        line_skip(parser);
    } else if (is_digit(c)) {
        read_decimal(parser, to);
    } else {
        bad_escape(parser, "an unknown escape");
    }
}

/* ---- strings ---- */

static void set_string(struct parser *parser, struct buf *text) {
    parser->token.kind = TOKEN_STRING;
    parser->token.text = arena_copy(parser->arena, buf_str(text));
    if (parser->diag->set) parser->token.kind = TOKEN_END;
    buf_release(text);
}

void string_read(struct parser *parser) {
    struct buf text = {0};
    char quote = *parser->at++;
    while (!parser->diag->set && peek(parser) != quote) {
        int c = peek(parser);
        if (c < 0 || c == '\n' || c == '\r') {
            parser_fail(parser, "a string begins here and does not end in its line");
        } else if (c == '\\') {
            parser->at++;
            read_escape(parser, &text);
        } else {
            buf_add_char(&text, (char)c);
            parser->at++;
        }
    }
    if (!parser->diag->set) parser->at++;
    set_string(parser, &text);
}

size_t long_bracket(const struct parser *parser) {
    const char *at = parser->at;
    if (at == parser->end || *at++ != '[') return 0;
    while (at < parser->end && *at == '=') at++;
    return at < parser->end && *at == '[' ? (size_t)(at - parser->at) : 0;
}

static bool closes(const struct parser *parser, size_t level) {
    if ((size_t)(parser->end - parser->at) < level + 1 || *parser->at != ']') return false;
    for (size_t i = 1; i < level; i++)
        if (parser->at[i] != '=') return false;
    return parser->at[level] == ']';
}

void long_string_read(struct parser *parser, size_t level) {
    struct buf text = {0};
    parser->at += level + 1;
    if (peek(parser) == '\n' || peek(parser) == '\r') line_skip(parser);
    while (parser->at < parser->end && !closes(parser, level)) {
        bool ends = *parser->at == '\n' || *parser->at == '\r';
        buf_add_char(&text, ends ? '\n' : *parser->at);
        if (ends)
            line_skip(parser);
        else
            parser->at++;
    }
    if (parser->at == parser->end)
        parser_fail(parser, "a long string or comment begins here and does not end");
    else
        parser->at += level + 1;
    set_string(parser, &text);
}

/* ---- numbers ---- */

static size_t skip_digits(struct parser *parser, bool (*is)(int)) {
    const char *from = parser->at;
    while (is(peek(parser))) parser->at++;
    return (size_t)(parser->at - from);
}

static bool skip_exponent(struct parser *parser, int mark) {
    if ((peek(parser) | 32) != mark) return true;
    parser->at++;
    if (peek(parser) == '+' || peek(parser) == '-') parser->at++;
    return skip_digits(parser, is_digit) > 0;
}

void number_read(struct parser *parser) {
    struct str text = {parser->at, 0};
    bool hex = parser->at[0] == '0' && parser->end - parser->at > 1 && (parser->at[1] | 32) == 'x';
    bool (*is)(int) = hex ? is_hex : is_digit;
    if (hex) parser->at += 2;
    size_t digits = skip_digits(parser, is);
    if (peek(parser) == '.') parser->at++, digits += skip_digits(parser, is);
    bool good = digits > 0 && skip_exponent(parser, hex ? 'p' : 'e');
    int c = peek(parser);
    good = good && !is_hex(c) && c != '_' && c != '.' && !((c | 32) >= 'g' && (c | 32) <= 'z');
    text.len = (size_t)(parser->at - text.at);
    parser->token.kind = TOKEN_NUMBER;
    parser->token.text = text;
    if (!good) parser_fail(parser, "malformed number");
}
