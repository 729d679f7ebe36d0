#include "text/yaml_print.h"

#include "base/utf8.h"
#include "text/yaml_parts.h"

/* ---- scalars ---- */

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Letters first, so that it is no number and no date, and nothing that YAML has a use for. */
static bool is_bare(struct str text) {
    struct yaml scalar = {.text = text};
    if (text.len == 0 || text.len > 200 || !is_letter(text.at[0])) return false;
    for (size_t i = 1; i < text.len; i++)
        if (!is_letter(text.at[i]) && !(text.at[i] >= '0' && text.at[i] <= '9') &&
            !memchr("./-", text.at[i], 3))
            return false;
    yaml_resolve(&scalar);
    return scalar.type == YAML_STRING;
}

/* What no reader of YAML takes as it is. */
static bool is_unprintable(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
           (c >= 0xfff0 && c <= 0xffff);
}

/* Of a character that is valid. */
static uint32_t code_point(const char *at, size_t bytes) {
    uint32_t c = (unsigned char)*at;
    if (bytes > 1) c &= 0xffu >> (bytes + 1);
    for (size_t i = 1; i < bytes; i++) c = c << 6 | ((unsigned char)at[i] & 0x3f);
    return c;
}

static void print_quoted(struct buf *to, struct str text) {
    buf_add_char(to, '"');
    for (size_t at = 0, len; at < text.len; at += len) {
        bool valid = utf8_next(text.at + at, text.len - at, &len);
        uint32_t c = valid ? code_point(text.at + at, len) : 0xfffd;
        if (c == '"' || c == '\\')
            buf_add_format(to, "\\%c", (char)c);
        else if (c == '\n')
            buf_add_text(to, "\\n");
        else if (is_unprintable(c))
            buf_add_format(to, "\\u%04x", (unsigned)c);
        else
            buf_add(to, text.at + at, len);
    }
    buf_add_char(to, '"');
}

void yaml_print_string(struct buf *to, struct str text) {
    if (is_bare(text))
        buf_add_str(to, text);
    else
        print_quoted(to, text);
}

/* ---- one line ---- */

static void print_key(struct buf *to, struct str key) {
    yaml_print_string(to, key);
    buf_add_char(to, ':');
}

static void print_members_flow(struct buf *to, const struct json *json) {
    buf_add_char(to, '{');
    for (size_t i = 0; i < json->count; i++) {
        if (i) buf_add_text(to, ", ");
        print_key(to, json->members[i].key);
        buf_add_char(to, ' ');
        yaml_print_flow(to, &json->members[i].value);
    }
    buf_add_char(to, '}');
}

static void print_items_flow(struct buf *to, const struct json *json) {
    buf_add_char(to, '[');
    for (size_t i = 0; i < json->count; i++) {
        if (i) buf_add_text(to, ", ");
        yaml_print_flow(to, &json->items[i]);
    }
    buf_add_char(to, ']');
}

void yaml_print_flow(struct buf *to, const struct json *json) {
    switch (json->type) {
    case JSON_STRING: yaml_print_string(to, json->string); break;
    case JSON_ARRAY: print_items_flow(to, json); break;
    case JSON_OBJECT: print_members_flow(to, json); break;
    default: json_print(to, json);
    }
}

/* ---- lines ---- */

static void indent_by(struct buf *to, unsigned blanks) {
    buf_add_format(to, "%*s", (int)blanks, "");
}

/* The first key stands where the line already is. */
static void print_members(struct buf *to, const struct json *json, unsigned indent) {
    for (size_t i = 0; i < json->count; i++) {
        if (i) indent_by(to, indent);
        print_key(to, json->members[i].key);
        yaml_print_value(to, &json->members[i].value, indent);
    }
}

static void print_items(struct buf *to, const struct json *json, unsigned indent) {
    for (size_t i = 0; i < json->count; i++) {
        const struct json *item = &json->items[i];
        indent_by(to, indent);
        buf_add_char(to, '-');
        if (item->type == JSON_OBJECT && item->count) {
            buf_add_char(to, ' ');
            print_members(to, item, indent + 2);
        } else {
            yaml_print_value(to, item, indent);
        }
    }
}

void yaml_print_value(struct buf *to, const struct json *json, unsigned indent) {
    bool is_map = json->type == JSON_OBJECT && json->count;
    bool is_list = json->type == JSON_ARRAY && json->count;
    if (is_map) {
        buf_add_char(to, '\n');
        indent_by(to, indent + 2);
        print_members(to, json, indent + 2);
    } else if (is_list) {
        buf_add_char(to, '\n');
        print_items(to, json, indent + 2);
    } else {
        buf_add_char(to, ' ');
        yaml_print_flow(to, json);
        buf_add_char(to, '\n');
    }
}

/* ---- read back ---- */

bool yaml_prints_as(struct str text, const char *key, const struct json *json) {
    struct arena arena = {0};
    struct diags ignored = {0};
    struct yaml_documents documents;
    bool same = yaml_parse(&documents, &arena, "", text, &ignored) && documents.count == 1;
    const struct yaml *value = same ? yaml_get(&documents.list[0], key) : NULL;
    same = value && json_equal(yaml_to_json(&arena, value), json);
    diags_release(&ignored);
    arena_release(&arena);
    return same;
}
