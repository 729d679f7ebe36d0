/* For tests of what reads trees: one lenient reader of JSON text that makes both kinds, a YAML tree
 * with places and a JSON tree. A bare word is a string, so that maps may be written as in YAML. It
 * trusts its input to be small, not to be well-formed. Where text/json.c or text/yaml.c is linked too, theirs replaces the
 * few functions here. */
#ifndef TREE_H
#define TREE_H

#include "base/buf.h"
#include "text/json.h"
#include "text/yaml.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>

struct tree_reader {
    struct arena *arena;
    const char *start, *at, *end;
};

static inline struct place tree_place(const struct tree_reader *r) {
    struct place place = {"pattern", 1, 1};
    for (const char *c = r->start; c < r->at; c++) {
        place.column = *c == '\n' ? 1 : place.column + 1;
        place.line += *c == '\n';
    }
    return place;
}

static inline char tree_skip(struct tree_reader *r) {
    while (r->at < r->end && strchr(" \t\r\n,:", *r->at) && *r->at) r->at++;
    return r->at < r->end ? *r->at : 0;
}

static inline void tree_add_point(struct buf *to, unsigned point) {
    if (point < 0x80) {
        buf_add_char(to, (char)point);
    } else if (point < 0x800) {
        buf_add_char(to, (char)(0xC0 | point >> 6));
        buf_add_char(to, (char)(0x80 | (point & 0x3F)));
    } else {
        buf_add_char(to, (char)(0xE0 | point >> 12));
        buf_add_char(to, (char)(0x80 | (point >> 6 & 0x3F)));
        buf_add_char(to, (char)(0x80 | (point & 0x3F)));
    }
}

static inline struct str tree_string(struct tree_reader *r) {
    struct buf text;
    buf_init(&text);
    for (r->at++; r->at < r->end && *r->at != '"'; r->at++) {
        if (*r->at != '\\' || r->at + 1 >= r->end) {
            buf_add_char(&text, *r->at);
            continue;
        }
        char c = *++r->at;
        if (c == 'u' && r->end - r->at > 4) {
            tree_add_point(&text,
                (unsigned)strtoul((char[]){r->at[1], r->at[2], r->at[3], r->at[4], 0}, NULL, 16));
            r->at += 4;
        } else {
            buf_add_char(&text, c == 'n' ? '\n' : c == 't' ? '\t' : c);
        }
    }
    if (r->at < r->end) r->at++;
    struct str copy = arena_copy(r->arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static inline struct str tree_word(struct tree_reader *r) {
    const char *from = r->at;
    while (r->at < r->end && *r->at && !strchr(" \t\r\n,:]}[{\"", *r->at)) r->at++;
    if (r->at == from && r->at < r->end) r->at++;
    return arena_copy(r->arena, (struct str){from, (size_t)(r->at - from)});
}

static inline bool tree_is_integer(struct str word, int64_t *to) {
    char *end;
    errno = 0;
    *to = strtoll(word.at, &end, 10);
    return errno == 0 && word.len > 0 && end == word.at + word.len;
}

static inline bool tree_is_number(struct str word, double *to) {
    char *end;
    *to = strtod(word.at, &end);
    return word.len > 0 && (word.at[0] == '-' || (word.at[0] >= '0' && word.at[0] <= '9')) &&
           end == word.at + word.len;
}

static inline void tree_read_yaml(struct tree_reader *r, struct yaml *to, int depth);

static inline void tree_read_yaml_many(struct tree_reader *r, struct yaml *to, int depth) {
    char close = *r->at++ == '{' ? '}' : ']';
    struct yaml_member *members = NULL;
    for (char c; (c = tree_skip(r)) && c != close; to->count++) {
        members = mem_grow(members, to->count);
        members[to->count] = (struct yaml_member){.place = tree_place(r)};
        if (close == '}') members[to->count].key = c == '"' ? tree_string(r) : tree_word(r);
        tree_skip(r);
        tree_read_yaml(r, &members[to->count].value, depth + 1);
    }
    if (r->at < r->end) r->at++;
    to->type = close == '}' ? YAML_MAP : YAML_LIST;
    to->members = arena_list(r->arena, struct yaml_member, to->count + 1);
    if (to->count) memcpy(to->members, members, to->count * sizeof *members);
    if (close == ']') {
        struct yaml *items = arena_list(r->arena, struct yaml, to->count + 1);
        for (size_t i = 0; i < to->count; i++) items[i] = members[i].value;
        to->items = items;
        to->members = NULL;
    }
    mem_free(members);
}

static inline void tree_read_yaml(struct tree_reader *r, struct yaml *to, int depth) {
    char c = tree_skip(r);
    *to = (struct yaml){.type = YAML_NULL, .place = tree_place(r)};
    if ((c == '{' || c == '[') && depth < YAML_DEPTH) {
        tree_read_yaml_many(r, to, depth);
    } else if (c == '"') {
        to->type = YAML_STRING;
        to->text = tree_string(r);
    } else {
        to->text = tree_word(r);
        if (str_is(to->text, "true") || str_is(to->text, "false")) {
            to->type = YAML_BOOL;
            to->boolean = str_is(to->text, "true");
        } else if (tree_is_integer(to->text, &to->integer)) {
            to->type = YAML_INTEGER;
            to->number = (double)to->integer;
        } else if (tree_is_number(to->text, &to->number)) {
            to->type = YAML_FLOAT;
        } else if (to->text.len && !str_is(to->text, "null")) {
            to->type = YAML_STRING;
        }
    }
}

static inline const struct yaml *tree_yaml(struct arena *arena, struct str text) {
    struct tree_reader reader = {arena, text.at, text.at, text.at + text.len};
    struct yaml *yaml = arena_new(arena, struct yaml);
    tree_read_yaml(&reader, yaml, 0);
    return yaml;
}

static inline void tree_read_json(struct tree_reader *r, struct json *to, int depth);

static inline void tree_read_json_many(struct tree_reader *r, struct json *to, int depth) {
    char close = *r->at++ == '{' ? '}' : ']';
    struct json_member *members = NULL;
    to->count = 0;
    for (char c; (c = tree_skip(r)) && c != close; to->count++) {
        members = mem_grow(members, to->count);
        members[to->count] = (struct json_member){{0}, {0}};
        if (close == '}') members[to->count].key = c == '"' ? tree_string(r) : tree_word(r);
        tree_skip(r);
        tree_read_json(r, &members[to->count].value, depth + 1);
    }
    if (r->at < r->end) r->at++;
    to->type = close == '}' ? JSON_OBJECT : JSON_ARRAY;
    if (close == '}') {
        to->members = arena_list(r->arena, struct json_member, to->count + 1);
        if (to->count) memcpy(to->members, members, to->count * sizeof *members);
    } else {
        to->items = arena_list(r->arena, struct json, to->count + 1);
        for (size_t i = 0; i < to->count; i++) to->items[i] = members[i].value;
    }
    mem_free(members);
}

static inline void tree_read_json(struct tree_reader *r, struct json *to, int depth) {
    char c = tree_skip(r);
    *to = (struct json){.type = JSON_NULL};
    if ((c == '{' || c == '[') && depth < JSON_DEPTH) {
        tree_read_json_many(r, to, depth);
    } else if (c == '"') {
        to->type = JSON_STRING;
        to->string = tree_string(r);
    } else {
        struct str word = tree_word(r);
        if (str_is(word, "true") || str_is(word, "false")) {
            to->type = JSON_BOOL;
            to->boolean = str_is(word, "true");
        } else if (tree_is_integer(word, &to->integer)) {
            to->type = JSON_INTEGER;
        } else if (tree_is_number(word, &to->number.value)) {
            to->type = JSON_FLOAT;
            to->number.digits = word;
        }
    }
}

static inline const struct json *tree_json(struct arena *arena, struct str text) {
    struct tree_reader reader = {arena, text.at, text.at, text.at + text.len};
    struct json *json = arena_new(arena, struct json);
    tree_read_json(&reader, json, 0);
    return json;
}

__attribute__((weak)) const struct json *json_get(const struct json *object, struct str key) {
    if (!object || object->type != JSON_OBJECT) return NULL;
    for (size_t i = object->count; i-- > 0;)
        if (str_eq(object->members[i].key, key)) return &object->members[i].value;
    return NULL;
}

__attribute__((weak)) const char *yaml_type_name(enum yaml_type type) {
    static const char *const names[] = {
        "null", "a boolean", "a number", "a number", "a string", "a list", "a map"};
    return names[type];
}

#endif
