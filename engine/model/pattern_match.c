/* Asking a JSON tree. Fields are asked in the order of branch->entries, as EventBridge does it: a
 * field that matches a leaf inside an element of an array chooses that element, and what is asked
 * later about this array is asked of the chosen element alone.
 *
 * So one walk over the tree is enough. At an array, the fields before some field f hold without a
 * choice (nothing is there, or a scalar that stands directly in the array matches); f chooses an
 * element, and from f on everything must hold inside it. Below an object the fields of different
 * keys share no array any more, and are independent.
 *
 * Time: a value is visited once for each field that may be such an f at an array above it. That is
 * one field, or two where a path ends at an array and goes on below it; only lists that mix `not`
 * with other tests add more. Nothing is allocated, and the depth is that of the tree. */
#include "model/pattern_internal.h"

struct match {
    const struct branch *branch;
    bool *failed;
};

/* Fields from number `from` on are asked; where `chooses`, number `from` is the one that chose the
 * element in which we are, and if it lies below `node` it must match a leaf here. */
static bool value_matches(const struct match *match, const struct node *node,
    const struct json *value, size_t from, bool chooses);

static bool lies_below(const struct match *match, const struct node *node, size_t number) {
    size_t position = match->branch->entries[number].position;
    return node->first <= position && position < node->end;
}

/* Whether a leaf at the rest of the field's path passes one of the tests; any leaf where NULL. */
static bool any_leaf(const struct field *field, size_t depth, const struct json *value,
    const struct tests *tests, bool *failed) {
    if (!value) return false;
    if (value->type == JSON_ARRAY) {
        for (size_t i = 0; i < value->count; i++)
            if (any_leaf(field, depth, &value->items[i], tests, failed)) return true;
        return false;
    }
    if (value->type == JSON_OBJECT)
        return depth < field->key_count &&
               any_leaf(field, depth + 1, json_get(value, field->keys[depth]), tests, failed);
    return depth == field->key_count && (!tests || tests_hold(tests, value, failed));
}

/* Whether one of the field's tests of all leaves at once holds for what is below `value`. */
static bool whole_holds(
    const struct match *match, const struct field *field, size_t depth, const struct json *value) {
    if (!field->has_absent && !field->has_none) return false;
    if (!any_leaf(field, depth, value, NULL, NULL)) return field->has_absent;
    for (size_t i = 0; i < field->tests.count; i++) {
        const struct test *test = &field->tests.list[i];
        if (test->scope == SCOPE_NONE &&
            !any_leaf(field, depth, value, &test->tests, match->failed))
            return true;
    }
    return false;
}

/* `value` is a scalar, an object, or NULL: nothing here has to be chosen. */
static bool fields_match(const struct match *match, const struct node *node,
    const struct json *value, size_t from, bool chooses) {
    if (node->own != NO_FIELD && node->own >= from) {
        const struct field *field = match->branch->entries[node->own].field;
        bool must = chooses && node->own == from;
        bool is_leaf = value && value->type != JSON_OBJECT;
        bool holds = (is_leaf && tests_hold(&field->tests, value, match->failed)) ||
                     (!must && whole_holds(match, field, node->depth, value));
        if (!holds) return false;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        const struct node *child = &node->children[i];
        bool is_object = value && value->type == JSON_OBJECT;
        const struct json *below = is_object ? json_get(value, child->key) : NULL;
        if (!value_matches(match, child, below, from, chooses)) return false;
    }
    return true;
}

static bool is_scalar(const struct json *value) {
    return value->type != JSON_ARRAY && value->type != JSON_OBJECT;
}

static bool some_element_matches(
    const struct match *match, const struct node *node, const struct json *array, size_t from) {
    if (!match->branch->entries[from].field->has_leaf) return false;
    for (size_t i = 0; i < array->count; i++)
        if (!is_scalar(&array->items[i]) &&
            value_matches(match, node, &array->items[i], from, true))
            return true;
    return false;
}

static bool some_scalar_holds(
    const struct match *match, const struct field *field, const struct json *array) {
    for (size_t i = 0; i < array->count; i++)
        if (is_scalar(&array->items[i]) &&
            tests_hold(&field->tests, &array->items[i], match->failed))
            return true;
    return false;
}

static bool array_matches(const struct match *match, const struct node *node,
    const struct json *array, size_t from, bool chooses) {
    for (size_t at = from; at < match->branch->count; at++) {
        if (!lies_below(match, node, at)) continue;
        const struct field *field = match->branch->entries[at].field;
        bool must = chooses && at == from;
        if (some_element_matches(match, node, array, at)) return true;
        bool holds = (at == node->own && some_scalar_holds(match, field, array)) ||
                     (!must && whole_holds(match, field, node->depth, array));
        if (!holds) return false;
    }
    return true;
}

static bool value_matches(const struct match *match, const struct node *node,
    const struct json *value, size_t from, bool chooses) {
    if (node->last < from) return true;
    if (value && value->type == JSON_ARRAY) return array_matches(match, node, value, from, chooses);
    return fields_match(match, node, value, from, chooses);
}

bool branch_matches(const struct branch *branch, const struct json *object, bool *failed) {
    struct match match = {branch, failed};
    return fields_match(&match, &branch->root, object, 0, false);
}

bool pattern_matches(const struct pattern *pattern, const struct json *value, bool *failed) {
    if (!value || value->type != JSON_OBJECT) return false;
    for (size_t i = 0; i < pattern->count; i++)
        if (branch_matches(&pattern->branches[i], value, failed)) return true;
    return false;
}

bool field_matches(const struct field *field, const struct json *object, bool *failed) {
    struct match match = {NULL, failed};
    return any_leaf(field, 0, object, &field->tests, failed) ||
           whole_holds(&match, field, 0, object);
}
