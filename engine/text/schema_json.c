#include "text/schema_json.h"

#include "text/json.h"

static void print_map(struct buf *to, const struct schema_row *rows, const char *also, bool open);

/* ---- values ---- */

static void add_members(struct buf *to, const char *members) {
    if (members) buf_add_format(to, ",%s", members);
}

static void print_choices(struct buf *to, const char *const *choices) {
    buf_add_text(to, "\"enum\":[");
    for (size_t i = 0; choices[i]; i++) {
        if (i) buf_add_char(to, ',');
        json_print_string(to, str_of(choices[i]));
    }
    buf_add_char(to, ']');
}

static void print_integer(struct buf *to, const struct schema_row *row) {
    buf_add_format(to, "\"type\":\"integer\",\"minimum\":%lld", (long long)row->low);
    if (row->high > row->low) buf_add_format(to, ",\"maximum\":%lld", (long long)row->high);
}

/* A 0 needs no unit, and is a number where it has none. */
static void print_amount(struct buf *to, const struct schema_row *row, const char *pattern) {
    if (row->low > 0)
        buf_add_format(to, "\"type\":\"string\",\"pattern\":\"^%s$\"", pattern);
    else
        buf_add_format(to,
            "\"type\":[\"string\",\"integer\"],\"pattern\":\"^(0|%s)$\",\"minimum\":0,\"maximum\":0",
            pattern);
}

static void print_strings(struct buf *to, const struct schema_row *row) {
    static const char one[] = "\"type\":\"string\",\"minLength\":1";
    buf_add_format(to, "\"anyOf\":[{%s", one);
    add_members(to, row->shape.json);
    buf_add_format(to, "},{\"type\":\"array\",\"items\":{%s", one);
    add_members(to, row->shape.json);
    buf_add_text(to, "}}]");
}

/* ---- what a parser reads ---- */

static void begin_alternative(struct buf *to, bool *first) {
    buf_add_text(to, *first ? "{" : ",{");
    *first = false;
}

static void print_shape(struct buf *to, const struct schema_row *row) {
    const struct schema_shape *shape = &row->shape;
    bool first = true;
    buf_add_text(to, "\"anyOf\":[");
    if (shape->json) {
        begin_alternative(to, &first);
        buf_add_format(to, "%s}", shape->json);
    }
    if (row->choices) {
        begin_alternative(to, &first);
        print_choices(to, row->choices);
        buf_add_char(to, '}');
    }
    if (shape->map) {
        begin_alternative(to, &first);
        print_map(to, shape->map, shape->also, shape->open);
        buf_add_char(to, '}');
    }
    if (shape->list) {
        begin_alternative(to, &first);
        buf_add_text(to, "\"type\":\"array\",\"items\":{");
        print_map(to, shape->list, shape->also, shape->open);
        buf_add_text(to, "}}");
    }
    if (shape->names) {
        begin_alternative(to, &first);
        buf_add_text(to, "\"type\":\"object\",\"propertyNames\":{\"pattern\":\"^[a-z0-9._-]+$\"},"
                         "\"additionalProperties\":{");
        print_map(to, shape->names, shape->also, shape->open);
        buf_add_text(to, "}}");
    }
    buf_add_char(to, ']');
}

static void print_type(struct buf *to, const struct schema_row *row) {
    switch (row->type) {
    case SCHEMA_STRING: buf_add_text(to, "\"type\":\"string\",\"minLength\":1"); break;
    case SCHEMA_NAME: buf_add_text(to, "\"type\":\"string\",\"pattern\":\"^[a-z0-9._-]+$\""); break;
    case SCHEMA_BOOL: buf_add_text(to, "\"type\":\"boolean\""); break;
    case SCHEMA_INTEGER: print_integer(to, row); break;
    case SCHEMA_NUMBER: buf_add_text(to, "\"type\":\"number\""); break;
    case SCHEMA_DURATION: print_amount(to, row, "[0-9]{1,9}(ms|s|m|h|d)"); break;
    case SCHEMA_SIZE: print_amount(to, row, "[0-9]{1,6}(kB|MB|GB|TB)"); break;
    case SCHEMA_CHOICE: print_choices(to, row->choices); break;
    case SCHEMA_STRINGS: print_strings(to, row); return;
    default: print_shape(to, row); return;
    }
    add_members(to, row->shape.json);
}

static bool is_anything(const struct schema_row *row) {
    const struct schema_shape *shape = &row->shape;
    bool read = row->type == SCHEMA_CUSTOM || row->type == SCHEMA_YAML;
    return read && !row->choices && !shape->json && !shape->map && !shape->list && !shape->names;
}

static void print_row(struct buf *to, const struct schema_row *row) {
    json_print_string(to, str_of(row->key));
    buf_add_text(to, ":{");
    json_print_member(to, "description", str_of(row->help));
    if (!is_anything(row)) {
        buf_add_char(to, ',');
        print_type(to, row);
    }
    buf_add_char(to, '}');
}

/* ---- maps ---- */

static void print_required(struct buf *to, const struct schema_row *rows) {
    size_t count = 0;
    for (; rows->key; rows++) {
        if (!rows->required) continue;
        buf_add_text(to, count++ ? "," : ",\"required\":[");
        json_print_string(to, str_of(rows->key));
    }
    if (count) buf_add_char(to, ']');
}

static void print_map(struct buf *to, const struct schema_row *rows, const char *also, bool open) {
    buf_add_text(to, "\"type\":\"object\",\"properties\":{");
    for (const struct schema_row *row = rows; row->key; row++) {
        if (row != rows) buf_add_char(to, ',');
        print_row(to, row);
    }
    buf_add_char(to, '}');
    print_required(to, rows);
    if (!open) buf_add_text(to, ",\"additionalProperties\":false");
    add_members(to, also);
}

/* ---- for people ---- */

static void break_line(struct buf *to, unsigned depth) {
    buf_add_format(to, "\n%*s", (int)(2 * depth), "");
}

static size_t string_end(struct str json, size_t at) {
    for (at++; at < json.len && json.at[at] != '"'; at++)
        if (json.at[at] == '\\') at++;
    return at;
}

static void indent(struct buf *to, struct str json) {
    unsigned depth = 0;
    for (size_t i = 0; i < json.len; i++) {
        char c = json.at[i];
        bool empty = i + 1 < json.len && strchr("{[", c) && strchr("}]", json.at[i + 1]);
        if (c == '"') {
            size_t end = string_end(json, i);
            buf_add(to, json.at + i, end - i);
            i = end;
        }
        if (strchr("}]", c) && !strchr("{[", json.at[i - 1])) break_line(to, --depth);
        buf_add_char(to, json.at[i]);
        if (strchr("{[", c) && !empty) break_line(to, ++depth);
        if (c == ',') break_line(to, depth);
        if (c == ':') buf_add_char(to, ' ');
    }
    buf_add_char(to, '\n');
}

void schema_json_print(struct buf *to, const struct schema_document *document) {
    struct buf json = {0};
    buf_add_text(&json, "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"title\":");
    json_print_string(&json, str_of(document->title));
    buf_add_char(&json, ',');
    print_map(&json, document->rows, document->also, false);
    if (document->definitions.len)
        buf_add_format(&json, ",\"definitions\":{%.*s}", STR_ARG(document->definitions));
    buf_add_char(&json, '}');
    indent(to, buf_str(&json));
    buf_release(&json);
}
