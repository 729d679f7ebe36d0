#include "check.h"

#include "fake_outbox.h"
#include "fake_server.h"
#include "flow/sender_private.h"

#include "base/log.h"

static const struct sender_timing quick = {
    .backoff = {.base_ms = 10, .most_ms = 40, .retry_after_most_ms = 60000},
    .breaker = {.failures = 5, .pause_ms = 40, .pause_most_ms = 120},
    .look_ms = 20,
    .unmade_most = 3,
};

/* ---- a server, destinations that lead to it, and what each path answers ---- */

enum { PATHS = 4, REPLIES = 24 };

struct path {
    const char *name;
    struct fake_reply replies[REPLIES]; /* the last one repeats */
    size_t count, next;
    size_t requests;
};

static struct fake_server server;
static struct path paths[PATHS];
static struct destination destinations[PATHS];
static char urls[PATHS][64];
static struct config config;
static struct sender *sender;
static FILE *log_file;
static int real_stderr;

static size_t path_of(const struct fake_request *request) {
    for (size_t i = 0; i < config.destination_count; i++) {
        struct str head = buf_str(&request->head), name = str_of(paths[i].name);
        if (str_starts(head, STR("POST /")) &&
            str_starts((struct str){head.at + 6, head.len - 6}, name))
            return i;
    }
    abort();
}

static void answer(
    struct fake_server *from, const struct fake_request *request, struct fake_reply *reply) {
    (void)from;
    struct path *path = &paths[path_of(request)];
    path->requests++;
    if (path->count == 0) return;
    *reply = path->replies[path->next];
    if (path->next + 1 < path->count) path->next++;
}

static void set_replies(size_t i, const struct fake_reply *replies, size_t count) {
    pthread_mutex_lock(&server.lock);
    memcpy(paths[i].replies, replies, count * sizeof *replies);
    paths[i].count = count;
    paths[i].next = 0;
    pthread_mutex_unlock(&server.lock);
}

#define ANSWER(i, ...)                                                                             \
    set_replies((i), (const struct fake_reply[]){__VA_ARGS__},                                     \
        sizeof((const struct fake_reply[]){__VA_ARGS__}) / sizeof(struct fake_reply))

/* The n-th request of a path, from 0. */
static const struct fake_request *request_of(size_t path, size_t n) {
    for (size_t i = 0; i < server.count; i++)
        if (path_of(&server.requests[i]) == path && n-- == 0) return &server.requests[i];
    fail_msg("there is no such request");
    return NULL;
}

static struct destination *add_destination(const char *name, const char *type) {
    size_t i = config.destination_count++;
    paths[i].name = name;
    snprintf(urls[i], sizeof urls[i], "http://127.0.0.1:%d/%s", server.port, name);
    destinations[i] = (struct destination){.name = str_of(name),
        .type = str_of(type),
        .url = {.text = str_of(urls[i])},
        .max_in_flight = 4,
        .timeout_ms = 2000,
        .max_age_ms = 3600000,
        .allow_loopback = true,
        .allow_http = true};
    return &destinations[i];
}

static struct messenger *messenger;

static void start_with(const struct sender_timing *timing) {
    struct diags diags;
    struct diag diag = {0};
    const char *dirs[] = {NULL};
    diags_init(&diags);
    messenger = messenger_here(&config, dirs, &diags);
    sender = sender_new(&config, &outbox, messenger, &diags);
    assert_non_null(sender);
    diags_release(&diags);
    sender_tune(sender, timing, 1);
    assert_true(sender_start(sender, &diag));
}

static int set_up(void **state) {
    (void)state;
    memset(&outbox, 0, sizeof outbox);
    memset(&config, 0, sizeof config);
    memset(paths, 0, sizeof paths);
    config.destinations = destinations;
    config.store = STR("tocsin.db");
    fake_server_start(&server, answer);
    log_file = tmpfile();
    fflush(stderr);
    real_stderr = dup(STDERR_FILENO);
    dup2(fileno(log_file), STDERR_FILENO);
    return 0;
}

/* What the log said stays hidden; what cmocka said does not. */
static int tear_down(void **state) {
    (void)state;
    char line[1024];
    sender_free(sender);
    messenger_free(messenger);
    sender = NULL;
    messenger = NULL;
    fake_server_stop(&server);
    fflush(stderr);
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    rewind(log_file);
    while (fgets(line, sizeof line, log_file))
        if (strncmp(line, "20", 2) != 0) fputs(line, stderr);
    fclose(log_file);
    return 0;
}

static bool logged(const char *text) {
    static char all[65536];
    fflush(stderr);
    all[pread(fileno(log_file), all, sizeof all - 1, 0)] = '\0';
    return strstr(all, text) != NULL;
}

static bool wait_state(const char *destination, enum delivery_state state, size_t count) {
    int64_t until = clock_monotonic_ms() + 3000;
    while (outbox_count(destination, state) < count) {
        if (clock_monotonic_ms() > until) return false;
        usleep(1000);
    }
    return true;
}

static bool wait_requests(size_t count) {
    int64_t until = clock_monotonic_ms() + 3000;
    while (fake_server_count(&server) < count) {
        if (clock_monotonic_ms() > until) return false;
        usleep(1000);
    }
    return true;
}

/* ---- tests ---- */

static void retries_carry_the_same_id(void **state) {
    (void)state;
    add_destination("hook", "webhook")->secret.text = STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    ANSWER(0, {.status = 500}, {.status = 503}, {.close = true}, {.status = 204});
    outbox_add("hook", 0);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_DONE, 1));
    assert_int_equal(fake_server_count(&server), 4);
    struct delivery delivery = outbox_get(0);
    assert_int_equal(delivery.attempts, 4);
    assert_int_equal(delivery.last_status, 204);
    assert_int_equal(delivery.last_error.len, 0);
    for (size_t i = 0; i < 4; i++) {
        const struct fake_request *request = request_of(0, i);
        assert_true(
            str_is(fake_header(request, "webhook-id"), "00000000000000000000000000000001.1"));
        assert_true(str_is(fake_header(request, "content-type"), "application/json"));
    }
}

static void requests_are_signed(void **state) {
    (void)state;
    static const char secrets[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw an-older-one";
    add_destination("hook", "webhook")->secret.text = str_of(secrets);
    outbox_add("hook", 0);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_DONE, 1));
    const struct fake_request *request = request_of(0, 0);
    int64_t at_s = strtoll(fake_header(request, "webhook-timestamp").at, NULL, 10);
    assert_in_range(at_s, time(NULL) - 5, time(NULL));
    struct signature_keys keys;
    struct buf want = {0};
    assert_true(signature_keys_init(&keys, str_of(secrets), NULL));
    signature_print(
        &keys, fake_header(request, "webhook-id"), at_s, buf_str(&request->body), &want);
    assert_true(str_eq(fake_header(request, "webhook-signature"), buf_str(&want)));
    assert_string_equal(request->body.at,
        "{\"id\":\"00000000000000000000000000000001\",\"event\":{\"n\":1,\"list\":[1]}}");
    signature_keys_release(&keys);
    buf_release(&want);
}

static void the_dead_delay_nobody(void **state) {
    (void)state;
    add_destination("hanging", "webhook");
    add_destination("slow", "webhook");
    add_destination("refusing", "webhook")->url.text = STR("http://127.0.0.1:1/");
    add_destination("living", "webhook");
    ANSWER(0, {.hang = true});
    ANSWER(1, {.delay_ms = 2000});
    for (int i = 0; i < 25; i++) {
        outbox_add("hanging", 1000);
        outbox_add("slow", 1000);
        outbox_add("refusing", 1000);
    }
    for (int i = 0; i < 25; i++) outbox_add("living", 0);
    int64_t start = clock_monotonic_ms();
    start_with(&quick);
    assert_true(wait_state("living", DELIVERY_DONE, 25));
    assert_true(clock_monotonic_ms() - start < 1200);
    assert_int_equal(outbox_count("hanging", DELIVERY_QUEUED), 25);
    assert_int_equal(outbox_count("slow", DELIVERY_QUEUED), 25);
    assert_int_equal(outbox_count("refusing", DELIVERY_QUEUED), 25);
}

static void retry_after_holds_for_the_destination(void **state) {
    (void)state;
    add_destination("hook", "webhook")->max_in_flight = 1;
    ANSWER(0, {.status = 200}, {.status = 429, .header = "Retry-After: 1"}, {.status = 200});
    for (int i = 0; i < 5; i++) outbox_add("hook", 0);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_DONE, 5));
    assert_int_equal(fake_server_count(&server), 6);
    for (size_t i = 2; i < 6; i++)
        assert_true(request_of(0, i)->at_ms - request_of(0, 1)->at_ms >= 1000);
    assert_true(request_of(0, 5)->at_ms - request_of(0, 1)->at_ms < 1500);
}

static void retry_after_outlives_the_process(void **state) {
    (void)state;
    add_destination("hook", "webhook");
    ANSWER(0, {.status = 503, .header = "Retry-After: 30"});
    outbox_add("hook", 0);
    int64_t now = clock_wall_ms();
    start_with(&quick);
    assert_true(wait_requests(1));
    sender_stop(sender, clock_monotonic_ms() + 500);
    assert_int_equal(outbox_get(0).attempts, 1);
    assert_in_range(outbox_get(0).due_ms, now + 30000, now + 31000);
}

static void statuses_are_temporary_or_not(void **state) {
    (void)state;
    static const struct {
        int status;
        enum delivery_state want;
    } rows[] = {
        {200, DELIVERY_DONE},
        {202, DELIVERY_DONE},
        {204, DELIVERY_DONE},
        {301, DELIVERY_GIVEN_UP},
        {308, DELIVERY_GIVEN_UP},
        {400, DELIVERY_GIVEN_UP},
        {401, DELIVERY_GIVEN_UP},
        {404, DELIVERY_GIVEN_UP},
        {408, DELIVERY_QUEUED},
        {410, DELIVERY_GIVEN_UP},
        {425, DELIVERY_QUEUED},
        {429, DELIVERY_QUEUED},
        {500, DELIVERY_QUEUED},
        {503, DELIVERY_QUEUED},
        {599, DELIVERY_QUEUED},
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    struct sender_timing patient = quick;
    struct fake_reply replies[ROWS] = {{0}};
    patient.backoff.base_ms = patient.backoff.most_ms = INT64_C(1) << 40;
    add_destination("hook", "webhook")->max_in_flight = 1;
    for (size_t i = 0; i < ROWS; i++) {
        replies[i].status = rows[i].status;
        outbox_add("hook", (int64_t)(1000 - i));
    }
    set_replies(0, replies, ROWS);
    patient.breaker.failures = 100;
    start_with(&patient);
    assert_true(wait_requests(ROWS));
    sender_stop(sender, clock_monotonic_ms() + 1000);
    for (size_t i = 0; i < ROWS; i++) {
        struct delivery delivery = outbox_get(i);
        if (delivery.state != rows[i].want || delivery.attempts != 1)
            fail_msg("%d: %d", rows[i].status, delivery.state);
        assert_int_equal(delivery.last_status, rows[i].status);
    }
}

static void what_is_refused_is_kept_with_its_reason(void **state) {
    (void)state;
    add_destination("hook", "webhook");
    ANSWER(0, {.status = 404, .body = "no_service\nfor token hush-hush-hush"});
    log_hide("hush-hush-hush");
    outbox_add("hook", 0);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_GIVEN_UP, 1));
    usleep(50 * 1000);
    assert_int_equal(fake_server_count(&server), 1);
    assert_string_equal(outbox_get(0).last_error.at, "answered 404: no_service for token ***");
    assert_true(logged("error delivery of alert '00000000000000000000000000000001' to 'hook' given "
                       "up: answered 404: no_service for token ***"));
}

static void an_answer_is_cut_behind_its_secrets(void **state) {
    (void)state;
    char body[300];
    memset(body, 'x', sizeof body);
    memcpy(body + 190, "a-secret-longer-than-ten", 24);
    body[299] = '\0';
    log_hide("a-secret-longer-than-ten");
    add_destination("hook", "webhook");
    ANSWER(0, {.status = 400, .body = body});
    outbox_add("hook", 0);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_GIVEN_UP, 1));
    assert_null(strstr(outbox_get(0).last_error.at, "a-sec"));
    assert_int_equal(outbox_get(0).last_error.len, strlen("answered 400: ") + 200);
}

static void lua_may_overrule_the_status(void **state) {
    (void)state;
    add_destination("chat", "slack");
    ANSWER(0, {.body = "not yet"}, {.body = "ok"});
    outbox_add("chat", 0);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_DONE, 1));
    assert_int_equal(outbox_get(0).attempts, 2);
}

static void age_ends_it_with_the_last_error_kept(void **state) {
    (void)state;
    add_destination("old", "webhook");
    add_destination("failing", "webhook")->max_age_ms = 150;
    ANSWER(1, {.status = 500, .body = "oops"});
    outbox_add("old", 3600000);
    outbox.list[0].attempts = 1;
    outbox_add("failing", 0);
    int64_t start = clock_monotonic_ms();
    start_with(&quick);
    assert_true(wait_state("old", DELIVERY_GIVEN_UP, 1));
    assert_true(wait_state("failing", DELIVERY_GIVEN_UP, 1));
    assert_in_range(clock_monotonic_ms() - start, 140, 400);
    assert_int_equal(paths[0].requests, 0);
    assert_string_equal(outbox_get(0).last_error.at, "too old");
    assert_true(outbox_get(1).attempts > 1);
    assert_string_equal(outbox_get(1).last_error.at, "too old: answered 500: oops");
}

static void what_was_never_tried_is_tried_whatever_its_age(void **state) {
    (void)state;
    add_destination("hook", "webhook")->max_age_ms = 1000;
    outbox_add("hook", 86400000);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_DONE, 1));
    assert_int_equal(paths[0].requests, 1);
}

static void a_clock_that_was_set_back_delays_nothing(void **state) {
    (void)state;
    add_destination("hook", "webhook");
    outbox_add("hook", -7200000);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_DONE, 1));
}

/* While the breaker is open nothing is tried, but age goes on. */
static void age_ends_what_waits_for_the_breaker(void **state) {
    (void)state;
    struct sender_timing timing = quick;
    timing.breaker = (struct breaker_limits){1, 60000, 60000};
    add_destination("hook", "webhook")->max_age_ms = 200;
    ANSWER(0, {.status = 500});
    for (int i = 0; i < 30; i++) outbox_add("hook", 0);
    start_with(&timing);
    assert_true(wait_state(NULL, DELIVERY_GIVEN_UP, 30));
    assert_true(fake_server_count(&server) <= 4);
}

static void no_more_at_once_than_allowed(void **state) {
    (void)state;
    add_destination("hook", "webhook")->max_in_flight = 3;
    ANSWER(0, {.delay_ms = 10});
    for (int i = 0; i < 30; i++) outbox_add("hook", 0);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_DONE, 30));
    assert_int_equal(server.most_at_once, 3);
    assert_int_equal(server.count, 30);
    assert_true(outbox.commits <= 31);
}

static void stop_finishes_what_is_due(void **state) {
    (void)state;
    add_destination("hook", "webhook")->max_in_flight = 2;
    ANSWER(0, {.delay_ms = 5});
    start_with(&quick);
    for (int i = 0; i < 20; i++) outbox_add("hook", 0);
    int64_t start = clock_monotonic_ms();
    sender_stop(sender, start + 5000);
    assert_true(clock_monotonic_ms() - start < 1500);
    assert_int_equal(outbox_count(NULL, DELIVERY_DONE), 20);
}

static void stop_keeps_the_deadline(void **state) {
    (void)state;
    add_destination("hook", "webhook")->max_in_flight = 1;
    ANSWER(0, {.hang = true});
    outbox_add("hook", 0);
    outbox_add("hook", 0);
    start_with(&quick);
    assert_true(wait_requests(1));
    int64_t start = clock_monotonic_ms();
    sender_stop(sender, start + 150);
    assert_in_range(clock_monotonic_ms() - start, 150, 400);
    assert_int_equal(outbox_count(NULL, DELIVERY_QUEUED), 2);
    assert_int_equal(outbox_get(0).attempts, 0);
}

static void stop_does_not_wait_for_what_may_not_go(void **state) {
    (void)state;
    struct sender_timing timing = quick;
    timing.breaker = (struct breaker_limits){1, 60000, 60000};
    add_destination("dead", "webhook");
    add_destination("asked", "webhook");
    ANSWER(0, {.status = 500});
    ANSWER(1, {.status = 429, .header = "Retry-After: 60"});
    for (int i = 0; i < 9; i++) outbox_add("dead", 0);
    for (int i = 0; i < 9; i++) outbox_add("asked", 0);
    start_with(&timing);
    assert_true(wait_requests(2));
    int64_t start = clock_monotonic_ms();
    sender_stop(sender, start + 5000);
    assert_true(clock_monotonic_ms() - start < 1000);
    assert_int_equal(outbox_count(NULL, DELIVERY_QUEUED), 18);
}

static void breaker_lets_probes_through(void **state) {
    (void)state;
    add_destination("hook", "webhook")->max_in_flight = 1;
    struct fake_reply replies[9] = {{0}};
    for (size_t i = 0; i < 8; i++) replies[i].status = 500;
    set_replies(0, replies, 9);
    for (int i = 0; i < 20; i++) outbox_add("hook", 0);
    start_with(&quick);
    assert_true(wait_requests(8));
    int64_t attempts = 0;
    for (size_t i = 0; i < 20; i++) attempts += outbox_get(i).attempts;
    assert_true(attempts <= 8); /* those that wait use none */
    assert_true(wait_state(NULL, DELIVERY_DONE, 20));
    static const int64_t pauses[] = {40, 80, 120, 120};
    for (size_t i = 0; i < 4; i++) {
        int64_t pause = request_of(0, 5 + i)->at_ms - request_of(0, 4 + i)->at_ms;
        assert_in_range(pause, pauses[i], pauses[i] + 60);
    }
    assert_true(logged("warning destination 'hook' fails"));
    assert_true(logged("info destination 'hook' answers again"));
}

static void a_message_that_cannot_be_made_is_given_up(void **state) {
    (void)state;
    add_destination("broken", "broken");
    add_destination("forger", "forger");
    add_destination("living", "webhook");
    for (int i = 0; i < 6; i++) outbox_add("broken", 0);
    outbox_add("forger", 0);
    outbox_add("living", 0);
    start_with(&quick);
    assert_true(wait_state("broken", DELIVERY_GIVEN_UP, 6));
    assert_true(wait_state("forger", DELIVERY_GIVEN_UP, 1));
    assert_true(wait_state("living", DELIVERY_DONE, 1));
    assert_int_equal(outbox_get(0).attempts, 3);
    assert_string_equal(outbox_get(0).last_error.at, "cannot make the message: broken.lua:1: boom");
    assert_string_equal(outbox_get(6).last_error.at,
        "cannot make the message: header 'webhook-id' is the sender's own");
    assert_int_equal(fake_server_count(&server), 1);
}

static void an_event_that_lua_cannot_digest_is_left_out(void **state) {
    (void)state;
    add_destination("hook", "delicate");
    outbox_add("hook", 0);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_DONE, 1));
    assert_string_equal(request_of(0, 0)->body.at,
        "{\"id\":\"00000000000000000000000000000001\",\"event\":{\"n\":1,\"omitted\":true}}");
    assert_true(logged("without the event: delicate.lua:1: a list"));
}

static void an_alert_that_is_gone_ends_its_delivery(void **state) {
    (void)state;
    add_destination("hook", "webhook");
    outbox_add("hook", 0);
    memcpy(outbox.list[0].alert, "gone", 5);
    start_with(&quick);
    assert_true(wait_state(NULL, DELIVERY_GIVEN_UP, 1));
    assert_int_equal(fake_server_count(&server), 0);
}

static void a_store_that_fails_costs_no_second_message(void **state) {
    (void)state;
    add_destination("hook", "webhook");
    outbox_add("hook", 0);
    outbox_fail(true);
    start_with(&quick);
    assert_true(wait_requests(1));
    usleep(150 * 1000);
    assert_int_equal(outbox_count(NULL, DELIVERY_DONE), 0);
    assert_true(logged("disk full"));
    outbox_fail(false);
    assert_true(wait_state(NULL, DELIVERY_DONE, 1));
    assert_int_equal(fake_server_count(&server), 1);
}

static struct alert alert_of(const char *id, int64_t revision) {
    struct alert alert = {.revision = revision};
    snprintf(alert.id, sizeof alert.id, "%s", id);
    return alert;
}

static bool is_id(size_t request, const char *id) {
    return str_is(fake_header(request_of(0, request), "webhook-id"), id);
}

static void what_is_told_needs_no_store(void **state) {
    (void)state;
    struct alert alert = alert_of("told", 1);
    add_destination("hook", "webhook");
    add_destination("other", "webhook");
    ANSWER(0, {.status = 500}, {.status = 500}, {.status = 204});
    outbox_fail(true);
    start_with(&quick);
    sender_tell(sender, &alert);
    assert_true(wait_requests(4));
    usleep(100 * 1000);
    assert_int_equal(paths[0].requests, 3);
    assert_int_equal(paths[1].requests, 1);
    assert_true(is_id(0, "told.1") && is_id(2, "told.1"));
    assert_int_equal(outbox.commits, 0);
}

static void what_is_told_keeps_its_order(void **state) {
    (void)state;
    struct alert open = alert_of("told", 1), resolved = alert_of("told", 2);
    add_destination("hook", "webhook");
    ANSWER(0, {.status = 500}, {.status = 500}, {.status = 204});
    start_with(&quick);
    sender_tell(sender, &open);
    sender_tell(sender, &resolved);
    assert_true(wait_requests(4));
    assert_true(is_id(1, "told.1") && is_id(2, "told.1") && is_id(3, "told.2"));
}

/* Outcomes that wait for the store take no room from it. */
static void what_is_told_does_not_wait_for_the_store(void **state) {
    (void)state;
    struct alert alert = alert_of("told", 1);
    add_destination("hook", "webhook");
    for (int i = 0; i < 20; i++) outbox_add("hook", 0);
    outbox_fail(true);
    start_with(&quick);
    assert_true(wait_requests(20));
    sender_tell(sender, &alert);
    assert_true(wait_requests(21));
    assert_true(is_id(20, "told.1"));
    outbox_fail(false);
    assert_true(wait_state(NULL, DELIVERY_DONE, 20));
    assert_int_equal(fake_server_count(&server), 21);
}

static void what_is_told_is_given_up_too(void **state) {
    (void)state;
    struct alert alert = alert_of("told", 1);
    add_destination("hook", "broken");
    start_with(&quick);
    sender_tell(sender, &alert);
    sender_stop(sender, clock_monotonic_ms() + 3000);
    assert_true(logged("delivery of alert 'told' to 'hook' given up"));
    assert_int_equal(outbox.commits, 0);
}

static void a_store_that_stays_broken_is_told_once(void **state) {
    (void)state;
    struct diag fault = {.set = true, .text = "disk full"};
    add_destination("hook", "webhook");
    start_with(&quick);
    sender_input_waits(sender, &fault);
    usleep(1100 * 1000);
    assert_int_equal(fake_server_count(&server), 0);
    sender_input_waits(sender, &fault);
    sender_input_waits(sender, &fault);
    assert_true(wait_requests(1));
    sender_input_waits(sender, NULL);
    sender_input_waits(sender, NULL);
    assert_true(wait_requests(2));
    sender_stop(sender, clock_monotonic_ms() + 3000);
    assert_int_equal(fake_server_count(&server), 2);
}

static void a_destination_nobody_configured_stays_queued(void **state) {
    (void)state;
    add_destination("hook", "webhook");
    outbox_add("former", 0);
    outbox_add("former", 0);
    outbox_add("hook", 0);
    start_with(&quick);
    assert_true(wait_state("hook", DELIVERY_DONE, 1));
    assert_int_equal(outbox_count("former", DELIVERY_QUEUED), 2);
    assert_true(logged("'former'"));
}

static void wake_is_enough(void **state) {
    (void)state;
    struct sender_timing timing = quick;
    timing.look_ms = 60000;
    add_destination("hook", "webhook");
    start_with(&timing);
    usleep(30 * 1000);
    for (size_t i = 1; i <= 3; i++) {
        outbox_add("hook", 0);
        sender_wake(sender);
        assert_true(wait_state(NULL, DELIVERY_DONE, i));
    }
}

static void wrong_settings_are_found_at_the_start(void **state) {
    (void)state;
    static const struct {
        const char *url, *secret, *want;
    } rows[] = {
        {"ftp://example.com/", "", "url"},
        {"http://example.com/", "", "allow_http"},
        {"https://example.com/", "whsec_!", "whsec_"},
    };
    const char *dirs[] = {NULL};
    struct destination *destination = add_destination("hook", "webhook");
    destination->allow_http = false;
    messenger = messenger_here(&config, dirs, &(struct diags){0});
    for (size_t i = 0; i < 3; i++) {
        struct diags diags;
        diags_init(&diags);
        destination->url.text = str_of(rows[i].url);
        destination->secret.text = str_of(rows[i].secret);
        assert_null(sender_new(&config, &outbox, messenger, &diags));
        assert_int_equal(diags.count, 1);
        assert_non_null(strstr(diags.list[0].text, rows[i].want));
        diags_release(&diags);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(retries_carry_the_same_id),
        TEST(requests_are_signed),
        TEST(the_dead_delay_nobody),
        TEST(retry_after_holds_for_the_destination),
        TEST(retry_after_outlives_the_process),
        TEST(statuses_are_temporary_or_not),
        TEST(what_is_refused_is_kept_with_its_reason),
        TEST(an_answer_is_cut_behind_its_secrets),
        TEST(lua_may_overrule_the_status),
        TEST(age_ends_it_with_the_last_error_kept),
        TEST(what_was_never_tried_is_tried_whatever_its_age),
        TEST(a_clock_that_was_set_back_delays_nothing),
        TEST(age_ends_what_waits_for_the_breaker),
        TEST(no_more_at_once_than_allowed),
        TEST(stop_finishes_what_is_due),
        TEST(stop_keeps_the_deadline),
        TEST(stop_does_not_wait_for_what_may_not_go),
        TEST(breaker_lets_probes_through),
        TEST(a_message_that_cannot_be_made_is_given_up),
        TEST(an_event_that_lua_cannot_digest_is_left_out),
        TEST(an_alert_that_is_gone_ends_its_delivery),
        TEST(a_store_that_fails_costs_no_second_message),
        TEST(what_is_told_needs_no_store),
        TEST(what_is_told_keeps_its_order),
        TEST(what_is_told_does_not_wait_for_the_store),
        TEST(what_is_told_is_given_up_too),
        TEST(a_store_that_stays_broken_is_told_once),
        TEST(a_destination_nobody_configured_stays_queued),
        TEST(wake_is_enough),
        TEST(wrong_settings_are_found_at_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
