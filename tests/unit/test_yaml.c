#include "findings.h"

#include "base/clock.h"

static struct world world;

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    world_release(&world);
    return 0;
}

static bool parse_bytes(struct yaml_documents *documents, const char *text, size_t len) {
    world_clear(&world);
    return yaml_parse(documents, &world.arena, "t.yaml", (struct str){text, len}, &world.diags);
}

static struct yaml parse(const char *text) {
    struct yaml_documents documents;
    bool good = parse_bytes(&documents, text, strlen(text));
    assert_string_equal(world_findings(&world), "");
    assert_true(good);
    assert_int_equal(documents.count, 1);
    return documents.list[0];
}

static const char *faults(const char *text) {
    struct yaml_documents documents;
    assert_false(parse_bytes(&documents, text, strlen(text)));
    return world_findings(&world);
}

static void scalars_have_the_types_of_the_core_schema(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum yaml_type type;
        double number;
    } rows[] = {
        {"~", YAML_NULL, 0},
        {"", YAML_NULL, 0},
        {"null", YAML_NULL, 0},
        {"Null", YAML_NULL, 0},
        {"NULL", YAML_NULL, 0},
        {"nULL", YAML_STRING, 0},
        {"true", YAML_BOOL, 1},
        {"True", YAML_BOOL, 1},
        {"TRUE", YAML_BOOL, 1},
        {"false", YAML_BOOL, 0},
        {"False", YAML_BOOL, 0},
        {"FALSE", YAML_BOOL, 0},
        {"tRUE", YAML_STRING, 0},
        {"no", YAML_STRING, 0},
        {"on", YAML_STRING, 0},
        {"yes", YAML_STRING, 0},
        {"y", YAML_STRING, 0},
        {"0", YAML_INTEGER, 0},
        {"5", YAML_INTEGER, 5},
        {"+5", YAML_INTEGER, 5},
        {"-5", YAML_INTEGER, -5},
        {"-0", YAML_INTEGER, 0},
        {"007", YAML_STRING, 0},
        {"-01", YAML_STRING, 0},
        {"00", YAML_STRING, 0},
        {"012345678901", YAML_STRING, 0},
        {"123456789012", YAML_INTEGER, 123456789012.0},
        {"0x10", YAML_STRING, 0},
        {"0o7", YAML_STRING, 0},
        {"1_000", YAML_STRING, 0},
        {"1,000", YAML_STRING, 0},
        {"1:30", YAML_STRING, 0},
        {"2023-07-10", YAML_STRING, 0},
        {"1.5", YAML_FLOAT, 1.5},
        {".5", YAML_FLOAT, 0.5},
        {"-.5", YAML_FLOAT, -0.5},
        {"5.", YAML_FLOAT, 5},
        {"1e3", YAML_FLOAT, 1000},
        {"1E+3", YAML_FLOAT, 1000},
        {"1.5e-1", YAML_FLOAT, 0.15},
        {"01.5", YAML_STRING, 0},
        {"1e", YAML_STRING, 0},
        {"1e+", YAML_STRING, 0},
        {".", YAML_STRING, 0},
        {".e3", YAML_STRING, 0},
        {"+", YAML_STRING, 0},
        {"1.2.3.4", YAML_STRING, 0},
        {".inf", YAML_STRING, 0},
        {".nan", YAML_STRING, 0},
        {"Infinity", YAML_STRING, 0},
        {"\"5\"", YAML_STRING, 0},
        {"'true'", YAML_STRING, 0},
        {"\"\"", YAML_STRING, 0},
        {"|\n  5", YAML_STRING, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct yaml root = parse(arena_format(&world.arena, "a: %s\n", rows[i].text));
        const struct yaml *value = yaml_get(&root, "a");
        if (value->type != rows[i].type)
            fail_msg("'%s' is %s", rows[i].text, yaml_type_name(value->type));
        if (value->type == YAML_BOOL) assert_int_equal(value->boolean, rows[i].number != 0);
        if (value->type == YAML_INTEGER || value->type == YAML_FLOAT)
            assert_true(value->number == rows[i].number);
        if (rows[i].text[0] >= '+' && rows[i].text[0] <= '9')
            assert_string_equal(value->text.at, rows[i].text);
    }
}

static void integers_are_exact_to_64_bits(void **state) {
    (void)state;
    struct yaml root = parse("[9223372036854775807, -9223372036854775808, 9223372036854775808]");
    assert_true(root.items[0].integer == INT64_MAX);
    assert_true(root.items[1].integer == INT64_MIN);
    assert_int_equal(root.items[2].type, YAML_FLOAT);
    assert_string_equal(root.items[2].text.at, "9223372036854775808");
}

static void assert_place(const struct yaml *value, unsigned line, unsigned column) {
    assert_non_null(value);
    assert_int_equal(value->place.line, line);
    assert_int_equal(value->place.column, column);
    assert_string_equal(value->place.file, "t.yaml");
}

static void places_count_bytes_from_1(void **state) {
    (void)state;
    struct yaml root = parse("# é\na: {é: ü, x: 1}\nb:\n  - 'é' # ü\n  -   |\n    x\nc:\nd: e\n");
    assert_place(&root, 2, 1);
    assert_place(yaml_get(&root, "a"), 2, 4);
    assert_place(yaml_get(yaml_get(&root, "a"), "é"), 2, 9);
    assert_place(yaml_get(yaml_get(&root, "a"), "x"), 2, 16);
    assert_place(&yaml_get(&root, "b")->items[0], 4, 5);
    assert_place(&yaml_get(&root, "b")->items[1], 5, 7);
    assert_place(yaml_get(&root, "d"), 8, 4);
    assert_int_equal(root.members[3].place.column, 1);
}

static void lines_are_those_of_an_editor(void **state) {
    (void)state;
    struct yaml crlf = parse("a: 1\r\nb: 2\r\n\r\nc: 3\r\n");
    assert_place(yaml_get(&crlf, "c"), 4, 4);
    struct yaml bom = parse("\xEF\xBB\xBF"
                            "a: 1\nb: 2\n");
    assert_place(yaml_get(&bom, "a"), 1, 4);
    assert_place(yaml_get(&bom, "b"), 2, 4);
    /* libyaml ends a line at U+2028 and at a lone CR, editors do not. */
    struct yaml odd = parse("a: \"x\xE2\x80\xA8y\"\nb: \"x\ry\"\nc: 3\n");
    assert_place(yaml_get(&odd, "c"), 3, 4);
}

static void block_scalars_are_told_apart(void **state) {
    (void)state;
    struct yaml root = parse("a: |\n\n  x\n\n  y\nb: >-\n  x\n  y\nc: 'x'\n");
    const struct yaml *a = yaml_get(&root, "a"), *b = yaml_get(&root, "b");
    assert_true(a->is_block && !a->is_folded);
    assert_string_equal(a->text.at, "\nx\n\ny\n");
    assert_true(b->is_block && b->is_folded);
    assert_string_equal(b->text.at, "x y");
    assert_false(yaml_get(&root, "c")->is_block);
}

static void documents_follow_each_other(void **state) {
    (void)state;
    struct yaml_documents documents;
    assert_true(parse_bytes(&documents, "", 0));
    assert_int_equal(documents.count, 0);
    assert_true(parse_bytes(&documents, "# x\n", 4));
    assert_int_equal(documents.count, 0);
    const char *text = "a: 1\n---\n# nothing\n---\n[x]\n...\n---\nb: 2\n";
    assert_true(parse_bytes(&documents, text, strlen(text)));
    assert_int_equal(documents.count, 4);
    assert_int_equal(documents.list[1].type, YAML_NULL);
    assert_int_equal(documents.list[2].type, YAML_LIST);
    assert_place(yaml_get(&documents.list[3], "b"), 8, 4);
}

static void a_syntax_error_spares_the_documents_before_it(void **state) {
    (void)state;
    struct yaml_documents documents;
    const char *text = "a: 1\n---\nb: [1, {c: 2}\n---\nd: 1\n";
    assert_false(parse_bytes(&documents, text, strlen(text)));
    assert_int_equal(documents.count, 1);
    assert_int_equal(yaml_get(&documents.list[0], "a")->integer, 1);
    assert_int_equal(world.diags.count, 1);
}

static void every_error_has_its_place_and_says_what_to_do(void **state) {
    (void)state;
    static const struct {
        const char *text, *findings;
    } rows[] = {
        {"a:\n\tb: 1\n", "2:1: a tab cannot indent: use spaces\n"},
        {"a: 1\n\tb: 2\n", "2:1: a tab cannot indent: use spaces\n"},
        {"a:\n  b: 1\n  \tc: 2\n", "3:3: a tab cannot indent: use spaces\n"},
        {"a: |\n\tx\n", "2:1: a tab cannot indent: use spaces\n"},
        {"é: ü: x\n", "1:7: unexpected ':' (the line is indented too far, or the text before it "
                      "needs quotes)\n"},
        {"a: 'it's'\n", "1:8: unexpected text behind the value\n"},
        {"a:\n    b: 1\n  c: 2\n",
            "3:3: expected a key (is the line indented as its neighbours are?)\n"},
        {"a:\n  - 1\n  b: 2\n",
            "3:3: expected a list item '-' (is the line indented as its neighbours are?)\n"},
        {"a: 1\nbcd\nc: 2\n", "2:1: expected ':' after this key\n"},
        {"a: 1\nb: \"abc\nc: 1\n", "2:4: this quote is never closed\n"},
        {"a: [1, 2\n", "2:1: expected ',' or ']': is the list closed?\n"},
        {"a: {x: 1]\n", "1:9: expected ',' or '}': is the map closed?\n"},
        {"a: @x\n", "1:4: unexpected '@' (quote the text if it begins so)\n"},
        {"a: *.com\n", "1:4: unexpected '*' or '&' (quote the text if it begins so)\n"},
        {"a: \"\\d\"\n", "1:5: unknown escape in double quotes: write \\\\ for a backslash\n"},
        {"a: {{x}}\n", "1:5: a key must be a name, not a map (quote text that begins with '{' or "
                       "'[')\n"},
        {"? [a]\n: 1\nb: 2\n", "1:3: a key must be a name, not a list (quote text that begins with "
                               "'{' or '[')\n"},
        {"a: {: 1}\n", "1:5: expected a value\n"},
        {"a: 1\n?\n: 2\n", "2:2: expected a key before ':'\n"},
        {"a: 1\nb: 2\na: 3\nb: 4\na: 5\n", "3:1: duplicate key 'a', first on line 1\n"
                                           "4:1: duplicate key 'b', first on line 2\n"
                                           "5:1: duplicate key 'a', first on line 1\n"},
        {"a: &x 1\nb: *x\nc: !!str 5\n<<: {d: 1}\n",
            "1:4: anchors ('&') are not supported (quote text that begins so)\n"
            "2:4: aliases ('*') are not supported (quote text that begins so)\n"
            "3:4: tags ('!') are not supported (quote text that begins so)\n"
            "4:1: merge keys ('<<') are not supported\n"},
        {"a: &x [*x, *x]\n", "1:4: anchors ('&') are not supported (quote text that begins so)\n"
                             "1:8: aliases ('*') are not supported (quote text that begins so)\n"
                             "1:12: aliases ('*') are not supported (quote text that begins so)\n"},
        {"a: 1\nb: \x07\n", "2:4: control character 0x07 in a YAML file\n"},
        {"a: é\nb: é\xff\n", "2:6: invalid UTF-8 0xff in a YAML file\n"},
        {"a: \xc3\n", "1:4: invalid UTF-8 0xc3 in a YAML file\n"},
        {"a: \xc3", "1:4: invalid UTF-8 0xc3 in a YAML file\n"},
        {"a: \xc0\xaf\n", "1:4: invalid UTF-8 0xc0 in a YAML file\n"},
        {"a: \xe0\x80\xaf\n", "1:4: invalid UTF-8 0xe0 in a YAML file\n"},
        {"a: \xed\xa0\x80\n", "1:4: invalid UTF-8 0xed in a YAML file\n"},
        {"a: \xf4\x90\x80\x80\n", "1:4: invalid UTF-8 0xf4 in a YAML file\n"},
        {"a: \xef\xbf\xbe\n", "1:4: control character 0xef in a YAML file\n"},
        {"a: 1\n---\n%TAG !x! y\n---\nb: 1\n", "3:1: tags ('%TAG') are not supported\n"},
        {"%YAML 3.0\n---\na: 1\n", "1:1: unknown YAML version\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(faults(rows[i].text), rows[i].findings);
}

static void a_nul_byte_does_not_end_the_file(void **state) {
    (void)state;
    struct yaml_documents documents;
    assert_false(parse_bytes(&documents, "a: 1\n\0b: 2\n", 12));
    assert_string_equal(world_findings(&world), "2:1: control character 0x00 in a YAML file\n");
    assert_int_equal(documents.count, 0);
}

static char *repeat(const char *piece, size_t times) {
    struct buf text;
    buf_init(&text);
    for (size_t i = 0; i < times; i++) buf_add_text(&text, piece);
    char *copy = arena_text(&world.arena, buf_text(&text));
    buf_release(&text);
    return copy;
}

static void nesting_has_a_limit_that_is_found_fast(void **state) {
    (void)state;
    static const char *const pieces[] = {"[", "{a: ", "- ", "? ", "[a, "};
    parse(arena_format(&world.arena, "%s%s", repeat("[", 32), repeat("]", 32)));
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        int64_t start = clock_monotonic_ms();
        assert_non_null(strstr(
            faults(repeat(pieces[i], 100000)), "more than 32 lists and maps inside one another\n"));
        assert_true(clock_monotonic_ms() - start < 1000);
    }
}

/* The document before the bound is there, with its place. */
static void documents_have_a_limit(void **state) {
    (void)state;
    struct yaml_documents documents;
    const char *text = repeat("a: 1\n---\n", YAML_DOCUMENTS - 1);
    text = arena_format(&world.arena, "%sa: 1\n", text);
    assert_true(parse_bytes(&documents, text, strlen(text)));
    assert_int_equal(documents.count, YAML_DOCUMENTS);
    text = arena_format(&world.arena, "%s---\nb: 1\n", text);
    assert_false(parse_bytes(&documents, text, strlen(text)));
    assert_int_equal(documents.count, YAML_DOCUMENTS);
    assert_string_equal(world_findings(&world), "2000:1: more than 1000 documents in a file\n");
}

static void values_have_a_limit(void **state) {
    (void)state;
    const char *items = repeat("- x\n", YAML_VALUES - 1); /* with the list */
    struct yaml_documents documents;
    assert_true(parse_bytes(&documents, items, strlen(items)));
    assert_string_equal(faults(arena_format(&world.arena, "%s- y\n", items)),
        "500000:3: more than 500000 keys and values in a file\n");
}

/* Each of these took a minute or more of a reader that looked no further than its depth. */
static void a_file_made_to_hang_its_reader_does_not(void **state) {
    (void)state;
    struct buf tags = {0};
    for (int i = 0; i < 200000; i++) buf_add_format(&tags, "%%TAG !a%d! b\n", i);
    const char *const texts[] = {buf_text(&tags), repeat("a:\n", 1000000),
        repeat("--- a\n...\n", 400000), repeat("- *x\n", 800000), repeat("%X\n", 1000000)};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t start = clock_monotonic_ms();
        assert_string_not_equal(faults(texts[i]), "");
        assert_true(world.diags.count <= 101);
        assert_true(clock_monotonic_ms() - start < 3000);
    }
    buf_release(&tags);
}

static void size_has_a_limit(void **state) {
    (void)state;
    char *text = repeat("# 345678901234\n", YAML_LIMIT / 15 + 1);
    assert_string_equal(faults(text), "0:0: YAML of more than 4194304 bytes\n");
    text[YAML_LIMIT - 4] = '\0';
    struct yaml_documents documents;
    assert_true(parse_bytes(&documents, text, strlen(text)));
}

static void problems_have_a_limit(void **state) {
    (void)state;
    faults(repeat("- *x\n", 1000));
    assert_int_equal(world.diags.count, 101);
    assert_non_null(strstr(world_findings(&world), "100:3: too many problems"));
}

static void a_large_map_is_checked_for_duplicates_fast(void **state) {
    (void)state;
    struct buf text;
    buf_init(&text);
    for (int i = 0; i < 100000; i++) buf_add_format(&text, "k%d: 1\n", i);
    buf_add_text(&text, "k500: 2\n");
    int64_t start = clock_monotonic_ms();
    assert_string_equal(
        faults(buf_text(&text)), "100001:1: duplicate key 'k500', first on line 501\n");
    assert_true(clock_monotonic_ms() - start < 3000);
    buf_release(&text);
}

static void a_file_that_is_not_there_is_an_error(void **state) {
    (void)state;
    struct yaml_documents documents;
    assert_false(yaml_parse_file(&documents, &world.arena, "/no/such", &world.diags));
    assert_string_equal(
        world_findings(&world), "0:0: cannot open '/no/such': No such file or directory\n");
}

static void digits(struct buf *to, const struct json *json) {
    for (size_t i = 0; i < json->count; i++) {
        const struct json *item = &json->items[i];
        if (item->type == JSON_INTEGER) buf_add_format(to, "%lld ", (long long)item->integer);
        if (item->type == JSON_FLOAT) buf_add_format(to, "%.*s ", STR_ARG(item->number.digits));
    }
}

static void numbers_become_json_exactly(void **state) {
    (void)state;
    struct yaml root = parse("[1, -0, +7, .5, -.5, +.5, 5., 5.e3, 1.50, 1e400, "
                             "123456789012345678901234567890, -9223372036854775808]");
    struct buf text;
    buf_init(&text);
    digits(&text, yaml_to_json(&world.arena, &root));
    assert_string_equal(buf_text(&text), "1 0 7 0.5 -0.5 0.5 5.0 5.0e3 1.50 1e400 "
                                         "123456789012345678901234567890 -9223372036854775808 ");
    buf_release(&text);
}

static void trees_become_json(void **state) {
    (void)state;
    struct yaml root = parse("{a: [x, \"a\\0b\", null, true, {}], b: {c: no}}");
    const struct json *json = yaml_to_json(&world.arena, &root);
    assert_int_equal(json->type, JSON_OBJECT);
    assert_int_equal(json->count, 2);
    const struct json *a = &json->members[0].value, *b = &json->members[1].value;
    assert_int_equal(a->type, JSON_ARRAY);
    assert_true(str_is(a->items[0].string, "x"));
    assert_true(str_eq(a->items[1].string, STR("a\0b")));
    assert_int_equal(a->items[2].type, JSON_NULL);
    assert_true(a->items[3].type == JSON_BOOL && a->items[3].boolean);
    assert_true(a->items[4].type == JSON_OBJECT && a->items[4].count == 0);
    assert_true(str_is(b->members[0].key, "c"));
    assert_true(str_is(b->members[0].value.string, "no"));
}

/* Neither crash nor hang, and no failure without a finding. */
static void mutations_do_no_harm(void **state) {
    (void)state;
    const char *text = "a: {b: [1, 'x', \"y\\n\"], é: ~}\nc: |\n  x\n\nd:\n  - e: 1.5\n    f: >-\n"
                       "      z\n  - - g\n    - h # i\n--- # j\nk: 'l'\n";
    uint64_t seed = 1;
    struct buf mutant;
    buf_init(&mutant);
    for (int i = 0; i < 12000; i++) {
        struct yaml_documents documents;
        mutate(&mutant, text, &seed);
        bool good = parse_bytes(&documents, buf_text(&mutant), mutant.len);
        assert_int_equal(good, world.diags.errors == 0);
        arena_reset(&world.arena);
    }
    buf_release(&mutant);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            scalars_have_the_types_of_the_core_schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(integers_are_exact_to_64_bits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_count_bytes_from_1, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_are_those_of_an_editor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(block_scalars_are_told_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(documents_follow_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_syntax_error_spares_the_documents_before_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            every_error_has_its_place_and_says_what_to_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_nul_byte_does_not_end_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nesting_has_a_limit_that_is_found_fast, set_up, tear_down),
        cmocka_unit_test_setup_teardown(documents_have_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_have_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_made_to_hang_its_reader_does_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(size_has_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(problems_have_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_large_map_is_checked_for_duplicates_fast, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_not_there_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_become_json_exactly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(trees_become_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mutations_do_no_harm, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
