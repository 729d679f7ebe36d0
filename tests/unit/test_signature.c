#include "check.h"

#include "base/log.h"
#include "flow/signature.h"

#include <stdio.h>
#include <stdlib.h>

static void sign(
    const char *secrets, const char *id, int64_t time_s, const char *body, struct buf *to) {
    struct signature_keys keys;
    struct diag diag = {0};
    if (!signature_keys_init(&keys, str_of(secrets), &diag)) fail_msg("%s", diag.text);
    signature_print(&keys, str_of(id), time_s, str_of(body), to);
    signature_keys_release(&keys);
}

/* The vector of the Standard Webhooks libraries. */
static void published_vector(void **state) {
    (void)state;
    struct buf got = {0};
    sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
        "{\"test\": 2432232314}", &got);
    assert_string_equal(got.at, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    buf_release(&got);
}

/* The same by another program. */
static void openssl_agrees(void **state) {
    (void)state;
    struct buf got = {0};
    char line[256] = "";
    FILE *pipe = popen(
        "printf %s 'id.7.body with blanks' | "
        "openssl dgst -sha256 -mac HMAC -macopt key:plain-bytes -binary 2>/dev/null | "
        "openssl base64 2>/dev/null",
        "r");
    bool there = pipe && fgets(line, sizeof line, pipe);
    if (pipe) pclose(pipe);
    if (!there) {
        print_message("skipped: no openssl command\n");
        skip();
    }
    sign("plain-bytes", "id", 7, "body with blanks", &got);
    line[strcspn(line, "\n")] = '\0';
    assert_string_equal(got.at + strlen("v1,"), line);
    buf_release(&got);
}

static void several_secrets_sign_in_order(void **state) {
    (void)state;
    struct buf one = {0}, two = {0}, both = {0};
    sign("first", "id", 1, "{}", &one);
    sign("second", "id", 1, "{}", &two);
    sign("  first \n second ", "id", 1, "{}", &both);
    buf_add_char(&one, ' ');
    buf_add_str(&one, buf_str(&two));
    assert_string_equal(both.at, one.at);
    buf_release(&one);
    buf_release(&two);
    buf_release(&both);
}

static void wrong_secrets_are_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "whsec_", "whsec_%%%%", "whsec_abc", "fine whsec_a", "whsec_MfKQ9r8GKYqr=TwjU"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct signature_keys keys;
        struct diag diag = {0};
        if (signature_keys_init(&keys, str_of(wrong[i]), &diag)) fail_msg("'%s'", wrong[i]);
        assert_string_equal(diag.text, "bad secret: no base64 behind 'whsec_'");
        signature_keys_release(&keys);
    }
}

static void secrets_are_hidden_one_by_one(void **state) {
    (void)state;
    struct buf got = {0};
    char text[] = "got rotating-out and rotating-in";
    sign("rotating-in rotating-out", "id", 1, "{}", &got);
    log_redact(text);
    assert_string_equal(text, "got *** and ***");
    buf_release(&got);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vector),
        cmocka_unit_test(openssl_agrees),
        cmocka_unit_test(several_secrets_sign_in_order),
        cmocka_unit_test(wrong_secrets_are_refused),
        cmocka_unit_test(secrets_are_hidden_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
