/* Why a pattern matches or does not: what each clause found. That the whole agrees with
 * pattern_matches is held by test_pattern.c, row by row. */
#include "check.h"

#include "model/pattern_explain.h"
#include "text/json_short.h"
#include "tree.h"

struct row {
    const char *pattern, *event, *expected;
};

static void print_clause(struct buf *to, const struct pattern_clause *clause) {
    buf_add_format(to, "%s %.*s", clause->holds ? "ok" : "no", STR_ARG(clause->path));
    for (size_t i = 0; i < clause->found_count && i < PATTERN_FOUND; i++) {
        buf_add_text(to, i ? "," : "=");
        json_print_short(to, clause->found[i], 20);
    }
    if (!clause->found_count) buf_add_format(to, " ends '%.*s'", STR_ARG(clause->there));
    if (clause->near) buf_add_format(to, " near %s", clause->near);
    buf_add_text(to, "; ");
}

static void explains(const struct row *row) {
    struct arena arena = {0};
    struct diags diags = {0};
    struct buf got = {0};
    struct pattern_account account;
    struct pattern *pattern = pattern_compile(
        &arena, tree_yaml(&arena, str_of(row->pattern)), &diags);
    pattern_explain(pattern, tree_json(&arena, str_of(row->event)), &arena, &account);
    for (size_t i = 0; i < account.count; i++) print_clause(&got, &account.clauses[i]);
    buf_add_format(&got, "%zu failed of %zu%s%s", account.failed, account.alternatives,
        account.matches ? ", matches" : "", account.apart ? ", apart" : "");
    assert_string_equal(buf_text(&got), row->expected);
    pattern_release(pattern);
    diags_release(&diags);
    buf_release(&got);
    arena_release(&arena);
}

static void explain_rows(const struct row *rows) {
    for (; rows->pattern; rows++) explains(rows);
}

static void clauses_stand_in_the_order_of_the_manifest(void **state) {
    (void)state;
    explain_rows((const struct row[]){
        {"{\"z\": 1, \"a\": {\"b\": [\"x\", \"y\"]}}", "{\"a\": {\"b\": \"y\"}, \"z\": 1}",
            "ok z=1; ok a.b=\"y\"; 0 failed of 1, matches"},
        {"{\"z\": 1, \"a\": 2}", "{\"a\": 2, \"z\": 3}", "no z=3; ok a=2; 1 failed of 1"},
        {0},
    });
}

static void what_is_missing_says_how_far_the_path_leads(void **state) {
    (void)state;
    explain_rows((const struct row[]){
        {"{\"userIdentity\": {\"type\": [\"Root\"]}}", "{\"userIdentity\": {\"tpye\": \"Root\"}}",
            "no userIdentity.type ends 'userIdentity' near tpye; 1 failed of 1"},
        {"{\"a\": {\"b\": {\"c\": 1}}}", "{\"a\": {\"b\": null}}",
            "no a.b.c ends 'a.b'; 1 failed of 1"},
        {"{\"a\": [{\"exists\": false}]}", "{\"b\": 1}",
            "ok a ends '' near b; 0 failed of 1, matches"},
        {0},
    });
}

static void values_are_found_through_arrays(void **state) {
    (void)state;
    explain_rows((const struct row[]){
        {"{\"list\": {\"n\": [2]}}", "{\"list\": [{\"n\": 1}, {\"n\": 2}]}",
            "ok list.n=1,2; 0 failed of 1, matches"},
        {"{\"list\": {\"n\": [2], \"m\": [1]}}", "{\"list\": [{\"n\": 1, \"m\": 1}, {\"n\": 2}]}",
            "ok list.n=1,2; ok list.m=1; 0 failed of 1, apart"},
        {"{\"list\": [\"a\"]}", "{\"list\": [\"b\", \"c\"]}",
            "no list=[\"b\",\"c\"]; 1 failed of 1"},
        {"{\"a\": [1]}", "{\"a\": {\"deep\": \"abcdefghijklmnopqrstuvwxyz\"}}",
            "no a={\"deep\":\"abcdefghijkl\"…}; 1 failed of 1"},
        {0},
    });
}

static void of_alternatives_the_nearest_is_told(void **state) {
    (void)state;
    explain_rows((const struct row[]){
        {"{\"$or\": [{\"a\": [1], \"b\": [1]}, {\"a\": [2], \"b\": [2]}]}", "{\"a\": 2, \"b\": 3}",
            "ok a=2; no b=3; 1 failed of 2"},
        {"{\"$or\": [{\"a\": [1]}, {\"a\": [2]}]}", "{\"a\": 2}", "ok a=2; 0 failed of 2, matches"},
        {0},
    });
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses_stand_in_the_order_of_the_manifest),
        cmocka_unit_test(what_is_missing_says_how_far_the_path_leads),
        cmocka_unit_test(values_are_found_through_arrays),
        cmocka_unit_test(of_alternatives_the_nearest_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
