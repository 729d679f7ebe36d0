/* anything-but, not, exists: what is not there, and what is other than this. */
#include "model/pattern_internal.h"

static bool anything_but_holds(const struct test *test, const struct json *leaf, bool *failed) {
    return !tests_hold(&test->tests, leaf, failed);
}

static bool is_number(const struct yaml *yaml) {
    return yaml->type == YAML_INTEGER || yaml->type == YAML_FLOAT;
}

/* As in EventBridge: strings or numbers, not both, and nothing else. */
static bool check_plain(struct compiler *compiler, const struct yaml *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (items[i].type != YAML_STRING && !is_number(&items[i]))
            return argument_refused(compiler, &items[i], "anything-but", "strings or numbers");
        if (is_number(&items[i]) != is_number(&items[0]))
            return diags_reject(compiler->diags, "TC021", items[i].place,
                "'anything-but' takes strings or numbers, not both");
    }
    return true;
}

static const char *const inner_names[] = {
    "equals-ignore-case", "prefix", "suffix", "wildcard", NULL};

static bool is_inner(struct str name) {
    for (size_t i = 0; inner_names[i]; i++)
        if (str_is(name, inner_names[i])) return true;
    return false;
}

static bool compile_inner(
    struct compiler *compiler, struct test *test, struct str name, const struct yaml *text) {
    const struct operator_row *row = operator_find(name);
    if (text->type != YAML_STRING) return argument_refused(compiler, text, row->name, "a string");
    if (text->text.len == 0 && (str_is(name, "prefix") || str_is(name, "suffix")))
        return diags_reject(
            compiler->diags, "TC022", text->place, "'%s' of nothing holds always", row->name);
    return row->compile(compiler, test, text);
}

/* {prefix: text} or {prefix: [text, …]}, and the same for the other inner operators. */
static bool compile_map(struct compiler *compiler, struct test *test, const struct yaml *map) {
    if (map->count != 1 || !is_inner(map->members[0].key))
        return diags_reject(compiler->diags, "TC021", map->place,
            "'anything-but' takes one of equals-ignore-case, prefix, suffix, wildcard");
    const struct yaml *texts = &map->members[0].value;
    bool is_list = texts->type == YAML_LIST, fine = true;
    size_t count = is_list ? texts->count : 1;
    if (count == 0)
        return diags_reject(
            compiler->diags, "TC022", texts->place, "empty list: nothing could match it");
    test->tests.list = arena_list(compiler->arena, struct test, count);
    test->tests.count = count;
    for (size_t i = 0; i < count; i++)
        fine &= compile_inner(compiler, &test->tests.list[i], map->members[0].key,
            is_list ? &texts->items[i] : texts);
    return fine;
}

bool anything_but_compile(
    struct compiler *compiler, struct test *test, const struct yaml *argument) {
    test->holds = anything_but_holds;
    if (argument->type == YAML_MAP) return compile_map(compiler, test, argument);
    bool is_list = argument->type == YAML_LIST;
    return check_plain(
               compiler, is_list ? argument->items : argument, is_list ? argument->count : 1) &&
           tests_compile(compiler, &test->tests, argument);
}

/* `exists` and `not` ask about all leaves at once, so they cannot stand in a test of one leaf. */
static bool check_negated(struct compiler *compiler, const struct yaml *yaml) {
    bool fine = true;
    if (yaml->type == YAML_LIST)
        for (size_t i = 0; i < yaml->count; i++) fine &= check_negated(compiler, &yaml->items[i]);
    if (yaml->type != YAML_MAP) return fine;
    for (size_t i = 0; i < yaml->count; i++) {
        struct str key = yaml->members[i].key;
        if (str_is(key, "exists") || str_is(key, "not"))
            fine = diags_reject(compiler->diags, "TC021", yaml->members[i].place,
                "'%.*s' inside 'not': say 'exists: false' or the opposite itself", STR_ARG(key));
    }
    return fine;
}

bool not_compile(struct compiler *compiler, struct test *test, const struct yaml *argument) {
    test->scope = SCOPE_NONE;
    return check_negated(compiler, argument) && tests_compile(compiler, &test->tests, argument);
}

static bool exists_holds(const struct test *test, const struct json *leaf, bool *failed) {
    (void)test, (void)leaf, (void)failed;
    return true;
}

bool exists_compile(struct compiler *compiler, struct test *test, const struct yaml *argument) {
    if (argument->type != YAML_BOOL)
        return argument_refused(compiler, argument, "exists", "true or false");
    test->holds = exists_holds;
    test->scope = argument->boolean ? SCOPE_LEAF : SCOPE_ABSENT;
    return true;
}
