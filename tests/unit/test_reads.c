/* What a rule's Lua reads of the event, as far as its text says it. */
#include "check.h"

#include "script/rule_reads.h"

struct row {
    const char *code; /* of rule(event) */
    const char *reads;
};

static const struct row rows[] = {
    {"return event.a == 1", "a:2"},
    {"return event.a.b.c == event.a.b.d", "a.b.c:2 a.b.d:2"},
    {"return event.a and event.a.b", "a.b:2"},
    {"local r = event.a\n return r.b or r.c.d", "a.b:3 a.c.d:3"},
    {"local r = event.a or {}\n return r.b", "a.b:3"},
    {"return get(event, 'a.b.1.c', 5)", "a.b.c:2"},
    {"return get(event.a, 'b') == get(event, 'c')", "a.b:2 c:2"},
    {"return event['a'].b[1].c", "a.b.c:2"},
    {"return event.a:find('x')", "a:2"},
    {"for _, x in ipairs(event.a) do if x.b.c then return true end end", "a.b.c:2"},
    {"for k, v in pairs(event.a) do if v.b then return true end end", "a:2"},
    {"return any(event.a, function(x) return x.b end)", "a:2"},
    {"return event['a.b'] == 1", ""},
    {"return event[params.field] == 1", ""},
    {"local e = other\n return e.a", ""},
    {"event.a = 1\n return event.b", "a:2 b:3"},
    {"local function is(e) return e.a end\n return is(event)", ""},
    {"return event.a.", ""},
    {"return true", ""},
};

static void check_row(const struct row *row) {
    struct arena arena = {0};
    struct buf found = {0};
    const char *code = arena_format(&arena, "function rule(event)\n %s\nend\n", row->code);
    struct manifest manifest = {.lua = {"x.lua", 1, str_of(code)}};
    const struct rule_reads reads = rule_reads_find(&manifest, &arena);
    for (size_t i = 0; i < reads.count; i++)
        buf_add_format(&found, "%s%.*s:%u", i ? " " : "", STR_ARG(reads.list[i].path),
            reads.list[i].place.line);
    if (strcmp(buf_text(&found), row->reads) != 0)
        fail_msg("%s: '%s' in place of '%s'", row->code, buf_text(&found), row->reads);
    buf_release(&found);
    arena_release(&arena);
}

static void paths_are_found_where_they_are_certain(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_row(&rows[i]);
}

static void a_rule_without_lua_reads_nothing(void **state) {
    (void)state;
    struct manifest manifest = {0};
    struct arena arena = {0};
    assert_int_equal(rule_reads_find(&manifest, &arena).count, 0);
    arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_found_where_they_are_certain),
        cmocka_unit_test(a_rule_without_lua_reads_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
