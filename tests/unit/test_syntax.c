/* The Lua parser: what it makes of code, and what it says of code that is none. Whether it accepts
 * what Lua does, tests/fuzz/fuzz_syntax.c asks. */
#include "check.h"

#include "base/file.h"
#include "text/syntax.h"

static struct arena arena;
static struct syntax_chunk chunk;

static int tear_down(void **state) {
    (void)state;
    arena_release(&arena);
    arena_init(&arena);
    return 0;
}

static void parse(const char *source) {
    struct place place;
    struct diag diag = {0};
    chunk = (struct syntax_chunk){0};
    if (syntax_parse(&arena, str_of(source), &chunk, &place, &diag) != SYNTAX_FINE)
        fail_msg("%s\n%u:%u: %s", source, place.line, place.column, diag.text);
}

static const struct syntax *answer(const char *expression) {
    parse(arena_format(&arena, "return %s", expression));
    return chunk.body->values;
}

/* ---- trees ---- */

static void print(struct buf *to, const struct syntax *node) {
    if (node->kind == SYNTAX_BINARY) {
        buf_add_char(to, '(');
        print(to, node->left);
        buf_add_format(to, " %.*s ", STR_ARG(node->text));
        print(to, node->right);
        buf_add_char(to, ')');
    } else if (node->kind == SYNTAX_UNARY) {
        buf_add_format(to, "[%.*s ", STR_ARG(node->text));
        print(to, node->right);
        buf_add_char(to, ']');
    } else {
        buf_add_str(to, node->text);
    }
}

static void operators_bind_as_in_lua(void **state) {
    (void)state;
    static const struct {
        const char *code, *tree;
    } rows[] = {
        {"a or b and c", "(a or (b and c))"},
        {"not a == b", "([not a] == b)"},
        {"a .. b .. c", "(a .. (b .. c))"},
        {"a - b - c", "((a - b) - c)"},
        {"-a ^ b ^ c", "[- (a ^ (b ^ c))]"},
        {"a ^ -b", "(a ^ [- b])"},
        {"a < b == c > d", "(((a < b) == c) > d)"},
        {"a + b .. c * d", "((a + b) .. (c * d))"},
        {"a | b ~ c & d << e", "(a | (b ~ (c & (d << e))))"},
        {"#a == 0 and not b", "(([# a] == 0) and [not b])"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text = {0};
        print(&text, answer(rows[i].code));
        assert_string_equal(buf_text(&text), rows[i].tree);
        buf_release(&text);
    }
}

static void strings_are_what_they_mean(void **state) {
    (void)state;
    static const struct {
        const char *code, *text;
    } rows[] = {
        {"'a\\tb\\\\'", "a\tb\\"},
        {"\"\\65\\x42\\u{43}\\u{20AC}\"", "ABC\xE2\x82\xAC"},
        {"'a\\z  \n  b'", "ab"},
        {"'a\\\nb'", "a\nb"},
        {"[[\na]b]]", "a]b"},
        {"[==[a]]b]==]", "a]]b"},
        {"[[a\r\nb]]", "a\nb"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct syntax *node = answer(rows[i].code);
        assert_int_equal(node->kind, SYNTAX_STRING);
        if (!str_is(node->text, rows[i].text))
            fail_msg("%s is '%.*s'", rows[i].code, STR_ARG(node->text));
    }
}

static const struct syntax_local *local_named(const char *name) {
    const struct syntax_local *local = chunk.locals;
    while (local && !str_is(local->name, name)) local = local->next;
    if (!local) fail_msg("no local '%s'", name);
    return local;
}

static void locals_are_counted(void **state) {
    (void)state;
    parse("local a, b = 1, 2\nlocal c = a\nlocal a = a + c\nfunction f(x) b = x return a, y end\n"
          "repeat local z = 1 until z\nfor _, v in ipairs(a) do c = v end\n"
          "local function own() return own end\nlocal t = {a = 1, [a] = 2}\n");
    assert_int_equal(local_named("b")->writes, 1);
    assert_int_equal(local_named("b")->reads, 0);
    assert_int_equal(local_named("z")->reads, 1);
    assert_int_equal(local_named("own")->reads, 1);
    assert_int_equal(local_named("c")->reads, 1);
    const struct syntax_local *first = local_named("a");
    assert_int_equal(first->reads, 2);
    assert_int_equal(first->value->kind, SYNTAX_NUMBER);
    assert_int_equal(local_named("v")->role, SYNTAX_LOOP);
    assert_int_equal(local_named("v")->value->kind, SYNTAX_CALL);
    assert_int_equal(local_named("x")->role, SYNTAX_PARAMETER);
}

static void nodes_have_places(void **state) {
    (void)state;
    parse("-- a\nfunction f(e)\n  return e.a.bcd == 'x'\nend\n");
    const struct syntax *binary = chunk.body->values->body->values;
    assert_int_equal(binary->line, 3);
    assert_int_equal(binary->column, 18);
    const struct syntax *index = binary->left;
    assert_int_equal(index->column, 10);
    assert_int_equal(index->right->column, 14);
    assert_int_equal(binary->right->column, 21);
}

/* ---- what is no Lua ---- */

static void mistakes_are_told(void **state) {
    (void)state;
    static const struct {
        const char *code;
        unsigned line, column;
        const char *says;
    } rows[] = {
        {"x =", 1, 4, "a value expected, not the end of the code"},
        {"if a then\n  b()\n", 1, 1, "'if' has no 'end'"},
        {"function f()\n  if a then\n    b()\nend\n", 2, 3, "'if' has no 'end'"},
        {"function f()\n  for i = 1, 2 do\n    b()\n  end\n", 1, 1, "'function' has no 'end'"},
        {"a()\nend\n", 2, 1, "'end' closes nothing"},
        {"f(a\nb)", 2, 1, "')' for the '(' of line 1 expected, not 'b'"},
        {"t = {1, 2\n", 1, 5, "'{' has no '}'"},
        {"x = 'abc\n", 1, 5, "a string begins here and does not end in its line"},
        {"x = [[abc\n", 1, 5, "a long string or comment begins here and does not end"},
        {"x = '\\q'", 1, 7, "an unknown escape in a string: a backslash itself is written '\\\\'"},
        {"x = 3x", 1, 5, "malformed number"},
        {"return 1\nx = 2\n", 2, 1, "'end' behind 'return' expected, not 'x'"},
        {"break", 1, 1, "'break' outside of a loop"},
        {"f() = 1", 1, 1, "nothing can be assigned to this"},
        {"local x <const> = 1\nx = 2", 2, 1, "'x' is constant"},
        {"local x <cosnt> = 1", 1, 10, "unknown attribute 'cosnt' (there are 'const' and 'close')"},
        {"function f() return ... end", 1, 21,
            "'...' in a function whose parameters do not end in '...'"},
        {"a == b", 1, 3, "'==' compares: what comes of it goes nowhere"},
        {"a.b", 1, 4, "'=' or a call expected, not the end of the code"},
        {"while a = b do end", 1, 9, "'=' assigns: a comparison is written '=='"},
        {"// note", 1, 1, "a comment begins with '--', not with '//'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct place place = {0};
        struct diag diag = {0};
        chunk = (struct syntax_chunk){0};
        assert_int_equal(
            syntax_parse(&arena, str_of(rows[i].code), &chunk, &place, &diag), SYNTAX_WRONG);
        if (place.line != rows[i].line || place.column != rows[i].column ||
            strcmp(diag.text, rows[i].says) != 0)
            fail_msg("%s\n  says     %u:%u: %s\n  expected %u:%u: %s", rows[i].code, place.line,
                place.column, diag.text, rows[i].line, rows[i].column, rows[i].says);
    }
}

static void lines_are_those_of_the_file(void **state) {
    (void)state;
    struct place place;
    struct diag diag = {0};
    chunk = (struct syntax_chunk){.line = 20};
    syntax_parse(&arena, STR("\nf(a\nb)"), &chunk, &place, &diag);
    assert_string_equal(diag.text, "')' for the '(' of line 21 expected, not 'b'");
    assert_int_equal(place.line, 3);
}

/* ---- what is too deep ---- */

static enum syntax_result parse_many(
    const char *before, const char *one, size_t count, const char *behind) {
    struct buf source = {0};
    struct place place;
    struct diag diag = {0};
    buf_add_text(&source, before);
    for (size_t i = 0; i < count; i++) buf_add_text(&source, one);
    buf_add_text(&source, behind);
    chunk = (struct syntax_chunk){0};
    enum syntax_result result = syntax_parse(
        &arena, arena_copy(&arena, buf_str(&source)), &chunk, &place, &diag);
    buf_release(&source);
    return result;
}

static void depth_has_an_end(void **state) {
    (void)state;
    assert_int_equal(parse_many("x = ", "(", 100000, ""), SYNTAX_TOO_DEEP);
    assert_int_equal(parse_many("x = a", " .. a", 10000, ""), SYNTAX_TOO_DEEP);
    assert_int_equal(parse_many("x = a", " + a", 10000, ""), SYNTAX_TOO_DEEP);
    assert_int_equal(parse_many("x = a", ".a", 10000, ""), SYNTAX_TOO_DEEP);
    assert_int_equal(parse_many("", "do ", 10000, ""), SYNTAX_TOO_DEEP);
    assert_int_equal(parse_many("x = ", "function() return ", 10000, ""), SYNTAX_TOO_DEEP);
    assert_int_equal(parse_many("if a then ", "elseif b then ", 9000, "end"), SYNTAX_FINE);
    assert_int_equal(parse_many("x = {", "1,", 50000, "}"), SYNTAX_FINE);
    assert_int_equal(parse_many("", "-", 300000, ""), SYNTAX_TOO_DEEP);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(operators_bind_as_in_lua, tear_down),
        cmocka_unit_test_teardown(strings_are_what_they_mean, tear_down),
        cmocka_unit_test_teardown(locals_are_counted, tear_down),
        cmocka_unit_test_teardown(nodes_have_places, tear_down),
        cmocka_unit_test_teardown(mistakes_are_told, tear_down),
        cmocka_unit_test_teardown(lines_are_those_of_the_file, tear_down),
        cmocka_unit_test_teardown(depth_has_an_end, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
