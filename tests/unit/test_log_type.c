#include "findings.h"

#include "model/log_type.h"

static struct world world;
static struct log_types types;

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    types = (struct log_types){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    log_types_release(&types);
    world_release(&world);
    return 0;
}

static const struct json *object(const char *yaml) {
    struct yaml_documents documents;
    assert_true(yaml_parse(&documents, &world.arena, "t", str_of(yaml), &world.diags));
    return yaml_to_json(&world.arena, &documents.list[0]);
}

static void cloudtrail_ships(void **state) {
    (void)state;
    assert_true(log_types_load(&types, &world.arena, "rules/logs", &world.diags));
    assert_string_equal(world_findings(&world), "");
    const struct log_type *type = log_types_find(&types, STR("aws.cloudtrail"));
    assert_non_null(type);
    assert_true(str_is(type->time_path, "eventTime"));
    assert_true(str_is(type->identity_path, "eventID"));
    assert_int_equal(type->envelopes.count, 3);
    assert_null(log_types_find(&types, STR("aws.cloud")));
}

static void alerts_are_a_log(void **state) {
    (void)state;
    assert_true(log_types_load(&types, &world.arena, "rules/logs", &world.diags));
    const struct log_type *type = log_types_find(&types, STR(LOG_OF_ALERTS));
    assert_non_null(type);
    assert_ptr_equal(
        type, log_types_recognise(&types, object("{schema: tocsin.alert/1, rule: a}")));
    assert_ptr_equal(type, log_types_recognise(&types, type->base));
    assert_true(str_is(type->time_path, "time"));
    assert_true(str_is(type->identity_path, "id"));
}

static void a_record_is_recognised_by_its_strings(void **state) {
    (void)state;
    assert_true(log_types_load(&types, &world.arena, "rules/logs", &world.diags));
    const struct log_type *type = log_types_find(&types, STR("aws.cloudtrail"));
    assert_ptr_equal(type, log_types_recognise(&types,
                               object("{eventVersion: '1.08', eventSource: s, eventName: n}")));
    assert_null(log_types_recognise(&types, object("{eventVersion: '1.08', eventSource: s}")));
    assert_null(
        log_types_recognise(&types, object("{eventVersion: 1, eventSource: s, eventName: n}")));
    assert_null(log_types_recognise(&types, object("{}")));
}

static void wrappers_are_those_of_all_types_once(void **state) {
    (void)state;
    world_file(&world, "a.yaml",
        "id: a\ntime: t\nmatch: {k: x}\nenvelopes: [Records, detail]\n---\n"
        "id: b\ntime: t\nmatch: {k: y}\nenvelopes: [detail, Message]\n");
    assert_true(log_types_load(&types, &world.arena, world.dir, &world.diags));
    assert_int_equal(types.count, 2);
    assert_string_equal(types.wrappers[0], "Records");
    assert_string_equal(types.wrappers[1], "detail");
    assert_string_equal(types.wrappers[2], "Message");
    assert_null(types.wrappers[3]);
}

static void an_empty_directory_has_no_types(void **state) {
    (void)state;
    assert_true(log_types_load(&types, &world.arena, world.dir, &world.diags));
    assert_int_equal(types.count, 0);
    assert_null(types.wrappers[0]);
}

static void faults_of_all_files_are_reported(void **state) {
    (void)state;
    world_file(&world, "a.yaml", "id: A\ntim: t\nmatch: {k: x}\n");
    world_file(&world, "b.yml", "# nothing\n---\nid: b\ntime: t\n---\nid: b\ntime: t\nmatch: 5\n");
    world_file(&world, "c.yaml", "id: [\n");
    world_file(&world, "d.txt", "not: read\n");
    world_file(&world, "e.yaml", "id: e\ntime: t\nmatch: {k: x}\nbase: [a]\n");
    assert_false(log_types_load(&types, &world.arena, world.dir, &world.diags));
    const char *findings = world_findings(&world);
    assert_non_null(strstr(findings, "1:5: bad id 'A'"));
    assert_non_null(
        strstr(findings, "2:1: unknown key 'tim' in a log type (did you mean 'time'?)"));
    assert_non_null(strstr(findings, "3:1: missing key 'match' in a log type"));
    assert_non_null(strstr(findings, "6:5: duplicate log type 'b'"));
    assert_non_null(strstr(findings, "8:8: "));
    assert_non_null(strstr(findings, "2:1: expected a value"));
    assert_non_null(strstr(findings, "4:7: 'base' must be a map, not a list"));
    assert_int_equal(world.diags.errors, 7);
}

static void a_directory_that_is_not_there_is_an_error(void **state) {
    (void)state;
    assert_false(log_types_load(&types, &world.arena, "/no/such", &world.diags));
    assert_int_equal(world.diags.errors, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cloudtrail_ships, set_up, tear_down),
        cmocka_unit_test_setup_teardown(alerts_are_a_log, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_is_recognised_by_its_strings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrappers_are_those_of_all_types_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_directory_has_no_types, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_of_all_files_are_reported, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_directory_that_is_not_there_is_an_error, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
