/* What is known beside the rules: the fields of a log, the names of calls, ATT&CK, and expressions
 * that can take long. */
#include "findings.h"

#include "base/regex_risk.h"
#include "model/attack.h"
#include "model/log_fields.h"
#include "model/log_names.h"

static struct world world;
static struct log_types types;
static const struct log_type *cloudtrail;

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    types = (struct log_types){0};
    assert_true(log_types_load(&types, &world.arena, "rules/logs", &world.diags));
    cloudtrail = log_types_find(&types, STR("aws.cloudtrail"));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    log_types_release(&types);
    world_release(&world);
    return 0;
}

/* ---- fields ---- */

static void fields_are_known(void **state) {
    (void)state;
    static const char *const known[] = {"eventName", "userIdentity", "userIdentity.sessionContext",
        "userIdentity.type", "requestParameters", "requestParameters.a.b", "resources.ARN", ""};
    static const char *const unknown[] = {"eventname", "userIdentity.typ", "userIdentity.type.x",
        "requestParameter", "requestParametersX.a", "userIdentit"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!log_fields_know(cloudtrail, str_of(known[i]))) fail_msg("%s", known[i]);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (log_fields_know(cloudtrail, str_of(unknown[i]))) fail_msg("%s", unknown[i]);
    assert_true(log_fields_know(log_types_find(&types, STR("tocsin.alert")), STR("any.thing")));
}

static void fields_are_meant(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"eventname", "eventName"},
        {"userIdentity.typ", "userIdentity.type"},
        {"userIdentiti.type", "userIdentity"},
        {"userName", "userIdentity.userName"},
        {"sessionIssuer.userName", "userIdentity.sessionContext.sessionIssuer"},
        {"userIdentity.sessionIssuer.arn", "userIdentity.sessionContext.sessionIssuer"},
        {"sourceIP", "sourceIPAddress"},
        {"mfaAuthenticated", "userIdentity.sessionContext.attributes.mfaAuthenticated"},
        {"eventName.x.y", NULL},
        {"whatever", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *meant = log_fields_meant(cloudtrail, str_of(rows[i][0]), &world.arena);
        bool same = rows[i][1] ? meant && strcmp(meant, rows[i][1]) == 0 : !meant;
        if (!same) fail_msg("%s: %s", rows[i][0], meant ? meant : "nothing");
    }
}

/* ---- names of calls ---- */

static void names_are_known(void **state) {
    (void)state;
    const struct name_list *list = name_list_load(&cloudtrail->names, &world.arena, &world.diags);
    struct str iam = STR("iam.amazonaws.com"), lambda = STR("lambda.amazonaws.com");
    assert_non_null(list);
    assert_true(name_list_has_source(list, iam));
    assert_false(name_list_has_source(list, STR("iam")));
    assert_true(name_list_has(list, iam, STR("CreateUser")));
    assert_false(name_list_has(list, iam, STR("RunInstances")));
    assert_true(name_list_has(list, STR(""), STR("RunInstances")));
    assert_true(name_list_has(list, lambda, STR("UpdateFunctionCode20150331v2")));
    assert_true(name_list_has(list, lambda, STR("UpdateFunctionCode")));
    assert_false(name_list_has(list, lambda, STR("UpdateFunctionCod20150331v2")));
    assert_true(name_list_has(list, STR("s3.amazonaws.com"), STR("ListObjectsV2")));
    assert_string_equal(name_list_meant(list, iam, STR("CreateUsr")), "CreateUser");
    assert_null(name_list_meant(list, iam, STR("SomethingElse")));
    assert_null(name_list_meant(list, iam, STR("Get")));
    assert_string_equal(name_list_source_of(list, STR("RunInstances")), "ec2.amazonaws.com");
    assert_string_equal(name_list_meant_source(list, STR("iam")), "iam.amazonaws.com");
    assert_null(name_list_meant_source(list, STR("new-service.amazonaws.com")));
}

static void names_that_are_not_there_are_told(void **state) {
    (void)state;
    struct log_names names = {.file = "no/such/list"};
    assert_null(name_list_load(&names, &world.arena, &world.diags));
    assert_int_equal(world.diags.errors, 1);
}

/* ---- ATT&CK ---- */

static void attack_is_known(void **state) {
    (void)state;
    const struct attack *attack = attack_load("rules/attack.txt", &world.arena, &world.diags);
    static const char *const known[] = {
        "TA0001", "TA0043", "TA0106", "T1001", "T1001.003", "T1681", "T1574.014", "T0801", "T1404"};
    static const char *const unknown[] = {
        "TA0012", "T1001.004", "T1574.002", "T1086", "T1999", "T1530.001", "T0900"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!attack_has(attack, str_of(known[i]))) fail_msg("%s", known[i]);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (attack_has(attack, str_of(unknown[i]))) fail_msg("%s", unknown[i]);
    assert_string_equal(attack_meant(attack, STR("T1530.001")), "T1530");
    assert_null(attack_meant(attack, STR("T0977")));
}

/* ---- expressions ---- */

static void expressions_that_take_long(void **state) {
    (void)state;
    static const char *const bad[] = {"(a+)+", "(a*)*", "^(.*)*$", "(\\d+)*x", "([a-z]+)+@",
        "(a|a)*", "(\\w|\\d)+$", "(?:a+)+b", "((a+))+", "(a+b?)*", "(\\s*\\w+)+$", "(a|b+)*",
        "x(y+){2,}z", "(?i)(a+)+", "(a+?)+", "(?<n>a+)+$", "((ab)+)*"};
    static const char *const fine[] = {"a+", "(a+b)+", "(\\w+\\.)+com", "(a|b)*", "([a-z]|\\d)*",
        "(,\\s*)*", "(a+)?", "(a+){2}", "(?>a+)+", "(a++)+", "(a+)++", "[(a+)+]", "\\(a+\\)+",
        "(?=a+)+", "^$", "", "(", ")", "(a", "[", "\\", "(a{2,3})+", "(foo|bar)+",
        "(\\d+\\.){3}\\d+"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!regex_risk(str_of(bad[i]))) fail_msg("nothing is said of %s", bad[i]);
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        if (regex_risk(str_of(fine[i]))) fail_msg("%s: %s", fine[i], regex_risk(str_of(fine[i])));
}

/* Borrowed bytes, of any kind and depth. */
static void expressions_of_any_kind(void **state) {
    (void)state;
    static const char letters[] = "()[]{}|*+?\\.^$a1,-:<>!=w";
    uint64_t random = 88172645463325252u;
    char text[40];
    for (int i = 0; i < 20000; i++) {
        size_t len = next_random(&random) % sizeof text;
        for (size_t k = 0; k < len; k++)
            text[k] = letters[next_random(&random) % (sizeof letters - 1)];
        regex_risk((struct str){text, len});
    }
    char deep[5000];
    memset(deep, '(', sizeof deep);
    assert_null(regex_risk((struct str){deep, sizeof deep}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fields_are_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fields_are_meant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_are_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_that_are_not_there_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(attack_is_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(expressions_that_take_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(expressions_of_any_kind, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
