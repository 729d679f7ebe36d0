#include "model/pattern_useless.h"

#include "base/mem.h"
#include "model/pattern_internal.h"

#include <stdlib.h>

/* ---- values of a list that others cover ---- */

/* A longer list is data: of its operators the first are asked, so that it takes no time to speak of. */
enum { OPERATORS_MOST = 1000, QUESTIONS_MOST = 5000000 };

/* Where in the list of a field they stand. */
struct operators {
    size_t list[OPERATORS_MOST];
    size_t count;
};

static const struct yaml *item_of(const struct field *field, size_t i) {
    return field->yaml->type == YAML_LIST ? &field->yaml->items[i] : field->yaml;
}

static const char *operator_of(const struct yaml *item) {
    return item->type == YAML_MAP && item->count == 1 ? item->members[0].key.at : NULL;
}

static bool is_operator(const struct yaml *item, const char *name) {
    return operator_of(item) && str_is(item->members[0].key, name);
}

/* Of what every leaf passes that passes a test of this prefix or suffix. */
static bool affix_is_covered(
    const struct test *test, const struct test *other, const struct yaml *other_item) {
    struct str text = test->text;
    struct json leaf = {.type = JSON_STRING, .string = text};
    if (test->kind != TEST_PREFIX && test->kind != TEST_SUFFIX) return false;
    if (other->kind == test->kind || is_operator(other_item, "contains"))
        return other->holds(other, &leaf, NULL);
    return false;
}

static bool literal_is_covered(const struct test *test, const struct test *other) {
    struct json leaf = {.type = JSON_STRING};
    if (test->kind != TEST_STRING) return false;
    leaf.string = test_text(test);
    return other->holds(other, &leaf, NULL);
}

static bool is_covered(const struct field *field, size_t i, size_t by) {
    const struct test *test = &field->tests.list[i], *other = &field->tests.list[by];
    const struct yaml *item = item_of(field, by);
    if (test->scope != SCOPE_LEAF || other->scope != SCOPE_LEAF) return false;
    return literal_is_covered(test, other) || affix_is_covered(test, other, item) ||
           (is_operator(item, "exists") && !is_operator(item_of(field, i), "exists"));
}

/* The value that an operator has, as it is spelled. */
static struct str argument_of(const struct yaml *item) {
    const struct yaml *argument = &item->members[0].value;
    return argument->count ? STR("…") : argument->text;
}

static void report_covered(
    const struct field *field, size_t i, const struct yaml *by, struct diags *diags) {
    const struct yaml *item = item_of(field, i);
    struct str text = operator_of(item) ? argument_of(item) : item->text;
    diags_find(diags, "TC120", DIAG_WARNING, item->place,
        "'%.*s' changes nothing: '%s: %.*s' in the same list covers it", STR_ARG(text),
        operator_of(by), STR_ARG(argument_of(by)));
}

/* Of two that cover each other, which say the same, the first stays. */
static bool is_useless(const struct field *field, size_t i, size_t by) {
    return i != by && is_covered(field, i, by) && !(i < by && is_covered(field, by, i));
}

static void find_covered(
    const struct field *field, size_t i, const struct operators *operators, struct diags *diags) {
    for (size_t k = 0; k < operators->count; k++) {
        size_t by = operators->list[k];
        if (!is_useless(field, i, by)) continue;
        report_covered(field, i, item_of(field, by), diags);
        return;
    }
}

static void find_all_covered(const struct field *field, struct diags *diags) {
    struct operators operators;
    operators.count = 0;
    size_t most = QUESTIONS_MOST / field->tests.count + 1;
    if (most > OPERATORS_MOST) most = OPERATORS_MOST;
    for (size_t i = 0; i < field->tests.count && operators.count < most; i++)
        if (operator_of(item_of(field, i))) operators.list[operators.count++] = i;
    for (size_t i = 0; i < field->tests.count; i++) find_covered(field, i, &operators, diags);
}

/* ---- twice the same ---- */

static int by_text(const void *left, const void *right) {
    const struct yaml *a = *(const struct yaml *const *)left,
                      *b = *(const struct yaml *const *)right;
    int order = str_cmp(a->text, b->text);
    if (order) return order;
    if (a->type != b->type) return a->type < b->type ? -1 : 1;
    return (a > b) - (a < b); /* in the order of the list */
}

static bool is_scalar(const struct yaml *item) {
    return item->type != YAML_MAP && item->type != YAML_LIST;
}

static void find_twice(const struct field *field, struct diags *diags) {
    const struct yaml *list = field->yaml;
    const struct yaml **sorted = mem_alloc((list->count + 1) * sizeof *sorted);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (is_scalar(&list->items[i])) sorted[count++] = &list->items[i];
    qsort(sorted, count, sizeof *sorted, by_text);
    for (size_t i = 1; i < count; i++)
        if (sorted[i]->type == sorted[i - 1]->type && str_eq(sorted[i]->text, sorted[i - 1]->text))
            diags_find(diags, "TC120", DIAG_WARNING, sorted[i]->place,
                "'%.*s' stands in the list already", STR_ARG(sorted[i]->text));
    mem_free(sorted);
}

/* ---- a value and something below it ---- */

/* `above` must be there, too, on the way down to this node; NULL where nothing must. */
static void find_below(const struct branch *branch, const struct node *node,
    const struct field *above, struct diags *diags) {
    const struct field *own = node->own == NO_FIELD ? NULL : branch->entries[node->own].field;
    bool is_there = own && !own->has_absent;
    if (is_there && above)
        diags_find(diags, "TC121", DIAG_WARNING, own->place,
            "never matches: '%.*s' is asked for a value, and what has a value has no fields",
            STR_ARG(above->dotted));
    for (size_t i = 0; i < node->child_count; i++)
        find_below(branch, &node->children[i], is_there ? own : above, diags);
}

/* ---- all of them ---- */

static void find_in_field(const struct field *field, struct diags *diags) {
    if (field->yaml->type != YAML_LIST || field->tests.count < 2) return;
    find_twice(field, diags);
    find_all_covered(field, diags);
}

void pattern_find_useless(const struct pattern *pattern, struct diags *diags) {
    for (size_t i = 0; i < pattern->count; i++) {
        const struct branch *branch = &pattern->branches[i];
        for (size_t k = 0; k < branch->count; k++) find_in_field(branch->entries[k].field, diags);
        find_below(branch, &branch->root, NULL, diags);
    }
}
