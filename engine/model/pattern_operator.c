#include "base/suggest.h"
#include "model/pattern_internal.h"

/* Arguments, as members of a JSON Schema. */
#define TEXT "\"type\":\"string\""
#define LONG_TEXT "\"type\":\"string\",\"minLength\":1"
#define IGNORING_CASE                                                                              \
    "\"type\":\"object\",\"required\":[\"equals-ignore-case\"],\"maxProperties\":1"
#define AFFIX "\"anyOf\":[{" TEXT "},{" IGNORING_CASE "}]"
#define NUMERIC                                                                                    \
    "\"type\":\"array\",\"minItems\":2,\"maxItems\":4,"                                            \
    "\"items\":{\"anyOf\":[{\"enum\":[\"=\",\"<\",\"<=\",\">\",\">=\"]},{\"type\":\"number\"}]}"

const struct operator_row operator_rows[] = {
    {"anything-but", true, "\"not\":{\"type\":[\"null\",\"boolean\"]}",
        "any value but these, or but what begins so", anything_but_compile},
    {"cidr", false, "\"type\":\"string\",\"pattern\":\"/\"",
        "an address in the network, 10.0.0.0/8", cidr_compile},
    {"contains", false, LONG_TEXT, "a text with this inside", contains_compile},
    {"equals-ignore-case", false, TEXT, "the same text in upper or lower case",
        equals_ignore_case_compile},
    {"exists", false, "\"type\":\"boolean\"", "whether the field is there", exists_compile},
    {"not", true, "\"$ref\":\"#/definitions/field\"",
        "the field is there, and none of this holds for it", not_compile},
    {"numeric", true, NUMERIC, "a number in the range, such as 0 < n <= 5", numeric_compile},
    {"prefix", false, AFFIX, "a text that begins with this", prefix_compile},
    {"regex", false, LONG_TEXT, "a text in which the expression is found", regex_compile},
    {"suffix", false, AFFIX, "a text that ends with this", suffix_compile},
    {"wildcard", false, TEXT, "a text like this, in which * stands for anything", wildcard_compile},
    {NULL, false, NULL, NULL, NULL},
};

const struct operator_row *operator_find(struct str name) {
    for (size_t i = 0; operator_rows[i].name; i++)
        if (str_is(name, operator_rows[i].name)) return &operator_rows[i];
    return NULL;
}

static bool unknown_operator(struct compiler *compiler, const struct yaml_member *member) {
    struct suggest meant = suggest_for(member->key);
    for (size_t i = 0; operator_rows[i].name; i++) suggest_offer(&meant, operator_rows[i].name);
    diags_reject(compiler->diags, "TC020", member->place, "unknown operator '%.*s'%s",
        STR_ARG(member->key), suggest_text(suggest_best(&meant)));
    diags_suggest(compiler->diags, member->key, suggest_sure(&meant));
    return false;
}

static bool fits(const struct operator_row *row, const struct yaml *argument) {
    if (argument->type == YAML_LIST) return row->takes_list;
    if (argument->type == YAML_MAP) return row->takes_list || pattern_is_operator(argument);
    return true;
}

bool pattern_is_operator(const struct yaml *map) {
    for (size_t i = 0; i < map->count; i++) {
        const struct operator_row *row = operator_find(map->members[i].key);
        if (!row || !fits(row, &map->members[i].value)) return false;
    }
    return map->count > 0;
}

static bool compile_into(struct compiler *compiler, struct test *test, const struct yaml *map) {
    if (map->count == 0)
        return diags_reject(
            compiler->diags, "TC022", map->place, "empty map where an operator is expected");
    const struct yaml_member *member = &map->members[0];
    if (map->count > 1)
        return diags_reject(compiler->diags, "TC021", map->members[1].place,
            "more than one operator in a map: make '%.*s' an element of the list of its own",
            STR_ARG(map->members[1].key));
    const struct operator_row *row = operator_find(member->key);
    if (!row) return unknown_operator(compiler, member);
    return row->compile(compiler, test, &member->value);
}

static bool compile_element(struct compiler *compiler, struct test *test, const struct yaml *yaml) {
    if (yaml->type == YAML_MAP) return compile_into(compiler, test, yaml);
    if (yaml->type == YAML_LIST)
        return diags_reject(compiler->diags, "TC021", yaml->place, "a list inside a list");
    return literal_compile(compiler, test, yaml);
}

bool tests_compile(struct compiler *compiler, struct tests *tests, const struct yaml *yaml) {
    bool is_list = yaml->type == YAML_LIST;
    const struct yaml *items = is_list ? yaml->items : yaml;
    tests->count = is_list ? yaml->count : 1;
    if (tests->count == 0)
        return diags_reject(
            compiler->diags, "TC022", yaml->place, "empty list: nothing could match it");
    tests->list = arena_list(compiler->arena, struct test, tests->count);
    bool fine = true;
    for (size_t i = 0; i < tests->count; i++)
        fine &= compile_element(compiler, &tests->list[i], &items[i]);
    return fine;
}

bool tests_hold(const struct tests *tests, const struct json *leaf, bool *failed) {
    for (size_t i = 0; i < tests->count; i++) {
        const struct test *test = &tests->list[i];
        if (test->scope == SCOPE_LEAF && test->holds(test, leaf, failed)) return true;
    }
    return false;
}

bool argument_refused(
    struct compiler *compiler, const struct yaml *argument, const char *name, const char *wanted) {
    return diags_reject(compiler->diags, "TC021", argument->place, "'%s' takes %s, not %s", name,
        wanted, yaml_type_name(argument->type));
}
