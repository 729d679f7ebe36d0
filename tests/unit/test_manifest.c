#include "findings.h"

#include "model/manifest.h"

#include <sys/stat.h>

static struct world world;
static struct manifests manifests;

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    manifests = (struct manifests){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    manifests_release(&manifests);
    world_release(&world);
    return 0;
}

static bool load(const char *path) {
    return manifests_load(&manifests, &world.arena, path, &world.diags);
}

static const char *subdirectory(const char *name) {
    const char *path = arena_format(&world.arena, "%s/%s", world.dir, name);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

#define HEAD "id: a\ntitle: A\nseverity: low\nlog: l\n"

static const struct manifest *one(const char *text) {
    manifests_release(&manifests);
    world_clear(&world);
    bool good = load(world_file(&world, "one.yaml", text));
    assert_string_equal(world_findings(&world), "");
    assert_true(good);
    assert_int_equal(manifests.count, 1);
    return manifests.list[0];
}

static const char *faults(const char *text) {
    manifests_release(&manifests);
    world_clear(&world);
    assert_false(load(world_file(&world, "one.yaml", text)));
    return world_findings(&world);
}

static const char full[] = "id: aws.x-1_y\n"
                           "title: T\n"
                           "severity: critical\n"
                           "log: aws.cloudtrail\n"
                           "description: D\n"
                           "runbook: R\n"
                           "owner: O\n"
                           "status: draft\n"
                           "enabled: false\n"
                           "references: [https://a, https://b]\n"
                           "false_positives: none\n"
                           "tags: [x]\n"
                           "attack: [TA0003, T1098, T1098.001, TA0003/T1098, TA0003/T1098.001]\n"
                           "params: {limit: 5, names: [a, 007]}\n"
                           "when: {eventName: X}\n"
                           "lua: |\n"
                           "  function rule(event) return true end\n"
                           "dedup: {by: [a.b, c], period: 0}\n"
                           "destinations: [soc]\n"
                           "context: [userIdentity.arn]\n"
                           "tests:\n"
                           "  - name: one\n"
                           "    event: {eventName: X, n: 9223372036854775807}\n"
                           "    expect: alert\n"
                           "  - name: two\n"
                           "    event: |\n"
                           "      {\"eventName\": \"Y\"}\n"
                           "    expect: nothing\n"
                           "  - name: three\n"
                           "    event: {}\n"
                           "    expect: {alert: true, title: t, severity: low, count: 2}\n"
                           "  - name: four\n"
                           "    event: {}\n"
                           "    expect: {alert: false}\n"
                           "limits: {steps: 200000}\n";

static void every_key_is_read(void **state) {
    (void)state;
    const struct manifest *m = one(full);
    assert_true(str_is(m->id, "aws.x-1_y"));
    assert_int_equal(m->id_place.column, 5);
    assert_int_equal(m->severity, SEVERITY_CRITICAL);
    assert_true(str_is(m->log, "aws.cloudtrail"));
    assert_int_equal(m->log_place.line, 4);
    assert_true(str_is(m->owner, "O"));
    assert_int_equal(m->status, STATUS_DRAFT);
    assert_false(m->enabled);
    assert_false(m->faulty);
    assert_int_equal(m->references.count, 2);
    assert_int_equal(m->attack.count, 5);
    assert_int_equal(m->params->count, 2);
    assert_int_equal(m->params->members[0].value.integer, 5);
    assert_true(str_is(m->params->members[1].value.items[1].string, "007"));
    assert_non_null(m->when);
    assert_true(m->dedup.by_given);
    assert_int_equal(m->dedup.by.count, 2);
    assert_int_equal(m->dedup.period_ms, 0);
    assert_int_equal(m->destinations_place.line, 19);
    assert_int_equal(m->context.count, 1);
    assert_int_equal(m->limits.steps, 200000);
    assert_int_equal(m->limits.time_ms + m->limits.memory + m->limits.allocation, 0);
    assert_int_equal(m->limits_place.line, m->place.line + 34);
}

static void tests_are_read(void **state) {
    (void)state;
    const struct manifest *m = one(full);
    assert_int_equal(m->test_count, 4);
    const struct manifest_test *t = m->tests;
    assert_true(str_is(t[0].name, "one"));
    assert_int_equal(t[0].place.line, 22);
    assert_int_equal(t[0].event_place.line, 23);
    assert_true(t[0].event->members[1].value.integer == INT64_MAX);
    assert_int_equal(t[0].expect, EXPECT_ALERT);
    assert_null(t[0].details);
    assert_int_equal(t[1].event->type, JSON_OBJECT);
    assert_int_equal(t[1].expect, EXPECT_NOTHING);
    assert_int_equal(t[2].expect, EXPECT_ALERT);
    assert_int_equal(t[2].details->count, 4);
    assert_int_equal(t[3].expect, EXPECT_NOTHING);
    assert_non_null(t[3].details);
}

static void defaults_hold_where_nothing_is_said(void **state) {
    (void)state;
    const struct manifest *m = one(HEAD "when: {a: b}\n");
    assert_true(m->enabled);
    assert_int_equal(m->status, STATUS_STABLE);
    assert_false(m->dedup.by_given);
    assert_int_equal(m->dedup.period_ms, 3600000);
    assert_int_equal(m->lua.code.len, 0);
    assert_null(m->params);
    assert_int_equal(m->test_count, 0);
    assert_true(one(HEAD "when: {a: b}\ndedup: {by: []}\n")->dedup.by_given);
}

static void inline_lua_knows_its_line(void **state) {
    (void)state;
    static const struct {
        const char *text, *code;
        unsigned line;
    } rows[] = {
        {"lua: |\n  x()\n", "x()\n", 6},
        {"lua: | # why\n  x()\n", "x()\n", 6},
        {"lua: |\n\n\n  x()\n", "\n\nx()\n", 6},
        {"lua: |-\n  x()\n\n", "x()", 6},
        {"lua: |2\n    x()\n", "  x()\n", 6},
        {"lua:\n  |\n  x()\n", "x()\n", 7},
        {"lua: x()\n", "x()", 5},
        {"lua: \"x()\\ny()\"\n", "x()\ny()", 5},
        {"lua:\n  x()\n", "x()", 6},
        {"lua: |\n  x.lua\n", "x.lua\n", 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct manifest *m = one(arena_format(&world.arena, HEAD "%s", rows[i].text));
        assert_string_equal(m->lua.code.at, rows[i].code);
        assert_int_equal(m->lua.line, rows[i].line);
        assert_true(str_ends(str_of(m->lua.file), STR("/one.yaml")));
    }
}

static void lua_can_stand_in_a_file_beside_the_manifest(void **state) {
    (void)state;
    subdirectory("sub");
    world_file(&world, "r.lua", "function rule() end\n");
    world_file(&world, "sub/r.lua", "-- sub\n");
    const struct manifest *m = one(HEAD "lua: r.lua\n");
    assert_string_equal(m->lua.code.at, "function rule() end\n");
    assert_int_equal(m->lua.line, 1);
    assert_true(str_ends(str_of(m->lua.file), STR("/r.lua")));
    assert_string_equal(one(HEAD "lua: 'sub/r.lua'\n")->lua.code.at, "-- sub\n");
}

static void lua_is_refused_where_it_cannot_be_right(void **state) {
    (void)state;
    world_file(&world, "empty.lua", "");
    static const struct {
        const char *text, *findings;
    } rows[] = {
        {"lua: ../r.lua\n", "5:6: bad file name '../r.lua': it must lie beside the manifest\n"},
        {"lua: a/../../r.lua\n",
            "5:6: bad file name 'a/../../r.lua': it must lie beside the manifest\n"},
        {"lua: /etc/r.lua\n", "5:6: bad file name '/etc/r.lua': it must lie beside the manifest\n"},
        {"lua: \"a\\0.lua\"\n", "5:6: bad file name 'a"},
        {"lua: empty.lua\n", "5:6: 'lua' is empty\n"},
        {"lua: ''\n", "5:6: 'lua' is empty\n"},
        {"lua:\n", "5:1: 'lua' has no value\n"},
        {"lua: >\n  x()\n", "5:6: '>' joins lines: write 'lua: |' to keep them\n"},
        {"lua: [x]\n", "5:6: 'lua' must be code or the name of a file, not a list\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *found = faults(arena_format(&world.arena, HEAD "%s", rows[i].text));
        assert_true(str_starts(str_of(found), str_of(rows[i].findings)));
        assert_int_equal(world.diags.count, 1);
    }
    const char *missing = faults(HEAD "lua: none.lua\n");
    assert_true(str_starts(str_of(missing), STR("5:6: cannot open '")));
    assert_non_null(strstr(missing, "/none.lua': No such file or directory\n"));
}

static void event_files_are_read(void **state) {
    (void)state;
    world_file(&world, "e.json", "{\n \"a\": \"b\"\n}\n");
    world_file(&world, "list.json", "[]\n");
    world_file(&world, "bad.json", "{\n");
    const char *text = HEAD
        "when: {a: b}\ntests:\n  - name: n\n    expect: alert\n    event_file: %s\n";
    const struct manifest *m = one(arena_format(&world.arena, text, "e.json"));
    assert_int_equal(m->tests[0].event->type, JSON_OBJECT);
    assert_int_equal(m->tests[0].event_place.line, 9);
    assert_string_equal(faults(arena_format(&world.arena, text, "list.json")),
        "9:17: the event must be a JSON object\n");
    assert_non_null(strstr(
        faults(arena_format(&world.arena, text, "bad.json")), "9:17: the event is no JSON: "));
    assert_non_null(strstr(
        faults(arena_format(&world.arena, text, "../e.json")), "9:17: bad file name '../e.json'"));
    assert_non_null(
        strstr(faults(arena_format(&world.arena, text, "none.json")), "9:17: cannot open '"));
}

static void an_event_that_is_no_json_is_an_error(void **state) {
    (void)state;
    const char *found = faults(HEAD "when: {a: b}\ntests:\n  - name: n\n    expect: alert\n"
                                    "    event: |\n      {\n        \"a\": 1,\n");
    assert_true(str_starts(str_of(found), STR("9:12: the event is no JSON: ")));
    assert_true(str_ends(str_of(found), STR(" of the text\n")));
    assert_string_equal(faults(HEAD "when: {a: b}\ntests:\n  - name: n\n    expect: alert\n"
                                    "    event: '[]'\n  - name: m\n    expect: nothing\n"
                                    "    event: [1]\n  - 5\n  - {name: o, expect: alert}\n"),
        "9:12: the event must be a JSON object\n"
        "12:12: 'event' must be a map or JSON text, not a list\n"
        "13:5: a test must be a map, not a number\n"
        "14:5: missing key 'event', 'event_file' or 'timeline' in a test\n");
}

static void what_is_expected_is_checked(void **state) {
    (void)state;
    static const struct {
        const char *expect, *findings;
    } rows[] = {
        {"alrt", "9:13: unknown expect 'alrt' (did you mean 'alert'?)\n"},
        {"true",
            "9:13: unknown expect 'true' ('alert', 'nothing', 'match', 'error', a map or a list)\n"},
        {"[{}]", "9:13: a list of alerts can be expected of a timeline only\n"},
        {"",
            "9:12: 'expect' must be 'alert', 'nothing', 'match', 'error', a map or a list, not null\n"},
        {"{title: {contians: x}}",
            "9:22: unknown key 'contians' in an expected text (did you mean 'contains'?)\n"},
        {"{title: {contains: x, regex: y}}",
            "9:21: an expected text is a string, {contains: …} or {regex: …}\n"},
        {"{title: {regex: '('}}",
            "9:29: bad 'regex': missing closing parenthesis at character 2\n"},
        {"{dedup: 5}",
            "9:21: an expected text is a string, {contains: …} or {regex: …}, not a number (put it "
            "in quotes)\n"},
        {"{severity: hgih}", "9:24: unknown severity 'hgih' (did you mean 'high'?)\n"},
        {"{tilte: x}", "9:14: unknown key 'tilte' in 'expect' (did you mean 'title'?)\n"},
        {"{errors: x}", "9:22: 'errors' must be a list, not a string\n"},
        {"{payload: {slack: x}}",
            "9:31: what is expected of a message must be a map, not a string\n"},
        {"{alert: false, title: x}", "9:13: nothing more can be expected where 'alert' is false\n"},
        {"{alert: true, count: 0}", "9:34: 'count' is too small: 0\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(
            faults(arena_format(&world.arena,
                HEAD "when: {a: b}\ntests:\n  - name: n\n    event: {}\n    expect: %s\n",
                rows[i].expect)),
            rows[i].findings);
}

static void attack_ids_have_a_form(void **state) {
    (void)state;
    static const char *const bad[] = {"T109", "T10988", "TA003", "TA0003/", "TA0003/TA0004",
        "t1098", "T1098.1", "T1098.0001", "TA0003/T1098/T1099", "T1098.", "x", "TA0003.001"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *found = faults(
            arena_format(&world.arena, HEAD "when: {a: b}\nattack: [T1098, %s]\n", bad[i]));
        assert_true(str_starts(
            str_of(found), str_of(arena_format(&world.arena, "6:17: bad ATT&CK id '%s'", bad[i]))));
    }
}

static void a_file_holds_no_one_or_many_rules(void **state) {
    (void)state;
    assert_true(load(world_file(&world, "none.yaml", "")));
    assert_true(load(world_file(&world, "comment.yaml", "# nothing here\n---\n---\n")));
    assert_int_equal(manifests.count, 0);
    assert_true(load(world_file(&world, "two.yaml",
        HEAD "when: {a: b}\n---\nid: b\ntitle: B\nseverity: info\nlog: l\nlua: x()\n")));
    assert_int_equal(manifests.count, 2);
    assert_int_equal(manifests.list[1]->place.line, 7);
    assert_int_equal(manifests.list[1]->lua.line, 11);
}

static void ids_are_unique_over_all_files_and_calls(void **state) {
    (void)state;
    const char *sub = subdirectory("sub");
    world_file(&world, "sub/a.yaml", HEAD "when: {a: b}\n");
    world_file(&world, "sub/b.yml", HEAD "when: {a: b}\n");
    assert_false(load(sub));
    assert_int_equal(world.diags.count, 1);
    assert_string_equal(world.diags.list[0].text,
        arena_format(&world.arena, "duplicate id 'a', first at %s/a.yaml:1:5", sub));
    world_clear(&world);
    assert_false(load(world_file(&world, "c.yaml", HEAD "when: {a: b}\n")));
    assert_int_equal(world.diags.count, 1);
    assert_true(str_ends(str_of(world.diags.list[0].place.file), STR("/c.yaml")));
}

static void log_types_are_passed_over(void **state) {
    (void)state;
    subdirectory("logs");
    subdirectory("sub");
    subdirectory("sub/logs");
    world_file(&world, "logs/l.yaml", "time: eventTime\n");
    world_file(&world, "logs.yaml", HEAD "when: {a: b}\n");
    assert_true(load(world.dir));
    assert_true(load(arena_format(&world.arena, "%s/sub", world.dir)));
    manifests_release(&manifests);
    assert_true(load(arena_format(&world.arena, "%s/", world.dir)));
    assert_int_equal(manifests.count, 1);
    world_file(&world, "sub/logs/l.yaml", "time: eventTime\n");
    assert_false(load(world.dir));
    assert_false(load(arena_format(&world.arena, "%s/logs/l.yaml", world.dir)));
}

static void ids_of_the_engine_are_reserved(void **state) {
    (void)state;
    assert_string_equal(faults("id: tocsin.rule.failing\ntitle: A\nseverity: low\nlog: l\n"
                               "when: {a: b}\n"),
        "1:5: id 'tocsin.rule.failing' is reserved: what begins with 'tocsin.' is the engine's "
        "own\n");
    assert_true(
        str_is(one("id: tocsin\ntitle: A\nseverity: low\nlog: l\nwhen: {a: b}\n")->id, "tocsin"));
}

static void a_path_that_is_not_there_is_an_error(void **state) {
    (void)state;
    assert_false(load("/no/such"));
    assert_string_equal(
        world_findings(&world), "0:0: cannot open '/no/such': No such file or directory\n");
}

static void faulty_rules_are_kept_for_further_checks(void **state) {
    (void)state;
    faults(HEAD "lua: x()\nbogus: 1\n");
    assert_int_equal(manifests.count, 1);
    assert_true(manifests.list[0]->faulty);
    assert_string_equal(manifests.list[0]->lua.code.at, "x()");
}

static void mutations_do_no_harm(void **state) {
    (void)state;
    uint64_t seed = 2;
    struct buf mutant;
    buf_init(&mutant);
    for (int i = 0; i < 4000; i++) {
        struct manifests some = {0};
        mutate(&mutant, full, &seed);
        world_clear(&world);
        const char *path = world_file(&world, "m.yaml", buf_text(&mutant));
        bool good = manifests_load(&some, &world.arena, path, &world.diags);
        assert_int_equal(good, world.diags.errors == 0);
        manifests_release(&some);
        arena_reset(&world.arena);
    }
    buf_release(&mutant);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_key_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tests_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(defaults_hold_where_nothing_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(inline_lua_knows_its_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            lua_can_stand_in_a_file_beside_the_manifest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lua_is_refused_where_it_cannot_be_right, set_up, tear_down),
        cmocka_unit_test_setup_teardown(event_files_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_event_that_is_no_json_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_expected_is_checked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(attack_ids_have_a_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_holds_no_one_or_many_rules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ids_are_unique_over_all_files_and_calls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(log_types_are_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ids_of_the_engine_are_reserved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_path_that_is_not_there_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            faulty_rules_are_kept_for_further_checks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mutations_do_no_harm, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
