#include "base/buf.h"
#include "text/json.h"

static const struct json *find_sorted(const struct json *object, struct str key) {
    size_t low = 0, high = object->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct json_member *member = &object->members[object->by_key[middle]];
        int order = str_cmp(member->key, key);
        if (order == 0) return &member->value;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct json *json_get(const struct json *object, struct str key) {
    if (!object || object->type != JSON_OBJECT) return NULL;
    if (object->by_key) return find_sorted(object, key);
    for (size_t i = 0; i < object->count; i++)
        if (str_eq(object->members[i].key, key)) return &object->members[i].value;
    return NULL;
}

/* Takes the first key off the path. False when there is none. */
static bool next_key(struct str *path, struct buf *key) {
    size_t at = 0;
    if (!path->at) return false;
    buf_reset(key);
    for (; at < path->len && path->at[at] != '.'; at++) {
        at += path->at[at] == '\\' && at + 1 < path->len && path->at[at + 1] == '.';
        buf_add_char(key, path->at[at]);
    }
    bool more = at < path->len;
    *path = more ? (struct str){path->at + at + 1, path->len - at - 1} : (struct str){NULL, 0};
    return true;
}

const struct json *json_path(const struct json *root, struct str path) {
    struct buf key;
    buf_init(&key);
    while (root && next_key(&path, &key)) root = json_get(root, buf_str(&key));
    buf_release(&key);
    return root;
}

bool json_is_string(const struct json *json) {
    return json && json->type == JSON_STRING;
}

struct str json_string(const struct json *json) {
    return json_is_string(json) ? json->string : STR("");
}

static bool numbers_equal(const struct json *a, const struct json *b) {
    if (a->type == JSON_INTEGER && b->type == JSON_INTEGER) return a->integer == b->integer;
    if (a->type == JSON_INTEGER) return numbers_equal(b, a);
    const double limit = 9223372036854775808.0; /* 2^63 */
    double value = a->number.value;
    if (b->type == JSON_FLOAT) return value == b->number.value;
    return value >= -limit && value < limit && (int64_t)value == b->integer &&
           (double)(int64_t)value == value;
}

static bool arrays_equal(const struct json *a, const struct json *b) {
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!json_equal(&a->items[i], &b->items[i])) return false;
    return true;
}

static bool objects_equal(const struct json *a, const struct json *b) {
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!json_equal(&a->members[i].value, json_get(b, a->members[i].key))) return false;
    return true;
}

static bool is_number(const struct json *json) {
    return json->type == JSON_INTEGER || json->type == JSON_FLOAT;
}

bool json_equal(const struct json *a, const struct json *b) {
    if (!a || !b) return a == b;
    if (is_number(a) && is_number(b)) return numbers_equal(a, b);
    if (a->type != b->type) return false;
    switch (a->type) {
    case JSON_BOOL: return a->boolean == b->boolean;
    case JSON_STRING: return str_eq(a->string, b->string);
    case JSON_ARRAY: return arrays_equal(a, b);
    case JSON_OBJECT: return objects_equal(a, b);
    default: return true;
    }
}
