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

/* A key as it is written in a path, where `\.` is a dot. */
static bool is_written(struct str written, struct str key) {
    size_t at = 0;
    for (size_t i = 0; i < written.len; i++, at++) {
        i += written.at[i] == '\\' && i + 1 < written.len && written.at[i + 1] == '.';
        if (at == key.len || key.at[at] != written.at[i]) return false;
    }
    return at == key.len;
}

static const struct json *get_written(const struct json *object, struct str written) {
    if (!memchr(written.at, '\\', written.len)) return json_get(object, written);
    for (size_t i = 0; object->type == JSON_OBJECT && i < object->count; i++)
        if (is_written(written, object->members[i].key)) return &object->members[i].value;
    return NULL;
}

static size_t key_length(struct str path) {
    size_t len = 0;
    for (; len < path.len && path.at[len] != '.'; len++)
        len += path.at[len] == '\\' && len + 1 < path.len && path.at[len + 1] == '.';
    return len;
}

const struct json *json_path(const struct json *root, struct str path) {
    for (bool more = path.at != NULL; root && more;) {
        size_t len = key_length(path);
        root = get_written(root, (struct str){path.at, len});
        more = len < path.len;
        if (more) path = (struct str){path.at + len + 1, path.len - len - 1};
    }
    return root;
}

static bool any_holds(const struct json *array, struct str path) {
    for (size_t i = 0; i < array->count; i++)
        if (json_path_holds(&array->items[i], path)) return true;
    return false;
}

bool json_path_holds(const struct json *root, struct str path) {
    while (root && path.at && root->type == JSON_OBJECT) {
        size_t len = key_length(path);
        root = get_written(root, (struct str){path.at, len});
        bool more = len < path.len;
        path = more ? (struct str){path.at + len + 1, path.len - len - 1} : (struct str){0};
    }
    if (root && root->type == JSON_ARRAY) return any_holds(root, path);
    return root && !path.at && root->type != JSON_NULL;
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
