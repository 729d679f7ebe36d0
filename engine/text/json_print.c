#include "base/utf8.h"
#include "text/json.h"
#include "text/json_plain.h"

#include <math.h>

static void print_escape(struct buf *to, unsigned char c) {
    static const char digits[] = "0123456789abcdef";
    static const char letters[' '] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    const char unit[] = {'\\', 'u', '0', '0', digits[c / 16], digits[c % 16]};
    const char letter[] = {'\\', c < ' ' ? letters[c] : (char)c};
    if (letter[1])
        buf_add(to, letter, sizeof letter);
    else
        buf_add(to, unit, sizeof unit);
}

/* Up to the first character that cannot stay as it is. */
static size_t plain_length(struct str s) {
    const char *at = s.at, *end = s.at + s.len;
    while ((at = plain_end(at, end)) < end && (unsigned char)*at >= 0x80) {
        size_t bytes;
        if (!utf8_next(at, (size_t)(end - at), &bytes)) break;
        at += bytes;
    }
    return (size_t)(at - s.at);
}

static size_t print_character(struct buf *to, struct str s) {
    size_t bytes = 1;
    if ((unsigned char)*s.at < 0x80) {
        print_escape(to, (unsigned char)*s.at);
    } else {
        utf8_next(s.at, s.len, &bytes);
        buf_add_text(to, UTF8_REPLACEMENT);
    }
    return bytes;
}

void json_print_string(struct buf *to, struct str s) {
    buf_add_char(to, '"');
    while (s.len) {
        size_t used = plain_length(s);
        buf_add(to, s.at, used);
        if (used < s.len) used += print_character(to, (struct str){s.at + used, s.len - used});
        s = (struct str){s.at + used, s.len - used};
    }
    buf_add_char(to, '"');
}

void json_print_integer(struct buf *to, int64_t value) {
    char digits[24], *end = digits + sizeof digits, *at = end;
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (value < 0) *--at = '-';
    buf_add(to, at, (size_t)(end - at));
}

/* A tree that was not parsed may hold floats without digits, and ones that JSON cannot say. */
void json_print_key(struct buf *to, const char *key) {
    char last = to->len ? to->at[to->len - 1] : '{';
    if (last != '{') buf_add_char(to, ',');
    buf_add_format(to, "\"%s\":", key);
}

void json_print_member(struct buf *to, const char *key, struct str value) {
    json_print_key(to, key);
    json_print_string(to, value);
}

void json_print_member_integer(struct buf *to, const char *key, int64_t value) {
    json_print_key(to, key);
    json_print_integer(to, value);
}

void json_print_member_bool(struct buf *to, const char *key, bool value) {
    json_print_key(to, key);
    buf_add_text(to, value ? "true" : "false");
}

void json_print_comma(struct buf *to) {
    if (to->at[to->len - 1] != '[') buf_add_char(to, ',');
}

static void print_float(struct buf *to, const struct json *json) {
    if (json->number.digits.len)
        buf_add_str(to, json->number.digits);
    else if (isfinite(json->number.value))
        buf_add_format(to, "%.17g", json->number.value);
    else
        buf_add_text(to, "null");
}

static void print_array(struct buf *to, const struct json *json) {
    buf_add_char(to, '[');
    for (size_t i = 0; i < json->count; i++) {
        if (i) buf_add_char(to, ',');
        json_print(to, &json->items[i]);
    }
    buf_add_char(to, ']');
}

static void print_object(struct buf *to, const struct json *json) {
    buf_add_char(to, '{');
    for (size_t i = 0; i < json->count; i++) {
        if (i) buf_add_char(to, ',');
        json_print_string(to, json->members[i].key);
        buf_add_char(to, ':');
        json_print(to, &json->members[i].value);
    }
    buf_add_char(to, '}');
}

void json_print(struct buf *to, const struct json *json) {
    switch (json->type) {
    case JSON_NULL: buf_add_text(to, "null"); break;
    case JSON_BOOL: buf_add_text(to, json->boolean ? "true" : "false"); break;
    case JSON_INTEGER: json_print_integer(to, json->integer); break;
    case JSON_FLOAT: print_float(to, json); break;
    case JSON_STRING: json_print_string(to, json->string); break;
    case JSON_ARRAY: print_array(to, json); break;
    case JSON_OBJECT: print_object(to, json); break;
    }
}
