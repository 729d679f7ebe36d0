#include "flow/testing_compare.h"

#include "base/regex.h"

static void print_expected(
    struct buf *to, const struct comparison *comparison, const struct yaml *expected);
static bool is_matcher(const struct yaml *expected);

static bool differs(const struct comparison *comparison, const char *what,
    const struct yaml *expected, const struct json *got) {
    struct buf left = {0}, right = {0};
    if (!comparison->to) return false;
    print_expected(&left, comparison, expected);
    if (got) json_print(&right, got);
    differences_add(comparison->to, expected->place, what, buf_str(&left),
        got ? buf_str(&right) : STR("nothing"));
    buf_release(&left);
    buf_release(&right);
    return false;
}

/* ---- text ---- */

/* A map may be meant as one: what it is asked of tells. */
static bool is_matcher(const struct yaml *expected) {
    if (expected->type != YAML_MAP || expected->count != 1) return false;
    if (expected->members[0].value.type != YAML_STRING) return false;
    return str_is(expected->members[0].key, "contains") ||
           str_is(expected->members[0].key, "regex");
}

static void print_expected(
    struct buf *to, const struct comparison *comparison, const struct yaml *expected) {
    if (is_matcher(expected)) {
        bool contains = str_is(expected->members[0].key, "contains");
        buf_add_text(to, contains ? "text that contains " : "text that matches ");
        expected = &expected->members[0].value;
    }
    json_print(to, yaml_to_json(comparison->arena, expected));
}

static bool is_found(struct str pattern, struct str text) {
    struct diag diag = {0};
    struct regex *regex = regex_new(pattern, &diag);
    bool found = regex && regex_search(regex, text, 0, NULL) == REGEX_YES;
    regex_free(regex);
    return found;
}

static bool holds_text(const struct yaml *matcher, struct str text) {
    struct str wanted = matcher->members[0].value.text;
    if (str_is(matcher->members[0].key, "regex")) return is_found(wanted, text);
    return wanted.len == 0 || memmem(text.at, text.len, wanted.at, wanted.len) != NULL;
}

/* ---- lists ---- */

static bool compare_elements(const struct comparison *comparison, const char *what,
    const struct yaml *expected, const struct json *got) {
    bool same = true;
    for (size_t i = 0; i < expected->count; i++) {
        const char *element = arena_format(comparison->arena, "%s.%zu", what, i + 1);
        same = compare_value(comparison, element, &expected->items[i], &got->items[i]) && same;
    }
    return same;
}

/* The place behind the next element that is as expected; 0: there is none. */
static size_t find_next(const struct comparison *comparison, const struct yaml *expected,
    const struct json *got, size_t from) {
    const struct comparison quiet = {NULL, comparison->arena, comparison->parts};
    for (size_t i = from; i < got->count; i++)
        if (compare_value(&quiet, "", expected, &got->items[i])) return i + 1;
    return 0;
}

/* The element that is most like it and has something in common with it; count: there is none. */
static size_t find_nearest(
    const struct comparison *comparison, const struct yaml *expected, const struct json *got) {
    size_t nearest = got->count, least = expected->type == YAML_MAP ? expected->count : 0;
    for (size_t i = 0; i < got->count && least > 0; i++) {
        struct differences differences = {.arena = comparison->arena};
        const struct comparison trial = {&differences, comparison->arena, comparison->parts};
        compare_value(&trial, "", expected, &got->items[i]);
        if (differences.count >= least) continue;
        least = differences.count;
        nearest = i;
    }
    return nearest;
}

static bool lacks_part(const struct comparison *comparison, const char *what,
    const struct yaml *expected, const struct json *got) {
    size_t nearest = comparison->to ? find_nearest(comparison, expected, got) : got->count;
    if (nearest == got->count) return differs(comparison, what, expected, got);
    const char *element = arena_format(comparison->arena, "%s.%zu", what, nearest + 1);
    bool stands_elsewhere = compare_value(comparison, element, expected, &got->items[nearest]);
    return stands_elsewhere && differs(comparison, what, expected, got);
}

static bool compare_parts(const struct comparison *comparison, const char *what,
    const struct yaml *expected, const struct json *got) {
    size_t at = 0;
    for (size_t i = 0; i < expected->count; i++) {
        at = find_next(comparison, &expected->items[i], got, at);
        if (!at) return lacks_part(comparison, what, &expected->items[i], got);
    }
    return true;
}

static bool compare_list(const struct comparison *comparison, const char *what,
    const struct yaml *expected, const struct json *got) {
    if (comparison->parts) return compare_parts(comparison, what, expected, got);
    if (expected->count != got->count) return differs(comparison, what, expected, got);
    return compare_elements(comparison, what, expected, got);
}

/* ---- the whole ---- */

static bool compare_map(const struct comparison *comparison, const char *what,
    const struct yaml *expected, const struct json *got) {
    bool same = true;
    for (size_t i = 0; i < expected->count; i++) {
        const struct yaml_member *member = &expected->members[i];
        const char *inner = arena_format(
            comparison->arena, "%s%s%.*s", what, *what ? "." : "", STR_ARG(member->key));
        same = compare_value(comparison, inner, &member->value, json_get(got, member->key)) && same;
    }
    return same;
}

bool compare_value(const struct comparison *comparison, const char *what,
    const struct yaml *expected, const struct json *got) {
    if (!got) return differs(comparison, what, expected, got);
    if (is_matcher(expected) && got->type == JSON_STRING)
        return holds_text(expected, got->string) || differs(comparison, what, expected, got);
    if (expected->type == YAML_MAP && got->type == JSON_OBJECT)
        return compare_map(comparison, what, expected, got);
    if (expected->type == YAML_LIST && got->type == JSON_ARRAY)
        return compare_list(comparison, what, expected, got);
    return json_equal(yaml_to_json(comparison->arena, expected), got) ||
           differs(comparison, what, expected, got);
}

static bool has(
    const struct comparison *comparison, const struct yaml *expected, const struct json *list) {
    return list && list->type == JSON_ARRAY && find_next(comparison, expected, list, 0) > 0;
}

bool compare_any(const struct comparison *comparison, const char *what, const struct yaml *expected,
    const struct json *list) {
    return has(comparison, expected, list) || differs(comparison, what, expected, list);
}

bool compare_names(const struct comparison *comparison, const char *what,
    const struct yaml *expected, const struct json *list) {
    const struct yaml *names = expected->type == YAML_LIST ? expected->items : expected;
    size_t count = expected->type == YAML_LIST ? expected->count : 1;
    bool same = list && list->count == count;
    for (size_t i = 0; same && i < count; i++) same = has(comparison, &names[i], list);
    return same || differs(comparison, what, expected, list);
}
