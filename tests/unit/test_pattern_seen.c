/* Which alternatives of a pattern were seen. Outcomes of clauses are tested by tests/cases/coverage.bats. */
#include "check.h"

#include "model/pattern_seen.h"
#include "text/json_short.h"
#include "tree.h"

static void print_clause(
    struct buf *to, struct arena *arena, const struct pattern_seen_clause *clause) {
    buf_add_str(to, clause->path);
    for (size_t i = 0; i < clause->alternative_count; i++) {
        buf_add_char(to, ' ');
        json_print_short(to, yaml_to_json(arena, clause->alternatives[i].wanted), 60);
        buf_add_format(to, "=%zu", clause->alternatives[i].held);
    }
    buf_add_text(to, "; ");
}

/* `events` up to NULL. */
static void sees(const char *text, const char *const *events, const char *expected) {
    struct arena arena = {0};
    struct diags diags = {0};
    struct pattern_seen seen;
    struct buf got = {0};
    struct pattern *pattern = pattern_compile(&arena, tree_yaml(&arena, str_of(text)), &diags);
    pattern_seen_init(&seen, pattern, &arena);
    for (; *events; events++) pattern_seen_note(&seen, tree_json(&arena, str_of(*events)));
    for (size_t i = 0; i < seen.count; i++) print_clause(&got, &arena, &seen.list[i]);
    assert_string_equal(buf_text(&got), expected);
    pattern_release(pattern);
    diags_release(&diags);
    buf_release(&got);
    arena_release(&arena);
}

#define EVENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void elements_of_a_list(void **state) {
    (void)state;
    sees("{\"a\": [\"x\", {\"prefix\": \"y\"}, {\"exists\": false}, null]}",
        EVENTS("{\"a\": \"x\"}", "{\"a\": [\"x\", \"yy\"]}", "{}"),
        "a \"x\"=2 {\"prefix\":\"y\"}=1 {\"exists\":false}=1 null=0; ");
    sees("{\"a\": \"x\", \"b\": [\"y\"]}", EVENTS("{}"), "a; b; ");
}

static void what_is_excluded(void **state) {
    (void)state;
    sees(
        "{\"a\": [{\"anything-but\": [1, 2]}]}", EVENTS("{\"a\": 1}", "{\"a\": 3}"), "a 1=1 2=0; ");
    sees("{\"a\": [{\"anything-but\": {\"prefix\": [\"x\", \"y\"]}}]}", EVENTS("{\"a\": \"yy\"}"),
        "a \"x\"=0 \"y\"=1; ");
    sees("{\"a\": [{\"not\": [\"x\", {\"suffix\": \"z\"}]}, \"x\"]}", EVENTS("{\"a\": \"x\"}"),
        "a {\"not\":[\"x\",{\"suffix\":\"z\"}]}=0 \"x\"=1 {\"suffix\":\"z\"}=0 \"x\"=1; ");
    sees("{\"a\": [{\"anything-but\": [1]}]}", EVENTS("{\"a\": 1}"), "a; ");
}

static void maps_of_an_or_hold_where_the_whole_does(void **state) {
    (void)state;
    const char *pattern = "{\"z\": 1, \"$or\": [{\"a\": 1}, {\"a\": 2, \"b\": {\"c\": 3}}]}";
    sees(pattern, EVENTS("{\"z\": 1, \"a\": 1}", "{\"a\": 2, \"b\": {\"c\": 3}}"),
        "z; $or {\"a\":1}=1 {\"a\":2,\"b\":{\"c\":3}}=0; a; a; b.c; ");
    sees(pattern, EVENTS("{\"z\": 1, \"a\": 2, \"b\": {\"c\": 3}}"),
        "z; $or {\"a\":1}=0 {\"a\":2,\"b\":{\"c\":3}}=1; a; a; b.c; ");
    sees("{\"n\": {\"$or\": [{\"a\": 1}, {\"$or\": [{\"b\": 1}, {\"c\": 1}]}]}}",
        EVENTS("{\"n\": {\"c\": 1}}"),
        "$or {\"a\":1}=0 {\"$or\":[{\"b\":1},{\"c\":1}]}=1; n.a; $or {\"b\":1}=0 {\"c\":1}=1; n.b; n.c; ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_of_a_list),
        cmocka_unit_test(what_is_excluded),
        cmocka_unit_test(maps_of_an_or_hold_where_the_whole_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
