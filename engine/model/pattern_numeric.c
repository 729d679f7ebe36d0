/* numeric: ["=", n], one bound, or a lower bound and then an upper one. Only numbers match. */
#include "model/pattern_internal.h"

#include <math.h>

static bool numeric_holds(const struct test *test, const struct json *leaf, bool *failed) {
    (void)failed;
    if (!number_is(leaf)) return false;
    int above = test->low ? number_order(leaf, test->low) : 1;
    int below = test->high ? number_order(leaf, test->high) : -1;
    return (above > 0 || (above == 0 && !test->low_is_open)) &&
           (below < 0 || (below == 0 && !test->high_is_open));
}

static const struct comparison {
    const char *name;
    bool bounds_low, bounds_high, is_open;
} comparisons[] = {
    {"=", true, true, false},
    {">", true, false, true},
    {">=", true, false, false},
    {"<", false, true, true},
    {"<=", false, true, false},
};

static const struct comparison *find(const struct yaml *yaml) {
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
        if (yaml->type == YAML_STRING && str_is(yaml->text, comparisons[i].name))
            return &comparisons[i];
    return NULL;
}

static bool is_number(const struct yaml *yaml) {
    return yaml->type == YAML_INTEGER || (yaml->type == YAML_FLOAT && isfinite(yaml->number));
}

static bool add_bound(struct compiler *compiler, struct test *test, const struct yaml *items) {
    const struct comparison *comparison = find(&items[0]);
    if (!comparison)
        return diags_reject(compiler->diags, "TC021", items[0].place,
            "'%.*s' is no comparison: '=', '<', '<=', '>' or '>='", STR_ARG(items[0].text));
    if (!is_number(&items[1]))
        return diags_reject(compiler->diags, "TC021", items[1].place,
            "'%s' compares with a number, not %s", comparison->name,
            items[1].type == YAML_FLOAT ? "an infinite one" : yaml_type_name(items[1].type));
    if (comparison->bounds_low) test->low = &items[1];
    if (comparison->bounds_low) test->low_is_open = comparison->is_open;
    if (comparison->bounds_high) test->high = &items[1];
    if (comparison->bounds_high) test->high_is_open = comparison->is_open;
    return true;
}

/* The bounds' order as numbers, by the same function that compares an event's. */
static int bounds_order(const struct test *test) {
    const struct yaml *low = test->low;
    struct json number = {.type = JSON_INTEGER, .integer = low->integer};
    if (low->type == YAML_FLOAT)
        number = (struct json){.type = JSON_FLOAT, .number = {low->number, low->text}};
    return number_order(&number, test->high);
}

static bool add_second_bound(
    struct compiler *compiler, struct test *test, const struct yaml *argument) {
    const struct yaml *items = argument->items;
    const struct comparison *second = find(&items[2]);
    if (test->high || (second && second->bounds_low))
        return diags_reject(compiler->diags, "TC021", items[2].place,
            "a range is a lower bound ('>' or '>=') and then an upper one ('<' or '<=')");
    if (!add_bound(compiler, test, items + 2)) return false;
    return bounds_order(test) < 0 || diags_reject(compiler->diags, "TC022", argument->place,
                                         "empty range: %.*s is not below %.*s",
                                         STR_ARG(items[1].text), STR_ARG(items[3].text));
}

bool numeric_compile(struct compiler *compiler, struct test *test, const struct yaml *argument) {
    test->holds = numeric_holds;
    if (argument->type != YAML_LIST)
        return argument_refused(compiler, argument, "numeric", "a list like [\">\", 0, \"<=\", 5]");
    if (argument->count != 2 && argument->count != 4)
        return diags_reject(compiler->diags, "TC021", argument->place,
            "'numeric' takes one or two comparisons, each with its number");
    return add_bound(compiler, test, argument->items) &&
           (argument->count == 2 || add_second_bound(compiler, test, argument));
}
