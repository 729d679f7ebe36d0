#include "text/json_short.h"

#define MORE "…"

static size_t whole_characters(struct str s, size_t len) {
    while (len > 0 && ((unsigned char)s.at[len] & 0xC0) == 0x80) len--;
    return len;
}

void json_print_string_short(struct buf *to, struct str s, size_t limit) {
    if (s.len <= limit) {
        json_print_string(to, s);
        return;
    }
    json_print_string(to, (struct str){s.at, whole_characters(s, limit)});
    buf_add_text(to, MORE);
}

void json_print_string_cut(struct buf *to, struct str s, size_t limit) {
    struct buf text = {0};
    if (s.len > limit) {
        buf_add(&text, s.at, whole_characters(s, limit));
        buf_add_text(&text, MORE);
        s = buf_str(&text);
    }
    json_print_string(to, s);
    buf_release(&text);
}

static void print(struct buf *to, const struct json *json, size_t end);

static void print_element(struct buf *to, const struct json *json, size_t i, size_t end) {
    if (i) buf_add_char(to, ',');
    if (json->type == JSON_OBJECT) {
        json_print_string_short(to, json->members[i].key, end - to->len);
        buf_add_char(to, ':');
    }
    print(to, json->type == JSON_OBJECT ? &json->members[i].value : &json->items[i], end);
}

static void print_elements(struct buf *to, const struct json *json, size_t end) {
    bool is_object = json->type == JSON_OBJECT;
    buf_add_char(to, is_object ? '{' : '[');
    for (size_t i = 0; i < json->count; i++) {
        if (to->len < end) {
            print_element(to, json, i, end);
            continue;
        }
        if (!str_ends(buf_str(to), STR(MORE))) buf_add_text(to, MORE);
        break;
    }
    buf_add_char(to, is_object ? '}' : ']');
}

static void print(struct buf *to, const struct json *json, size_t end) {
    size_t left = to->len < end ? end - to->len : 0;
    if (json->type == JSON_STRING)
        json_print_string_short(to, json->string, left);
    else if (json->type == JSON_ARRAY || json->type == JSON_OBJECT)
        print_elements(to, json, end);
    else
        json_print(to, json);
}

void json_print_short(struct buf *to, const struct json *json, size_t limit) {
    print(to, json, to->len + limit);
}
