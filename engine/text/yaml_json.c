#include "text/yaml.h"

/* YAML's +5, .5 and 5. are not JSON's: the digits are those of the file, mended, and a number with a
 * point keeps one, since 5 would be an integer. */
static struct str json_digits(struct arena *arena, struct str text) {
    char *to = arena_alloc(arena, text.len + 2);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i], before = len ? to[len - 1] : '-';
        bool digit_follows = i + 1 < text.len && text.at[i + 1] >= '0' && text.at[i + 1] <= '9';
        if (i == 0 && c == '+') continue;
        if (c == '.' && before == '-') to[len++] = '0';
        to[len++] = c;
        if (c == '.' && !digit_follows) to[len++] = '0';
    }
    return (struct str){to, len};
}

static void convert(struct arena *arena, const struct yaml *yaml, struct json *json);

static void convert_list(struct arena *arena, const struct yaml *yaml, struct json *json) {
    json->type = JSON_ARRAY;
    json->count = yaml->count;
    json->items = arena_list(arena, struct json, yaml->count);
    for (size_t i = 0; i < yaml->count; i++) convert(arena, &yaml->items[i], &json->items[i]);
}

static void convert_map(struct arena *arena, const struct yaml *yaml, struct json *json) {
    json->type = JSON_OBJECT;
    json->count = yaml->count;
    json->members = arena_list(arena, struct json_member, yaml->count);
    for (size_t i = 0; i < yaml->count; i++) {
        json->members[i].key = yaml->members[i].key;
        convert(arena, &yaml->members[i].value, &json->members[i].value);
    }
}

static void convert_number(struct arena *arena, const struct yaml *yaml, struct json *json) {
    json->type = JSON_FLOAT;
    json->number.value = yaml->number;
    json->number.digits = json_digits(arena, yaml->text);
}

static void convert(struct arena *arena, const struct yaml *yaml, struct json *json) {
    switch (yaml->type) {
    case YAML_NULL: json->type = JSON_NULL; return;
    case YAML_BOOL: *json = (struct json){.type = JSON_BOOL, .boolean = yaml->boolean}; return;
    case YAML_INTEGER:
        *json = (struct json){.type = JSON_INTEGER, .integer = yaml->integer};
        return;
    case YAML_FLOAT: convert_number(arena, yaml, json); return;
    case YAML_STRING: *json = (struct json){.type = JSON_STRING, .string = yaml->text}; return;
    case YAML_LIST: convert_list(arena, yaml, json); return;
    case YAML_MAP: convert_map(arena, yaml, json); return;
    }
}

const struct json *yaml_to_json(struct arena *arena, const struct yaml *yaml) {
    struct json *json = arena_new(arena, struct json);
    convert(arena, yaml, json);
    return json;
}
