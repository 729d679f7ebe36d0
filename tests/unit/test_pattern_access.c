/* By which field each branch of a rule set's patterns is found, and what is said where there is
 * none. */
#include "check.h"

#include "model/pattern_access.h"
#include "tree.h"

enum { MOST_RULES = 8 };

struct set {
    struct arena arena;
    struct diags diags;
    struct pattern *list[MOST_RULES];
    size_t count;
};

/* Patterns one behind the other; `-` is a rule without one. */
static void set_init(struct set *set, const char *text) {
    *set = (struct set){0};
    diags_init(&set->diags);
    struct tree_reader reader = {&set->arena, text, text, text + strlen(text)};
    while (tree_skip(&reader)) {
        struct yaml *yaml = arena_new(&set->arena, struct yaml);
        tree_read_yaml(&reader, yaml, 0);
        struct pattern *pattern = yaml->type == YAML_MAP
                                      ? pattern_compile(&set->arena, yaml, &set->diags)
                                      : NULL;
        if (set->diags.count) fail_msg("%s: %s", text, set->diags.list[0].text);
        set->list[set->count++] = pattern;
    }
}

static void set_release(struct set *set) {
    for (size_t i = 0; i < set->count; i++) pattern_release(set->list[i]);
    diags_release(&set->diags);
    arena_release(&set->arena);
}

static void add_accesses(struct buf *to, struct set *set) {
    struct pattern_accesses accesses = pattern_accesses_choose(
        &set->arena, (const struct pattern *const *)set->list, set->count);
    for (size_t i = 0; i < accesses.count; i++) {
        struct str path = pattern_access_path(&accesses.list[i]);
        buf_add_format(to, "%s%u:%.*s", i ? " " : "", accesses.list[i].rule, STR_ARG(path));
    }
}

static void fields_are_chosen(void **state) {
    static const char *const rows[][2] = {
        {"{n: A}", "0:n"},
        {"-", "0:"},
        {"{n: A} - {n: B}", "0:n 1: 2:n"},
        /* the path with the most different texts */
        {"{a: A, n: A} {a: A, n: B}", "0:n 1:n"},
        {"{a: [A, B, C], n: A} {a: A, n: B}", "0:a 1:a"},
        {"{a: A, n: A} {a: B, n: B}", "0:a 1:a"},
        {"{a: A, n: [A, {prefix: A}, {suffix: A}, 5]}", "0:n"},
        {"{a: [A, A], n: [A, 5]} {a: A, n: A}", "0:n 1:n"},
        {"{a: {b: A}} {a.b: B, a: C}", "0:a.b 1:a.b"},
        {"{a.b: A, n: A} {\"a\\\\.b\": [B, C], n: B}", "0:n 1:a.b"},
        /* all tests must be texts */
        {"{a: [A, B, {contains: x}], n: A}", "0:n"},
        {"{a: [A, B, null], n: A}", "0:n"},
        {"{a: [A, B, {prefix: \"\"}], n: A}", "0:n"},
        {"{a: [A, B, {exists: false}], n: A}", "0:n"},
        {"{a: [A, B, {not: A}], n: A}", "0:n"},
        {"{a: [A, {prefix: {equals-ignore-case: A}}], n: A}", "0:n"},
        /* else the first field that needs a leaf */
        {"{n: {exists: true}, a: {not: A}, b: true}", "0:b"},
        {"{n: {anything-but: A}, a: {exists: false}}", "0:n"},
        {"{a: {exists: false}, n: {not: A}}", "0:"},
        {"{a: [true, {exists: false}]}", "0:"},
        /* each branch for itself */
        {"{$or: [{a: A}, {n: B}, {b: {exists: false}}]}", "0:a 0:n 0:"},
        {"{$or: [{a: {not: A}}, {b: true}], n: B}", "0:n 0:n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct set set;
        struct buf found;
        buf_init(&found);
        set_init(&set, rows[i][0]);
        add_accesses(&found, &set);
        if (!str_is(buf_str(&found), rows[i][1])) fail_msg("%s: %s", rows[i][0], buf_text(&found));
        buf_release(&found);
        set_release(&set);
    }
}

static void faults_are_told(void **state) {
    static const struct {
        const char *pattern, *fault; /* NULL: none */
        unsigned line;
    } rows[] = {
        {"{n: A}", NULL, 0},
        {"{n: {anything-but: A}}", NULL, 0},
        {"{$or: [{n: A}, {a: true}]}", NULL, 0},
        {"-", "it has no 'when'", 0},
        {"{\nn: {not: A}}",
            "its 'when' can hold where nothing is there: 'not' or 'exists: false' is among the "
            "tests of each field",
            2},
        {"{$or: [{n: A},\n\n{a: [true, {exists: false}]}]}",
            "an alternative of its '$or' can hold where nothing is there: 'not' or 'exists: false' "
            "is among the tests of each field",
            3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct set set;
        struct place place;
        set_init(&set, rows[i].pattern);
        const char *fault = pattern_access_fault(set.list[0], &place);
        assert_int_equal(fault != NULL, rows[i].fault != NULL);
        if (fault) assert_string_equal(fault, rows[i].fault);
        assert_int_equal(place.line, rows[i].line);
        set_release(&set);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_chosen),
        cmocka_unit_test(faults_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
