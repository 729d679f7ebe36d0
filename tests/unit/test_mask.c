#include "check.h"

#include "model/mask.h"

static void check_masked(const char *json, const char *wanted) {
    struct arena arena = {0};
    struct diag diag = {0};
    struct buf to = {0};
    const struct json *event = json_parse(&arena, str_of(json), NULL, &diag);
    assert_non_null(event);
    json_print(&to, mask_event(&arena, event));
    assert_string_equal(buf_text(&to), wanted);
    buf_release(&to);
    arena_release(&arena);
}

static void test_the_same_by_the_same(void **state) {
    (void)state;
    check_masked(
        "{\"a\":\"902345678901\",\"b\":[\"arn:aws:iam::902345678901:role/x\",\"812345678902\"]}",
        "{\"a\":\"111122223333\",\"b\":[\"arn:aws:iam::111122223333:role/x\",\"444455556666\"]}");
    check_masked("{\"a\":\"444455556666 111122223333\"}", "{\"a\":\"111122223333 444455556666\"}");
    check_masked("{\"accountId\":902345678901,\"n\":902345678901,\"a\":\"902345678901\"}",
        "{\"accountId\":111122223333,\"n\":902345678901,\"a\":\"111122223333\"}");
}

static void test_what_only_looks_like_it(void **state) {
    (void)state;
    static const char *const same[] = {
        "{\"a\":\"1688989500123 12345678901 x123456789012 1234567890123\"}",
        "{\"a\":\"1.2.3 1.2.3.4.5 1.2.3.400 999.1.1.1\"}",
        "{\"a\":\"10:30:45 ::1 0.0.0.0/0 127.0.0.1 169.254.169.254\"}",
        "{\"a\":\"AKIA AKIAshort XAKIAQWERTYUIOPASDFGH\"}",
        "{\"a\":\"user@host @example a@b\"}",
        "{\"userAgent\":\"Chrome/114.0.0.0 aws-cli/2.1.3.4\"}",
        "{\"eventName\":\"902345678901\"}",
        "{\"userIdentity\":{\"userName\":\"root\"},\"s\":\"s3.amazonaws.com\"}",
        "{\"principalId\":\"x:i-0123456789abcdef0\"}",
        "{\"nextTokens\":5,\"token\":\"\",\"secretId\":\"prod/db\"}",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) check_masked(same[i], same[i]);
}

static void test_addresses(void **state) {
    (void)state;
    check_masked("{\"a\":\"91.14.7.33:443, 91.14.7.34/24 and 91.14.7.33\"}",
        "{\"a\":\"192.0.2.1:443, 192.0.2.2/24 and 192.0.2.1\"}");
    check_masked("{\"a\":\"172.20.1.1 2a02:810d::1 ec2-91-14-7-33.compute.amazonaws.com\"}",
        "{\"a\":\"10.0.0.1 2001:db8::1 ip-10-0-0-1.compute.amazonaws.com\"}");
}

static void test_people(void **state) {
    (void)state;
    check_masked("{\"userName\":\"bo\",\"arn\":\"arn:aws:iam::1:user/staff/bo\",\"t\":\"bo box\"}",
        "{\"userName\":\"alice\",\"arn\":\"arn:aws:iam::1:user/staff/alice\",\"t\":\"bo box\"}");
    check_masked("{\"userName\":\"juergen\",\"t\":\"juergen-laptop of juergens\"}",
        "{\"userName\":\"alice\",\"t\":\"alice-laptop of juergens\"}");
    check_masked(
        "{\"sessionIssuer\":{\"userName\":\"AdminRole\"},\"principalId\":\"AROAQWERTYUIOPASDFGHJ:maria\"}",
        "{\"sessionIssuer\":{\"userName\":\"AdminRole\"},\"principalId\":\"AROACKCEVSQ6C2EXAMPLE:alice\"}");
}

static void test_secrets(void **state) {
    (void)state;
    check_masked("{\"SessionToken\":\"x\",\"masterUserPassword\":\"y\",\"secretAccessKey\":\"z\"}",
        "{\"SessionToken\":\"masked\",\"masterUserPassword\":\"masked\",\"secretAccessKey\":\"masked\"}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_by_the_same),
        cmocka_unit_test(test_what_only_looks_like_it),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_people),
        cmocka_unit_test(test_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
