#include "store_help.h"

#include "base/clock.h"
#include "base/file.h"
#include "cmd/options.h"

/* The program's table is main's, and main is no part of the library. */
const struct command commands[] = {{.name = NULL}};

static char first[ALERT_ID], second[ALERT_ID];

/* Two alerts: one that an attacker had a hand in, told twice; one whose delivery was given up. */
static void fill(struct store *store) {
    struct diag diag = {0};
    struct alert alert = make_alert("aws.root", "k", "e1", 1688989500000, 100);
    alert.title = STR("Root \033[2J did it");
    alert.body = STR("\"event\":{\"userAgent\":\"\xe2\x80\xaetxt.exe\xc2\x9b"
                     "31m\"},"
                     "\"description\":\"\",\"runbook\":\"Call\\nsomebody\"");
    add_alert(store, &alert, "e1");
    memcpy(first, alert.id, sizeof first);
    assert_good(store_delivery_add(store, first, 1, STR("old"), 1000, &diag), diag);
    assert_good(store_delivery_add(store, first, 2, STR("slack"), 1000, &diag), diag);
    alert = make_alert("aws.iam", "k", "e2", CLOCK_UNKNOWN, 100);
    alert.severity = STR("low");
    add_alert(store, &alert, "e2");
    memcpy(second, alert.id, sizeof second);
    assert_good(store_delivery_add(store, second, 1, STR("on-call"), 1000, &diag), diag);
    struct delivery given_up = {.id = ask_number(store, "SELECT max(id) FROM delivery"),
        .state = DELIVERY_GIVEN_UP,
        .attempts = 3,
        .last_status = 410};
    assert_good(store_delivery_save(store, &given_up, 2000, &diag), diag);
}

static int set_up(void **state) {
    if (make_store_dir(state) != 0) return -1;
    struct store *store = must_open(STORE_EXCLUSIVE);
    fill(store);
    store_close(store);
    return 0;
}

/* Runs `tocsin alerts WORD ID`, and gives what it wrote. */
static char *run(struct options options, const char *word, const char *id, int wanted) {
    static struct buf text;
    char *args[] = {(char *)word, (char *)id, NULL};
    char output[128];
    snprintf(output, sizeof output, "%s/output", store_dir);
    options.store = store_path;
    options.output = output;
    options.args = args;
    options.arg_count = id ? 2 : 1;
    assert_int_equal(command_alerts(&options), wanted);
    buf_reset(&text);
    if (wanted == EXIT_FINE) assert_true(file_read(output, 1 << 20, &text, NULL));
    return text.at;
}

static void test_list(void **state) {
    (void)state;
    char wanted[512];
    struct options all = {0}, high = {.severity = "high"}, since = {.since = "1d"};
    snprintf(wanted, sizeof wanted,
        "%.12s  -                     low   aws.iam   1  A title              "
        "on-call given up (HTTP 410)\n"
        "%.12s  2023-07-10T11:45:00Z  high  aws.root  1  Root \\x1b[2J did it  slack queued\n",
        second, first);
    assert_string_equal(run(all, "list", NULL, EXIT_FINE), wanted);
    assert_non_null(strstr(run(high, "list", NULL, EXIT_FINE), "aws.root"));
    assert_null(strstr(run(high, "list", NULL, EXIT_FINE), "aws.iam"));
    assert_string_equal(run(since, "list", NULL, EXIT_FINE), "");
}

static void test_wrong_words(void **state) {
    (void)state;
    struct options plain = {0}, severity = {.severity = "hgih"}, since = {.since = "yesterday"};
    run(severity, "list", NULL, EXIT_USAGE);
    run(since, "list", NULL, EXIT_USAGE);
    run(plain, "lst", NULL, EXIT_USAGE);
    run(plain, "show", NULL, EXIT_USAGE);
    run(plain, "drop", NULL, EXIT_USAGE);
    run(plain, "show", "none", EXIT_FINDINGS);
    run(plain, "show", "", EXIT_FINDINGS); /* which of them? */
}

/* Nothing that an event holds reaches the terminal as more than text. */
static void test_show_is_safe(void **state) {
    (void)state;
    struct options plain = {0};
    first[8] = '\0';
    const char *text = run(plain, "show", first, EXIT_FINE);
    assert_non_null(strstr(text, "Root \\x1b[2J did it"));
    assert_non_null(strstr(text, "\\u202etxt.exe\\u009b31m"));
    assert_non_null(strstr(text, "slack"));
    for (; *text; text++) assert_true(*text == '\n' || (*text >= ' ' && *text < 0x7F));
}

static void test_retry_and_drop(void **state) {
    (void)state;
    struct options plain = {0}, slack = {.destination = "slack"};
    assert_string_equal(run(plain, "retry", second, EXIT_FINE), "1 delivery queued again\n");
    assert_string_equal(run(slack, "drop", second, EXIT_FINE), "0 deliveries dropped\n");
    assert_string_equal(run(plain, "drop", first, EXIT_FINE), "2 deliveries dropped\n");
    assert_non_null(strstr(run(plain, "list", NULL, EXIT_FINE), "on-call queued"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, remove_store_dir)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_list),
        TEST(test_wrong_words),
        TEST(test_show_is_safe),
        TEST(test_retry_and_drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
