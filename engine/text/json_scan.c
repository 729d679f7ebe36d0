#include "text/json_scan.h"

#include "text/json_plain.h"

#include <stdio.h>

/* Those up to DONE allow white space before them. */
enum state {
    VALUE,
    FIRST_ELEMENT, /* a value or ] */
    FIRST_KEY,     /* a key or } */
    KEY,
    COLON,
    AFTER, /* a comma, or what closes the innermost level */
    DONE,
    STRING,
    ESCAPE,
    HEX1,
    HEX2,
    HEX3,
    HEX4,
    LITERAL,
    MINUS, /* the rest are numbers */
    ZERO,
    INTEGER,
    POINT,
    FRACTION,
    EXPONENT,
    SIGN,
    POWER,
};

/* cJSON keeps numbers as doubles, which hold any integer of so many digits. */
enum { EXACT_DIGITS = 15 };

/* ---- what is simple ---- */

/* Each of these returns what stands behind a string, literal or integer that begins at `at`, or NULL
 * where it is not all there, or not a simple one: without escapes, ASCII, exact in a double. */
static const char *string_end(const char *at, const char *end) {
    at = plain_end(at + 1, end);
    return at < end && *at == '"' ? at + 1 : NULL;
}

static const char *literal_end(const char *at, const char *end, struct str literal) {
    return str_starts((struct str){at, (size_t)(end - at)}, literal) ? at + literal.len : NULL;
}

static const char *integer_end(const char *at, const char *end) {
    const char *from = at;
    while (at < end && *at >= '0' && *at <= '9') at++;
    bool exact = at - from <= EXACT_DIGITS && (*from != '0' || at - from == 1);
    return exact && at < end && (*at == ',' || *at == '}') ? at : NULL;
}

static const char *scalar_end(const char *at, const char *end) {
    switch (*at) {
    case '"': return string_end(at, end);
    case 't': return literal_end(at, end, STR("true"));
    case 'f': return literal_end(at, end, STR("false"));
    case 'n': return literal_end(at, end, STR("null"));
    default: return *at >= '0' && *at <= '9' ? integer_end(at, end) : NULL;
    }
}

void json_scan_init(struct json_scan *scan, unsigned depth, uint64_t values) {
    *scan = (struct json_scan){.limit = depth, .most = values};
}

void json_scan_expect_value(struct json_scan *scan) {
    scan->state = VALUE;
}

void json_scan_expect_more(struct json_scan *scan) {
    scan->state = AFTER;
}

bool json_scan_in_string(const struct json_scan *scan) {
    return scan->state >= STRING && scan->state <= HEX4;
}

bool json_scan_after_value(const struct json_scan *scan) {
    return scan->state == AFTER;
}

static uint64_t offset_of(const struct json_scan *scan, const char *at) {
    return scan->offset + (uint64_t)(at - scan->fed);
}

static enum json_event tell(struct json_scan *scan, enum json_event event) {
    scan->level = scan->nest.depth;
    return scan->level <= scan->watch ? event : SCAN_MORE;
}

static enum json_event end_value(struct json_scan *scan) {
    scan->state = scan->nest.depth ? AFTER : DONE;
    return tell(scan, SCAN_END);
}

static bool is_deepest(const struct json_scan *scan) {
    return scan->nest.depth >= scan->outside + scan->limit;
}

static enum json_event open_level(struct json_scan *scan, bool object) {
    if (is_deepest(scan)) return SCAN_BROKEN;
    enum json_event event = tell(scan, SCAN_BEGIN);
    nest_push(&scan->nest, object);
    scan->state = object ? FIRST_KEY : FIRST_ELEMENT;
    return event;
}

static enum json_event close_level(struct json_scan *scan) {
    scan->nest.depth--;
    return end_value(scan);
}

static enum json_event begin_plain(struct json_scan *scan, enum state state, const char *rest) {
    scan->state = state;
    scan->rest = rest;
    scan->digits = state == INTEGER;
    scan->in_key = false;
    return tell(scan, SCAN_BEGIN);
}

static enum json_event begin_value(struct json_scan *scan, char c) {
    if (scan->values >= scan->most) return SCAN_BROKEN;
    scan->values++;
    switch (c) {
    case '"': return begin_plain(scan, STRING, NULL);
    case '{': return open_level(scan, true);
    case '[': return open_level(scan, false);
    case 't': return begin_plain(scan, LITERAL, "rue");
    case 'f': return begin_plain(scan, LITERAL, "alse");
    case 'n': return begin_plain(scan, LITERAL, "ull");
    case '-': return begin_plain(scan, MINUS, NULL);
    case '0': return begin_plain(scan, ZERO, NULL);
    default: return c >= '1' && c <= '9' ? begin_plain(scan, INTEGER, NULL) : SCAN_BROKEN;
    }
}

static enum json_event begin_key(struct json_scan *scan, const char *at) {
    if (*at != '"') return SCAN_BROKEN;
    scan->state = STRING;
    scan->in_key = true;
    scan->token = offset_of(scan, at);
    return SCAN_MORE;
}

static enum json_event go_to(struct json_scan *scan, enum state state) {
    scan->state = (int)state;
    return SCAN_MORE;
}

static enum json_event after_value(struct json_scan *scan, char c) {
    bool object = nest_is_object(&scan->nest);
    if (c == ',') return go_to(scan, object ? KEY : VALUE);
    return c == (object ? '}' : ']') ? close_level(scan) : SCAN_BROKEN;
}

static enum json_event read_structure(struct json_scan *scan, const char *at) {
    switch (scan->state) {
    case FIRST_ELEMENT: return *at == ']' ? close_level(scan) : begin_value(scan, *at);
    case VALUE: return begin_value(scan, *at);
    case FIRST_KEY: return *at == '}' ? close_level(scan) : begin_key(scan, at);
    case KEY: return begin_key(scan, at);
    case COLON: return *at == ':' ? go_to(scan, VALUE) : SCAN_BROKEN;
    case AFTER: return after_value(scan, *at);
    default: return SCAN_BROKEN;
    }
}

static const char *skip_space(struct json_scan *scan, const char *at, const char *end) {
    for (; at < end && (unsigned char)*at <= ' '; at++) {
        if (*at == '\n') {
            scan->line++;
            scan->line_begin = offset_of(scan, at) + 1;
        } else if (*at != ' ' && *at != '\t' && *at != '\r') {
            break;
        }
    }
    return at;
}

/* To the next byte of a string that is not simply part of it. */
static const char *skip_text(struct json_scan *scan, const char *at, const char *end) {
    at = plain_end(at, end);
    while (at < end && (unsigned char)*at >= 0x80) {
        scan->foreign = true;
        while (at < end && (unsigned char)*at >= 0x80) at++;
        at = plain_end(at, end);
    }
    return at;
}

static enum json_event end_string(struct json_scan *scan) {
    if (!scan->in_key) return end_value(scan);
    scan->state = COLON;
    return tell(scan, SCAN_KEY);
}

static enum json_event read_string(struct json_scan *scan, char c) {
    if (c == '"') return end_string(scan);
    return c == '\\' ? go_to(scan, ESCAPE) : SCAN_BROKEN;
}

static enum json_event read_escape(struct json_scan *scan, char c) {
    if (c == 'u') scan->odd = true;
    if (c == 'u') return go_to(scan, HEX1);
    return c && strchr("\"\\/bfnrt", c) ? go_to(scan, STRING) : SCAN_BROKEN;
}

static enum json_event read_hex(struct json_scan *scan, char c) {
    if (!c || !strchr("0123456789abcdefABCDEF", c)) return SCAN_BROKEN;
    return go_to(scan, scan->state == HEX4 ? STRING : (enum state)scan->state + 1);
}

static enum json_event read_literal(struct json_scan *scan, char c) {
    if (c != *scan->rest) return SCAN_BROKEN;
    return *++scan->rest ? SCAN_MORE : end_value(scan);
}

static bool may_end(int state) {
    return state == ZERO || state == INTEGER || state == FRACTION || state == POWER;
}

/* The state behind `c`, or DONE when the number cannot go on with it. */
static enum state number_next(int state, char c) {
    enum { DIGIT, NOUGHT, DOT, E, PLUS, DASH, CLASSES };
    static const unsigned char next[][CLASSES] = {
        [MINUS - MINUS] = {[DIGIT] = INTEGER, [NOUGHT] = ZERO},
        [ZERO - MINUS] = {[DOT] = POINT, [E] = EXPONENT},
        [INTEGER - MINUS] = {INTEGER, INTEGER, [DOT] = POINT, [E] = EXPONENT},
        [POINT - MINUS] = {FRACTION, FRACTION},
        [FRACTION - MINUS] = {FRACTION, FRACTION, [E] = EXPONENT},
        [EXPONENT - MINUS] = {POWER, POWER, [PLUS] = SIGN, [DASH] = SIGN},
        [SIGN - MINUS] = {POWER, POWER},
        [POWER - MINUS] = {POWER, POWER},
    };
    static const char classes[] = {'0', '.', 'e', '+', '-', 'E'};
    if (c >= '1' && c <= '9') return next[state - MINUS][DIGIT] ? next[state - MINUS][DIGIT] : DONE;
    const char *found = c ? memchr(classes, c, sizeof classes) : NULL;
    if (!found) return DONE;
    int class = *found == 'E' ? E : NOUGHT + (int)(found - classes);
    return next[state - MINUS][class] ? next[state - MINUS][class] : DONE;
}

/* "-0" is odd too: it is no integer that a tree could hold. */
static enum json_event read_number(struct json_scan *scan, const char **at) {
    enum state next = number_next(scan->state, **at);
    if (next == DONE) return may_end(scan->state) ? end_value(scan) : SCAN_BROKEN;
    bool minus_zero = scan->state == MINUS && next == ZERO;
    if (minus_zero || next >= POINT || ++scan->digits > EXACT_DIGITS) scan->odd = true;
    scan->state = (int)next;
    ++*at;
    return SCAN_MORE;
}

static const char *skip_blank(const char *at, const char *end) {
    return at < end && *at == ' ' ? at + 1 : at;
}

/* Most of a record is `"key":"text",`: simple members are taken whole, a blank behind their signs too.
 * Nobody is told of them, and the rest, or what is not simple, is left to the machine. */
static const char *skip_members(struct json_scan *scan, const char *at, const char *end) {
    while (at < end && *at == '"') {
        const char *colon = string_end(at, end);
        if (!colon || colon == end || *colon != ':') break;
        scan->state = VALUE;
        at = skip_blank(colon + 1, end);
        const char *behind = at < end && scan->values < scan->most ? scalar_end(at, end) : NULL;
        if (!behind) break;
        scan->values++;
        scan->state = AFTER;
        at = behind;
        if (at == end || *at != ',') break;
        scan->state = KEY;
        at = skip_blank(at + 1, end);
    }
    return at;
}

/* One token, or as much of it as there is; at least one byte, or an event. */
static enum json_event read_token(struct json_scan *scan, const char **at, const char *end) {
    if (scan->state >= MINUS) return read_number(scan, at);
    const char *byte = *at;
    bool member = scan->state == KEY || scan->state == FIRST_KEY;
    if (member && scan->nest.depth > scan->watch) byte = skip_members(scan, byte, end);
    if (scan->state <= DONE)
        byte = skip_space(scan, byte, end);
    else if (scan->state == STRING)
        byte = skip_text(scan, byte, end);
    *at = byte;
    if (byte == end) return SCAN_MORE;
    enum json_event event;
    switch (scan->state) {
    case STRING: event = read_string(scan, *byte); break;
    case ESCAPE: event = read_escape(scan, *byte); break;
    case HEX1:
    case HEX2:
    case HEX3:
    case HEX4: event = read_hex(scan, *byte); break;
    case LITERAL: event = read_literal(scan, *byte); break;
    default: event = read_structure(scan, byte); break;
    }
    *at += event != SCAN_BROKEN;
    return event;
}

enum json_event json_scan_feed(struct json_scan *scan, struct str bytes, size_t *used) {
    const char *at = bytes.at, *end = bytes.at + bytes.len;
    enum json_event event = SCAN_MORE;
    scan->fed = bytes.at;
    while (at < end && event == SCAN_MORE) event = read_token(scan, &at, end);
    *used = (size_t)(at - bytes.at);
    scan->offset += *used;
    return event;
}

bool json_scan_finish(struct json_scan *scan) {
    if (may_end(scan->state)) end_value(scan);
    return scan->state == DONE;
}

static const char *where(int state) {
    if (state >= MINUS) return " in a number";
    if (state == LITERAL) return " in a literal";
    if (state >= ESCAPE) return " in an escape";
    return state == STRING ? " in a string" : "";
}

void json_scan_explain(const struct json_scan *scan, int byte, char text[SCAN_FAULT]) {
    bool opens = byte == '{' || byte == '[';
    bool may_open = scan->state == VALUE || (scan->state == FIRST_ELEMENT && byte != ']');
    bool full = scan->values >= scan->most && byte > 0 && strchr("\"{[tfn-0123456789", byte);
    if (byte < 0)
        snprintf(text, SCAN_FAULT, "unexpected end%s", where(scan->state));
    else if (opens && may_open && is_deepest(scan))
        snprintf(text, SCAN_FAULT, "nested deeper than %u", scan->limit);
    else if (full && may_open)
        snprintf(text, SCAN_FAULT, "more than %llu values", (unsigned long long)scan->most);
    else if (byte == '\n')
        snprintf(text, SCAN_FAULT, "unexpected end of line%s", where(scan->state));
    else if (byte > ' ' && byte < 0x7F)
        snprintf(text, SCAN_FAULT, "unexpected '%c'%s", byte, where(scan->state));
    else
        snprintf(text, SCAN_FAULT, "unexpected byte 0x%02X%s", (unsigned)byte, where(scan->state));
}
