/* Plain values: a string, a number, true, false and null. */
#include "model/pattern_internal.h"

bool number_is(const struct json *json) {
    return json->type == JSON_INTEGER || json->type == JSON_FLOAT;
}

/* Exact: the integer is not rounded to a double, which above 2^53 would make neighbours equal. */
static int order_mixed(int64_t integer, double number) {
    if (number >= 0x1p63) return -1;
    if (number < -0x1p63) return 1;
    int64_t whole = (int64_t)number;
    if (integer != whole) return integer < whole ? -1 : 1;
    double rest = number - (double)whole;
    return (rest < 0) - (rest > 0);
}

int number_order(const struct json *left, const struct yaml *right) {
    bool left_is_integer = left->type == JSON_INTEGER,
         right_is_integer = right->type == YAML_INTEGER;
    if (left_is_integer && right_is_integer)
        return (left->integer > right->integer) - (left->integer < right->integer);
    if (left_is_integer) return order_mixed(left->integer, right->number);
    if (right_is_integer) return -order_mixed(right->integer, left->number.value);
    return (left->number.value > right->number) - (left->number.value < right->number);
}

static bool string_holds(const struct test *test, const struct json *leaf, bool *failed) {
    (void)failed;
    return leaf->type == JSON_STRING && str_eq(leaf->string, test->literal->text);
}

/* Account ids and versions are strings in events, and authors forget the quotes. */
static bool number_holds(const struct test *test, const struct json *leaf, bool *failed) {
    if (leaf->type == JSON_STRING) return string_holds(test, leaf, failed);
    return number_is(leaf) && number_order(leaf, test->literal) == 0;
}

static bool boolean_holds(const struct test *test, const struct json *leaf, bool *failed) {
    (void)failed;
    return leaf->type == JSON_BOOL && leaf->boolean == test->literal->boolean;
}

static bool null_holds(const struct test *test, const struct json *leaf, bool *failed) {
    (void)test, (void)failed;
    return leaf->type == JSON_NULL;
}

bool test_is_constant(const struct test *test) {
    return test->holds == boolean_holds || test->holds == null_holds;
}

bool literal_compile(struct compiler *compiler, struct test *test, const struct yaml *yaml) {
    (void)compiler;
    test->literal = yaml;
    switch (yaml->type) {
    case YAML_NULL: test->holds = null_holds; break;
    case YAML_BOOL: test->holds = boolean_holds; break;
    case YAML_INTEGER:
    case YAML_FLOAT:
        test->holds = number_holds;
        test->kind = TEST_NUMBER;
        break;
    default:
        test->holds = string_holds;
        test->kind = TEST_STRING;
        break;
    }
    return true;
}
