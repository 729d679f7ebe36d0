#include "findings.h"

#include "text/schema.h"

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

struct thing {
    struct str title, id;
    bool enabled;
    int64_t count, any_count, period, size;
    int color;
    struct schema_strings tags;
    const struct yaml *tree;
    int64_t custom;
    double ratio;
};

static const char *const colors[] = {"red", "green", "blue", NULL};

static bool read_custom(struct schema_context *context, const struct yaml *value, void *into) {
    *(int64_t *)into = 42;
    return value->type == YAML_STRING ||
           diags_error(context->diags, value->place, "custom is no string");
}

#define ROW(field, kind) .key = #field, .type = (kind), .offset = offsetof(struct thing, field)

static const struct schema_row rows[] = {
    {ROW(title, SCHEMA_STRING), .required = true},
    {ROW(id, SCHEMA_NAME)},
    {ROW(enabled, SCHEMA_BOOL)},
    {ROW(count, SCHEMA_INTEGER), .low = 1, .high = 9},
    {ROW(any_count, SCHEMA_INTEGER), .low = -5},
    {ROW(period, SCHEMA_DURATION), .low = 0, .high = 7200000},
    {ROW(size, SCHEMA_SIZE)},
    {ROW(color, SCHEMA_CHOICE), .choices = colors},
    {ROW(tags, SCHEMA_STRINGS)},
    {ROW(tree, SCHEMA_YAML)},
    {ROW(custom, SCHEMA_CUSTOM), .parse = read_custom},
    {ROW(ratio, SCHEMA_NUMBER)},
    {0},
};

static bool read_thing(struct thing *thing, const char *text) {
    struct yaml_documents documents;
    struct schema_context context = {&world.arena, &world.diags, "a thing"};
    world_clear(&world);
    *thing = (struct thing){.enabled = true, .count = 3};
    bool good = yaml_parse(&documents, &world.arena, "t.yaml", str_of(text), &world.diags);
    assert_int_equal(documents.count, 1);
    return schema_read(&context, rows, &documents.list[0], thing) && good;
}

static void every_type_fills_its_field(void **state) {
    (void)state;
    struct thing thing;
    assert_true(read_thing(&thing,
        "title: Ünï\nid: a.b_c-9\nenabled: false\ncount: 9\nany_count: -5\nperiod: 90m\nsize: 64kB\n"
        "color: blue\ntags: [x, 'y']\ntree: {a: [1]}\ncustom: z\n"
        "ratio: -1.5e3\n"));
    assert_string_equal(world_findings(&world), "");
    assert_true(str_is(thing.title, "Ünï"));
    assert_true(str_is(thing.id, "a.b_c-9"));
    assert_false(thing.enabled);
    assert_int_equal(thing.count, 9);
    assert_int_equal(thing.any_count, -5);
    assert_int_equal(thing.period, 5400000);
    assert_int_equal(thing.size, 64000);
    assert_int_equal(thing.color, 2);
    assert_int_equal(thing.tags.count, 2);
    assert_true(str_is(thing.tags.list[1], "y"));
    assert_int_equal(thing.tags.places[1].column, 11);
    assert_int_equal(thing.tree->type, YAML_MAP);
    assert_int_equal(thing.custom, 42);
    assert_true(thing.ratio == -1500);
    assert_true(read_thing(&thing, "title: x\nratio: 7\n"));
    assert_true(thing.ratio == 7);
}

static void absent_keys_leave_the_defaults(void **state) {
    (void)state;
    struct thing thing;
    assert_true(read_thing(&thing, "title: x\n"));
    assert_true(thing.enabled);
    assert_int_equal(thing.count, 3);
    assert_int_equal(thing.tags.count, 0);
}

static void a_string_is_a_list_of_one(void **state) {
    (void)state;
    struct thing thing;
    assert_true(read_thing(&thing, "title: x\ntags: one\n"));
    assert_int_equal(thing.tags.count, 1);
    assert_true(str_is(thing.tags.list[0], "one"));
    assert_true(read_thing(&thing, "title: x\ntags: []\n"));
    assert_int_equal(thing.tags.count, 0);
}

static void sizes_and_durations_have_units(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t size;
    } sizes[] = {{"0", 0}, {"10MB", 10000000}, {"1GB", 1000000000}, {"2TB", 2000000000000}};
    struct thing thing;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_true(
            read_thing(&thing, arena_format(&world.arena, "title: x\nsize: %s\n", sizes[i].text)));
        assert_int_equal(thing.size, sizes[i].size);
    }
    static const char *const bad[] = {
        "1", "kB", "1 kB", "1KB", "-1kB", "1.5GB", "9999999TB", "1kBx"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(
            read_thing(&thing, arena_format(&world.arena, "title: x\nsize: %s\n", bad[i])));
    assert_true(read_thing(&thing, "title: x\nperiod: 0\n"));
    assert_int_equal(thing.period, 0);
}

static void every_fault_has_a_place_and_the_wanted_form(void **state) {
    (void)state;
    static const struct {
        const char *text, *findings;
    } table[] = {
        {"[x]", "1:1: a thing must be a map, not a list\n"},
        {"x", "1:1: a thing must be a map, not a string\n"},
        {"{}", "1:1: missing key 'title' in a thing\n"},
        {"titel: x", "1:1: unknown key 'titel' in a thing (did you mean 'title'?)\n"},
        {"{title: x, titel: y}", "1:12: unknown key 'titel' in a thing\n"},
        {"{title: x, wholly-other: y}", "1:12: unknown key 'wholly-other' in a thing\n"},
        {"title: 5", "1:8: 'title' must be a string, not 5 (put it in quotes)\n"},
        {"title: true", "1:8: 'title' must be a string, not true (put it in quotes)\n"},
        {"title: [x]", "1:8: 'title' must be a string, not a list\n"},
        {"title:", "1:1: 'title' has no value\n"},
        {"title: ''", "1:8: 'title' is empty\n"},
        {"{title: x, id: A b}",
            "1:16: bad id 'A b': only a-z, 0-9, '.', '_' and '-' may stand in it\n"},
        {"{title: x, id: é}",
            "1:16: bad id 'é': only a-z, 0-9, '.', '_' and '-' may stand in it\n"},
        {"{title: x, enabled: yes}",
            "1:21: 'enabled' must be true or false, not the string 'yes'\n"},
        {"{title: x, count: '5'}", "1:19: 'count' must be a whole number, not the string '5'\n"},
        {"{title: x, count: 1.5}", "1:19: 'count' must be a whole number, not 1.5\n"},
        {"{title: x, count: 0}", "1:19: 'count' is too small: 0\n"},
        {"{title: x, count: 10}", "1:19: 'count' is too large: 10\n"},
        {"{title: x, period: 5 minutes}",
            "1:20: 'period' must be a duration such as 90s, 15m, 1h or 7d, not '5 minutes'\n"},
        {"{title: x, period: -1h}",
            "1:20: 'period' must be a duration such as 90s, 15m, 1h or 7d, not '-1h'\n"},
        {"{title: x, period: 5}",
            "1:20: 'period' must be a duration such as 90s, 15m, 1h or 7d, not '5'\n"},
        {"{title: x, period: {a: 1}}",
            "1:20: 'period' must be a duration such as 90s, 15m, 1h or 7d, not a map\n"},
        {"{title: x, period: 3h}", "1:20: 'period' is too large: 3h\n"},
        {"{title: x, size: 10Mb}",
            "1:18: 'size' must be a size such as 64kB, 10MB or 1GB, not '10Mb'\n"},
        {"{title: x, color: gren}", "1:19: unknown color 'gren' (did you mean 'green'?)\n"},
        {"{title: x, color: purple}", "1:19: unknown color 'purple' (red, green or blue)\n"},
        {"{title: x, color: 1}", "1:19: 'color' must be red, green or blue, not 1\n"},
        {"{title: x, tags: [a, 1, '', [b]]}",
            "1:22: 'tags' must be a list of strings, not 1 (put it in quotes)\n"
            "1:25: empty string in 'tags'\n"
            "1:29: 'tags' must be a list of strings, not a list\n"},
        {"{title: x, tags: {a: 1}}", "1:18: 'tags' must be a list of strings, not a map\n"},
        {"{title: x, custom: 1}", "1:20: custom is no string\n"},
        {"{title: x, custom: }", "1:12: 'custom' has no value\n"},
        {"{title: x, ratio: '1.5'}", "1:19: 'ratio' must be a number, not the string '1.5'\n"},
        {"{title: x, ratio: true}", "1:19: 'ratio' must be a number, not true\n"},
    };
    struct thing thing;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_false(read_thing(&thing, table[i].text));
        assert_string_equal(world_findings(&world), table[i].findings);
    }
}

static void one_fault_does_not_hide_another(void **state) {
    (void)state;
    struct thing thing;
    assert_false(read_thing(&thing, "count: x\ncolour: red\nenabled: 1\nid: X\nsize: 1\n"));
    assert_string_equal(world_findings(&world),
        "1:1: missing key 'title' in a thing\n"
        "1:8: 'count' must be a whole number, not the string 'x'\n"
        "2:1: unknown key 'colour' in a thing (did you mean 'color'?)\n"
        "3:10: 'enabled' must be true or false, not 1\n"
        "4:5: bad id 'X': only a-z, 0-9, '.', '_' and '-' may stand in it\n"
        "5:7: 'size' must be a size such as 64kB, 10MB or 1GB, not '1'\n");
}

static void what_yaml_refused_is_reported_once(void **state) {
    (void)state;
    struct thing thing;
    assert_false(read_thing(&thing, "title: x\ncount: *a\ntitle: 5\nnew: 1\nnew: 2\ntags: [*b]\n"));
    assert_string_equal(world_findings(&world),
        "2:8: aliases ('*') are not supported (quote text that begins so)\n"
        "3:1: duplicate key 'title', first on line 1\n"
        "4:1: unknown key 'new' in a thing\n"
        "5:1: duplicate key 'new', first on line 4\n"
        "6:8: aliases ('*') are not supported (quote text that begins so)\n");
}

static void paths_have_no_empty_names(void **state) {
    (void)state;
    static const struct {
        const char *path;
        bool good;
    } table[] = {{"a", true}, {"a.b", true}, {"a\\.b", true}, {"\\.", true}, {"a.\\..b", true},
        {".a", false}, {"a.", false}, {"a..b", false}, {".", false}};
    struct schema_context context = {&world.arena, &world.diags, "a thing"};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct str path = str_of(table[i].path);
        struct place place = {0};
        assert_int_equal(schema_check_paths(&context, &(struct schema_strings){&path, &place, 1}),
            table[i].good);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_type_fills_its_field, set_up, tear_down),
        cmocka_unit_test_setup_teardown(absent_keys_leave_the_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_string_is_a_list_of_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sizes_and_durations_have_units, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            every_fault_has_a_place_and_the_wanted_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_fault_does_not_hide_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_yaml_refused_is_reported_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(paths_have_no_empty_names, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
