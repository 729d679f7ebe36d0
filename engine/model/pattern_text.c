/* prefix, suffix, contains, regex, equals-ignore-case: tests on strings. */
#include "model/pattern_internal.h"

static bool text_compile(
    struct compiler *compiler, struct test *test, const struct yaml *argument, const char *name) {
    if (argument->type != YAML_STRING)
        return argument_refused(compiler, argument, name, "a string");
    test->text = argument->text;
    return true;
}

static bool prefix_holds(const struct test *test, const struct json *leaf, bool *failed) {
    (void)failed;
    return leaf->type == JSON_STRING && str_starts(leaf->string, test->text);
}

static bool suffix_holds(const struct test *test, const struct json *leaf, bool *failed) {
    (void)failed;
    return leaf->type == JSON_STRING && str_ends(leaf->string, test->text);
}

static bool contains_holds(const struct test *test, const struct json *leaf, bool *failed) {
    (void)failed;
    return leaf->type == JSON_STRING &&
           memmem(leaf->string.at, leaf->string.len, test->text.at, test->text.len);
}

static bool regex_holds(const struct test *test, const struct json *leaf, bool *failed) {
    if (leaf->type != JSON_STRING) return false;
    enum regex_result result = regex_search(test->regex, leaf->string, 0, NULL);
    if (result == REGEX_LIMIT && failed) *failed = true;
    return result == REGEX_YES;
}

/* The argument's {equals-ignore-case: text}, where an end of a string may have either case. */
static bool ignoring_case(
    struct compiler *compiler, struct test *test, const struct yaml *map, const char *name) {
    if (map->count != 1 || !str_is(map->members[0].key, "equals-ignore-case"))
        return diags_reject(compiler->diags, "TC021", map->place,
            "'%s' takes a string or {equals-ignore-case: string}", name);
    return letters_compile(compiler, test, &map->members[0].value);
}

bool prefix_compile(struct compiler *compiler, struct test *test, const struct yaml *argument) {
    bool is_map = argument->type == YAML_MAP;
    test->holds = is_map ? letters_begin : prefix_holds;
    if (is_map) return ignoring_case(compiler, test, argument, "prefix");
    if (argument->text.len) test->kind = TEST_PREFIX;
    return text_compile(compiler, test, argument, "prefix");
}

bool suffix_compile(struct compiler *compiler, struct test *test, const struct yaml *argument) {
    bool is_map = argument->type == YAML_MAP;
    test->holds = is_map ? letters_end : suffix_holds;
    if (is_map) return ignoring_case(compiler, test, argument, "suffix");
    if (argument->text.len) test->kind = TEST_SUFFIX;
    return text_compile(compiler, test, argument, "suffix");
}

bool equals_ignore_case_compile(
    struct compiler *compiler, struct test *test, const struct yaml *argument) {
    test->holds = letters_equal;
    return letters_compile(compiler, test, argument);
}

static bool refuse_empty(struct compiler *compiler, const struct yaml *argument, const char *name) {
    return argument->text.len > 0 || diags_reject(compiler->diags, "TC022", argument->place,
                                         "'%s' of nothing holds always", name);
}

bool contains_compile(struct compiler *compiler, struct test *test, const struct yaml *argument) {
    test->holds = contains_holds;
    return text_compile(compiler, test, argument, "contains") &&
           refuse_empty(compiler, argument, "contains");
}

bool regex_compile(struct compiler *compiler, struct test *test, const struct yaml *argument) {
    struct diag diag = {0};
    test->holds = regex_holds;
    test->kind = TEST_REGEX;
    if (!text_compile(compiler, test, argument, "regex") ||
        !refuse_empty(compiler, argument, "regex"))
        return false;
    struct regex *regex = regex_new(argument->text, &diag);
    if (!regex)
        return diags_reject(compiler->diags, "TC023", argument->place, "bad regex: %s", diag.text);
    struct owned_regex *owned = arena_new(compiler->arena, struct owned_regex);
    *owned = (struct owned_regex){regex, compiler->regexes};
    compiler->regexes = owned;
    test->regex = regex;
    return true;
}
