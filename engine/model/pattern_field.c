/* What a field's tests ask for, for who finds patterns by their fields. */
#include "model/pattern_internal.h"

bool test_has_text(const struct test *test) {
    return test->kind == TEST_STRING || test->kind == TEST_NUMBER || test->kind == TEST_PREFIX ||
           test->kind == TEST_SUFFIX;
}

struct str test_text(const struct test *test) {
    bool is_literal = test->kind == TEST_STRING || test->kind == TEST_NUMBER;
    return is_literal ? test->literal->text : test->text;
}

bool field_is_leaf(const struct field *field) {
    return !field->has_absent && !field->has_none;
}

bool field_is_text(const struct field *field) {
    if (!field_is_leaf(field)) return false;
    for (size_t i = 0; i < field->tests.count; i++)
        if (!test_has_text(&field->tests.list[i])) return false;
    return true;
}

/* ---- whether two fields ask the same: what is written the same is the same ---- */

static int yaml_order(const struct yaml *a, const struct yaml *b);

static int order_members(const struct yaml_member *a, const struct yaml_member *b) {
    int order = str_cmp(a->key, b->key);
    return order ? order : yaml_order(&a->value, &b->value);
}

static int yaml_order(const struct yaml *a, const struct yaml *b) {
    if (a->type != b->type) return a->type < b->type ? -1 : 1;
    if (a->count != b->count) return a->count < b->count ? -1 : 1;
    int order = 0;
    for (size_t i = 0; i < a->count && !order; i++)
        order = a->type == YAML_MAP ? order_members(&a->members[i], &b->members[i])
                                    : yaml_order(&a->items[i], &b->items[i]);
    return a->count ? order : str_cmp(a->text, b->text);
}

int field_tests_order(const struct field *a, const struct field *b) {
    return yaml_order(a->yaml, b->yaml);
}
