/* What overrides make of the documents of rules, before and after manifests are read from them. */
#include "findings.h"

#include "flow/tree_wire.h"
#include "model/manifest.h"
#include "model/override.h"

static struct world world;
static struct overrides overrides;
static struct manifests manifests;

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    overrides = (struct overrides){0};
    manifests = (struct manifests){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    manifests_release(&manifests);
    world_release(&world);
    return 0;
}

static const struct yaml *parse(const char *file, const char *text) {
    struct yaml_documents documents;
    assert_true(yaml_parse(&documents, &world.arena, file, str_of(text), &world.diags));
    return documents.list;
}

static bool read_overrides(const char *text) {
    struct schema_context context = {&world.arena, &world.diags, "the configuration"};
    return overrides_read(&context, parse("t.yaml", text), &overrides);
}

static struct yaml changed(const char *rule, const char *text) {
    struct schema_context context = {&world.arena, &world.diags, "a rule"};
    struct yaml document;
    assert_true(read_overrides(text));
    assert_true(overrides_apply(&overrides, &context, parse("r.yaml", rule), &document));
    return document;
}

static void becomes(const char *rule, const char *text, const char *expected) {
    struct buf got = {0}, wanted = {0};
    struct yaml document = changed(rule, text);
    json_print(&got, yaml_to_json(&world.arena, &document));
    json_print(&wanted, yaml_to_json(&world.arena, parse("e.yaml", expected)));
    assert_string_equal(buf_text(&got), buf_text(&wanted));
    buf_release(&got);
    buf_release(&wanted);
}

static void values_are_replaced_and_added(void **state) {
    (void)state;
    becomes("{id: a, severity: high, destinations: [x, y]}",
        "[{rules: a, severity: low, destinations: z, enabled: false}]",
        "{id: a, severity: low, destinations: z, enabled: false}");
}

static void maps_are_laid_over_key_by_key(void **state) {
    (void)state;
    becomes("{id: a, params: {limit: 5, who: {x: 1, y: 2}}, dedup: {by: [b], period: 1h}}",
        "[{rules: a, params: {who: {x: 3}, more: [1]}, dedup: {period: 4h}}]",
        "{id: a, params: {limit: 5, who: {x: 3}, more: [1]}, dedup: {by: [b], period: 4h}}");
    becomes("{id: a, threshold: {count: 5, within: 10m}}", "[{rules: a, threshold: {count: 20}}]",
        "{id: a, threshold: {count: 20, within: 10m}}");
}

static void exceptions_are_added(void **state) {
    (void)state;
    becomes("{id: a, exceptions: [1, 2]}", "[{rules: a, exceptions: [3]}]",
        "{id: a, exceptions: [1, 2, 3]}");
    becomes("{id: a}", "[{rules: a, exceptions: [3]}, {rules: a, exceptions: [4]}]",
        "{id: a, exceptions: [3, 4]}");
}

static void later_ones_win(void **state) {
    (void)state;
    becomes("{id: a.b, severity: high, params: {x: 1}}",
        "[{rules: a.*, severity: low, params: {y: 2}}, {rules: a.b, severity: info, params: {x: 3}}"
        ", {rules: b.*, severity: critical}]",
        "{id: a.b, severity: info, params: {x: 3, y: 2}}");
}

static void the_rule_itself_is_left_alone(void **state) {
    (void)state;
    struct schema_context context = {&world.arena, &world.diags, "a rule"};
    const struct yaml *rule = parse("r.yaml", "{id: a, params: {x: 1}, exceptions: [1]}");
    struct yaml first, second;
    assert_true(read_overrides("[{rules: a, params: {x: 2}, exceptions: [2]}]"));
    assert_true(overrides_apply(&overrides, &context, rule, &first));
    assert_true(overrides_apply(&overrides, &context, rule, &second));
    assert_int_equal(yaml_get(&second, "exceptions")->count, 2);
    assert_int_equal(yaml_get(yaml_get(rule, "params"), "x")->integer, 1);
}

static void places_stay(void **state) {
    (void)state;
    struct yaml document = changed(
        "{id: a,\n params: {x: 1,\n y: 2}}", "[{rules: a,\n\n\n params: {x: 5}, severity: low}]");
    const struct yaml *params = yaml_get(&document, "params");
    assert_string_equal(document.place.file, "r.yaml");
    assert_string_equal(yaml_get(params, "x")->place.file, "t.yaml");
    assert_int_equal(yaml_get(params, "x")->place.line, 4);
    assert_string_equal(yaml_get(params, "y")->place.file, "r.yaml");
    assert_int_equal(yaml_get(params, "y")->place.line, 3);
}

static bool is_named(const char *rules, const char *id) {
    struct yaml document = changed(arena_format(&world.arena, "{id: %s}", id),
        arena_format(&world.arena, "[{rules: %s, enabled: false}]", rules));
    return yaml_get(&document, "enabled") != NULL;
}

static void names_may_be_patterns(void **state) {
    (void)state;
    assert_true(is_named("aws.iam.*", "aws.iam.login"));
    assert_true(is_named("aws.*", "aws.iam.login"));
    assert_true(is_named("'*'", "a"));
    assert_true(is_named("'*.*.*'", "a.b.c"));
    assert_true(is_named("'*ab*aab'", "aaabaaab"));
    assert_true(is_named("a.?.c", "a.b.c"));
    assert_true(is_named("'a*'", "a"));
    assert_true(is_named("[x, a.b]", "a.b"));
    assert_false(is_named("aws.iam", "aws.iam.login"));
    assert_false(is_named("aws.iam.*", "aws.iamx"));
    assert_false(is_named("'*.login'", "aws.login.x"));
    assert_false(is_named("'a?'", "a"));
    assert_false(is_named("'*ab'", "aba"));
    assert_false(is_named("[x, y]", "a.b"));
}

static const char *faults(const char *text) {
    world_clear(&world);
    overrides = (struct overrides){0};
    assert_false(read_overrides(text));
    assert_int_equal(overrides.count, 0);
    return world_findings(&world);
}

static void what_is_no_override_is_refused(void **state) {
    (void)state;
    assert_string_equal(faults("{rules: a}"), "1:1: 'overrides' must be a list, not a map\n");
    assert_string_equal(faults("[{rules: a, severty: low}]"),
        "1:13: unknown key 'severty' in an override (did you mean 'severity'?)\n");
    assert_string_equal(faults("[{severity: low}]"), "1:2: missing key 'rules' in an override\n");
    assert_string_equal(faults("[{rules: []}]"), "1:10: an override names no rule\n");
    assert_string_equal(
        faults("[{rules: a}, 5]"), "1:14: an override must be a map, not a number\n");
}

#define RULE "id: a.b\ntitle: A\nseverity: low\nlog: l\nwhen: {x: y}\n"

static bool load(const char *text, const char *more) {
    manifests_release(&manifests);
    world_clear(&world);
    assert_true(read_overrides(text));
    manifests.overrides = &overrides;
    const char *rule = arena_format(&world.arena, RULE "%s", more);
    return manifests_load(
        &manifests, &world.arena, world_file(&world, "r.yaml", rule), &world.diags);
}

static void the_manifest_is_that_of_the_changed_rule(void **state) {
    (void)state;
    char before[HASH_HEX];
    assert_true(load("[{rules: x}]", "params: {a: 1}\n"));
    memcpy(before, manifests.list[0]->definition, HASH_HEX);
    assert_true(load("[{rules: a.*, severity: high, enabled: false}]", "params: {a: 1}\n"));
    assert_int_equal(manifests.list[0]->severity, SEVERITY_HIGH);
    assert_false(manifests.list[0]->enabled);
    assert_string_equal(manifests.list[0]->definition, before);
    assert_true(load("[{rules: a.*, params: {a: 2}}]", "params: {a: 1}\n"));
    assert_string_not_equal(manifests.list[0]->definition, before);
}

static void a_threshold_needs_a_rule_that_may_have_one(void **state) {
    (void)state;
    assert_true(load("[{rules: a.b, threshold: {count: 3, within: 1m}}]", ""));
    assert_int_equal(manifests.list[0]->memory.count, 3);
    assert_false(load("[{rules: a.b, threshold: {count: 3, within: 1m}}]",
        "first_seen: {by: [x], within: 1d}\n"));
    assert_string_equal(
        world_findings(&world), "1:15: rule 'a.b' has 'first_seen' and takes no 'threshold'\n");
}

static void one_fault_of_many_rules_is_told_once(void **state) {
    (void)state;
    assert_false(load("[{rules: '*', severity: hgih}]",
        "---\nid: c\ntitle: C\nseverity: low\nlog: l\nwhen: {x: y}\n"));
    assert_string_equal(
        world_findings(&world), "1:25: unknown severity 'hgih' (did you mean 'high'?)\n");
    assert_int_equal(world.diags.errors, 1);
}

static void a_name_of_no_rule_is_told(void **state) {
    (void)state;
    assert_true(load("[{rules: [a.b, a.c, 'x.*']}, {rules: 'a.*'}]", ""));
    assert_false(overrides_check(&overrides, &manifests, &world.diags));
    assert_string_equal(world_findings(&world),
        "1:16: an override of no rule: 'a.c' (did you mean 'a.b'?)\n"
        "1:21: an override of no rule: 'x.*'\n");
}

/* ---- between processes ---- */

static bool same(const struct yaml *a, const struct yaml *b) {
    bool good = a->type == b->type && str_eq(a->text, b->text) && a->count == b->count &&
                a->place.line == b->place.line && a->place.column == b->place.column &&
                strcmp(a->place.file, b->place.file) == 0 && a->boolean == b->boolean &&
                a->integer == b->integer && a->number == b->number;
    for (size_t i = 0; good && a->type == YAML_LIST && i < a->count; i++)
        good = same(&a->items[i], &b->items[i]);
    for (size_t i = 0; good && a->type == YAML_MAP && i < a->count; i++)
        good = str_eq(a->members[i].key, b->members[i].key) &&
               a->members[i].place.column == b->members[i].place.column &&
               same(&a->members[i].value, &b->members[i].value);
    return good;
}

static void a_tree_passes_whole_or_not_at_all(void **state) {
    (void)state;
    static char room[16384];
    struct wire_out out = {.at = room, .room = sizeof room};
    const struct yaml *tree = parse("t.yaml",
        "- {rules: a.*, severity: low,\n   params: {x: 1.5, y: -3, z: true, e: [], f: {}, n: null}}\n"
        "- [[a, 'b c'], {d: [\"\"]}]\n");
    tree_put(&out, tree);
    assert_false(out.full);
    struct wire_in in = {room, room + out.len, false};
    assert_true(same(tree, tree_take(&in, &world.arena)));
    assert_false(in.bad);
    assert_true(wire_ended(&in));
    for (size_t len = 0; len < out.len; len++) {
        struct wire_in cut = {room, room + len, false};
        tree_take(&cut, &world.arena);
        assert_true(cut.bad);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(values_are_replaced_and_added),
        TEST(maps_are_laid_over_key_by_key),
        TEST(exceptions_are_added),
        TEST(later_ones_win),
        TEST(the_rule_itself_is_left_alone),
        TEST(places_stay),
        TEST(names_may_be_patterns),
        TEST(what_is_no_override_is_refused),
        TEST(the_manifest_is_that_of_the_changed_rule),
        TEST(a_threshold_needs_a_rule_that_may_have_one),
        TEST(one_fault_of_many_rules_is_told_once),
        TEST(a_name_of_no_rule_is_told),
        TEST(a_tree_passes_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
