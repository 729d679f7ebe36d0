#include "text/schema.h"

#include "base/clock.h"
#include "base/suggest.h"

#include <inttypes.h>
#include <stdlib.h>

/* One value that is being read: its row, and where it goes. */
struct field {
    struct schema_context *context;
    const struct schema_row *row;
    const struct yaml *value;
    void *into;
};

/* "a list", "5", "the string 'yes'" */
static const char *describe(struct arena *arena, const struct yaml *value) {
    bool is_long = value->text.len > 40 || value->is_block;
    switch (value->type) {
    case YAML_BOOL:
    case YAML_INTEGER:
    case YAML_FLOAT: return value->text.at;
    case YAML_STRING:
        if (!is_long) return arena_format(arena, "the string '%s'", value->text.at);
        return yaml_type_name(value->type);
    default: return yaml_type_name(value->type);
    }
}

static bool is_word(const struct yaml *value) {
    return value->type == YAML_BOOL || value->type == YAML_INTEGER || value->type == YAML_FLOAT;
}

static bool wrong_type(const struct field *field, const char *wanted) {
    const struct yaml *value = field->value;
    struct schema_context *context = field->context;
    bool needs_quotes = is_word(value) && strstr(wanted, "string");
    diags_reject(context->diags, "TC013", value->place, "'%s' must be %s, not %s%s",
        field->row->key, wanted, describe(context->arena, value),
        needs_quotes ? " (put it in quotes)" : "");
    if (needs_quotes)
        diags_suggest(context->diags, value->text,
            arena_format(context->arena, "\"%.*s\"", STR_ARG(value->text)));
    return false;
}

static bool read_string(const struct field *field) {
    if (field->value->type != YAML_STRING) return wrong_type(field, "a string");
    if (field->value->text.len == 0)
        return diags_reject(
            field->context->diags, "TC016", field->value->place, "'%s' is empty", field->row->key);
    *(struct str *)field->into = field->value->text;
    return true;
}

static bool stands_in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool schema_check_name(
    struct schema_context *context, const char *what, struct str name, struct place place) {
    if (name.len == 0) return diags_reject(context->diags, "TC016", place, "empty %s", what);
    for (size_t i = 0; i < name.len; i++)
        if (!stands_in_name(name.at[i]))
            return diags_reject(context->diags, "TC015", place,
                "bad %s '%.*s': only a-z, 0-9, '.', '_' and '-' may stand in it", what,
                STR_ARG(name));
    return true;
}

static bool read_name(const struct field *field) {
    return read_string(field) && schema_check_name(field->context, field->row->key,
                                     field->value->text, field->value->place);
}

/* What was true or false in YAML 1.1, and NULL for all else. */
static const char *bool_meant(struct str word) {
    if (str_is(word, "yes") || str_is(word, "on") || str_is(word, "True")) return "true";
    return str_is(word, "no") || str_is(word, "off") || str_is(word, "False") ? "false" : NULL;
}

static bool no_bool(const struct field *field) {
    wrong_type(field, "true or false");
    diags_suggest(field->context->diags, field->value->text, bool_meant(field->value->text));
    return false;
}

static bool read_bool(const struct field *field) {
    if (field->value->type != YAML_BOOL) return no_bool(field);
    *(bool *)field->into = field->value->boolean;
    return true;
}

static bool in_range(const struct field *field, int64_t number) {
    const struct schema_row *row = field->row;
    bool too_high = row->high > row->low && number > row->high;
    if (number >= row->low && !too_high) return true;
    return diags_reject(field->context->diags, "TC014", field->value->place, "'%s' is too %s: %.*s",
        row->key, too_high ? "large" : "small", STR_ARG(field->value->text));
}

static bool read_integer(const struct field *field) {
    if (field->value->type != YAML_INTEGER) return wrong_type(field, "a whole number");
    *(int64_t *)field->into = field->value->integer;
    return in_range(field, field->value->integer);
}

static bool read_number(const struct field *field) {
    const struct yaml *value = field->value;
    if (value->type != YAML_INTEGER && value->type != YAML_FLOAT)
        return wrong_type(field, "a number");
    *(double *)field->into = value->number;
    return true;
}

/* `parse` answers -1 for what is no amount. */
static bool read_amount(
    const struct field *field, int64_t (*parse)(struct str text), const char *wanted) {
    const struct yaml *value = field->value;
    if (value->type == YAML_LIST || value->type == YAML_MAP) return wrong_type(field, wanted);
    int64_t amount = parse(value->text);
    if (amount < 0)
        return diags_reject(field->context->diags, "TC015", value->place,
            "'%s' must be %s, not '%.*s'", field->row->key, wanted, STR_ARG(value->text));
    *(int64_t *)field->into = amount;
    return in_range(field, amount);
}

static bool read_duration(const struct field *field) {
    return read_amount(field, clock_parse_duration, "a duration such as 90s, 15m, 1h or 7d");
}

static int64_t parse_size(struct str text) {
    static const struct {
        const char *unit;
        int64_t bytes;
    } units[] = {{"kB", 1000}, {"MB", 1000000}, {"GB", 1000000000}, {"TB", 1000000000000}};
    size_t digits = 0;
    while (digits < text.len && text.at[digits] >= '0' && text.at[digits] <= '9') digits++;
    if (digits == 0 || digits > 6) return -1;
    int64_t value = strtoll(text.at, NULL, 10);
    struct str unit = {text.at + digits, text.len - digits};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_is(unit, units[i].unit)) return value * units[i].bytes;
    return unit.len == 0 && value == 0 ? 0 : -1;
}

static bool read_size(const struct field *field) {
    return read_amount(field, parse_size, "a size such as 64kB, 10MB or 1GB");
}

/* "info, low or high" */
static const char *name_choices(struct arena *arena, const char *const *choices) {
    const char *text = choices[0];
    for (size_t i = 1; choices[i]; i++)
        text = arena_format(arena, "%s%s%s", text, choices[i + 1] ? ", " : " or ", choices[i]);
    return text;
}

static bool unknown_choice(const struct field *field, const char *all) {
    struct schema_context *context = field->context;
    const struct yaml *value = field->value;
    struct suggest meant = suggest_for(value->text);
    for (size_t i = 0; field->row->choices[i]; i++) suggest_offer(&meant, field->row->choices[i]);
    const char *near = suggest_best(&meant);
    diags_reject(context->diags, "TC012", value->place, "unknown %s '%.*s'%s", field->row->key,
        STR_ARG(value->text),
        near ? suggest_text(near) : arena_format(context->arena, " (%s)", all));
    diags_suggest(context->diags, value->text, suggest_sure(&meant));
    return false;
}

static bool read_choice(const struct field *field) {
    const struct schema_row *row = field->row;
    const struct yaml *value = field->value;
    const char *all = name_choices(field->context->arena, row->choices);
    if (value->type != YAML_STRING) return wrong_type(field, all);
    for (int i = 0; row->choices[i]; i++)
        if (str_is(value->text, row->choices[i])) {
            *(int *)field->into = i;
            return true;
        }
    return unknown_choice(field, all);
}

static bool read_element(const struct field *field, struct schema_strings *strings) {
    const struct yaml *value = field->value;
    if (value->bad) return false;
    if (value->type != YAML_STRING) return wrong_type(field, "a list of strings");
    if (value->text.len == 0)
        return diags_reject(
            field->context->diags, "TC016", value->place, "empty string in '%s'", field->row->key);
    strings->list[strings->count] = value->text;
    strings->places[strings->count++] = value->place;
    return true;
}

static bool read_strings(const struct field *field) {
    const struct yaml *value = field->value;
    bool is_list = value->type == YAML_LIST, good = true;
    size_t count = is_list ? value->count : 1;
    struct schema_strings *strings = field->into;
    *strings = (struct schema_strings){
        .list = arena_list(field->context->arena, struct str, count),
        .places = arena_list(field->context->arena, struct place, count),
    };
    struct field element = *field;
    for (size_t i = 0; i < count; i++) {
        element.value = is_list ? &value->items[i] : value;
        good = read_element(&element, strings) && good;
    }
    return good;
}

static bool read_yaml(const struct field *field) {
    *(const struct yaml **)field->into = field->value;
    return true;
}

static bool read_custom(const struct field *field) {
    return field->row->parse(field->context, field->value, field->into);
}

static bool (*const readers[])(const struct field *field) = {
    [SCHEMA_STRING] = read_string,
    [SCHEMA_NAME] = read_name,
    [SCHEMA_BOOL] = read_bool,
    [SCHEMA_INTEGER] = read_integer,
    [SCHEMA_NUMBER] = read_number,
    [SCHEMA_DURATION] = read_duration,
    [SCHEMA_SIZE] = read_size,
    [SCHEMA_CHOICE] = read_choice,
    [SCHEMA_STRINGS] = read_strings,
    [SCHEMA_YAML] = read_yaml,
    [SCHEMA_CUSTOM] = read_custom,
};

static const struct schema_row *find_row(const struct schema_row *rows, struct str key) {
    for (; rows->key; rows++)
        if (str_is(key, rows->key)) return rows;
    return NULL;
}

/* A map with more keys has none of ours by mistake, and looking for those takes long. */
enum { FEW_KEYS = 200 };

/* The key that a misspelt one may mean: one that is not there. */
static struct suggest meant_by(
    const struct schema_row *rows, const struct yaml *map, struct str unknown) {
    struct suggest suggest = suggest_for(unknown);
    for (; rows->key && map->count <= FEW_KEYS; rows++)
        if (!yaml_get(map, rows->key)) suggest_offer(&suggest, rows->key);
    return suggest;
}

static bool unknown_key(struct schema_context *context, const struct schema_row *rows,
    const struct yaml *map, const struct yaml_member *member) {
    struct suggest meant = meant_by(rows, map, member->key);
    diags_reject(context->diags, "TC010", member->place, "unknown key '%.*s' in %s%s",
        STR_ARG(member->key), context->subject, suggest_text(suggest_best(&meant)));
    diags_suggest(context->diags, member->key, suggest_sure(&meant));
    return false;
}

static bool read_member(struct schema_context *context, const struct schema_row *row,
    const struct yaml_member *member, void *into) {
    if (member->value.type == YAML_NULL && row->type != SCHEMA_YAML)
        return diags_reject(context->diags, "TC016", member->place, "'%s' has no value", row->key);
    struct field field = {context, row, &member->value, (char *)into + row->offset};
    return readers[row->type](&field);
}

static bool read_members(struct schema_context *context, const struct schema_row *rows,
    const struct yaml *map, void *into) {
    bool good = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_member *member = &map->members[i];
        const struct schema_row *row = find_row(rows, member->key);
        if (member->value.bad)
            good = false;
        else if (row)
            good = read_member(context, row, member, into) && good;
        else
            good = unknown_key(context, rows, map, member);
    }
    return good;
}

/* A misspelt key was reported with the suggestion; that it is missing too goes without saying. */
static bool is_misspelt(
    const struct schema_row *rows, const struct yaml *map, const struct schema_row *wanted) {
    for (size_t i = 0; i < map->count; i++) {
        struct suggest meant = meant_by(rows, map, map->members[i].key);
        if (!find_row(rows, map->members[i].key) && suggest_best(&meant) == wanted->key)
            return true;
    }
    return false;
}

static bool check_required(
    struct schema_context *context, const struct schema_row *rows, const struct yaml *map) {
    bool good = true;
    for (const struct schema_row *row = rows; row->key; row++)
        if (row->required && !yaml_get(map, row->key) && !is_misspelt(rows, map, row))
            good = diags_reject(context->diags, "TC011", map->place, "missing key '%s' in %s",
                row->key, context->subject);
    return good;
}

bool schema_read(struct schema_context *context, const struct schema_row *rows,
    const struct yaml *map, void *into) {
    if (map->bad) return false;
    if (map->type != YAML_MAP)
        return diags_reject(context->diags, "TC013", map->place, "%s must be a map, not %s",
            context->subject, yaml_type_name(map->type));
    bool good = read_members(context, rows, map, into);
    return check_required(context, rows, map) && good;
}

/* ---- for what rows cannot say ---- */

static bool is_path(struct str path) {
    bool empty = true;
    for (size_t i = 0; i < path.len; i++) {
        if (path.at[i] == '.' && empty) return false;
        empty = path.at[i] == '.';
        if (path.at[i] == '\\' && i + 1 < path.len) i++;
    }
    return !empty;
}

bool schema_check_paths(struct schema_context *context, const struct schema_strings *paths) {
    bool good = true;
    for (size_t i = 0; i < paths->count; i++)
        if (!is_path(paths->list[i]))
            good = diags_reject(context->diags, "TC015", paths->places[i],
                "bad path '%.*s': a name in it is empty", STR_ARG(paths->list[i]));
    return good;
}

struct place schema_place(const struct yaml *map, const char *key) {
    const struct yaml *value = yaml_get(map, key);
    return value ? value->place : map->place;
}
