#include "check.h"

#include "fake_server.h"
#include "flow/address.h"
#include "flow/http.h"

#include "base/log.h"

#include <dlfcn.h>
#include <netdb.h>
#include <signal.h>
#include <sys/wait.h>

/* A name whose resolution takes long, as when a name server is unreachable. */
int getaddrinfo(
    const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **list) {
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    if (host && strcmp(host, "slow.invalid") == 0) {
        usleep(600 * 1000);
        return EAI_AGAIN;
    }
    return real(host, service, hints, list);
}

struct answer {
    bool there;
    long status;
    int64_t retry_after_ms;
    size_t body_len;
    char body[256], error[256];
};

static void keep_answer(void *context, const struct http_response *response) {
    struct answer *answer = context;
    assert_false(answer->there);
    *answer = (struct answer){.there = true,
        .status = response->status,
        .retry_after_ms = response->retry_after_ms,
        .body_len = response->body.len};
    snprintf(answer->body, sizeof answer->body, "%.*s", STR_ARG(response->body));
    snprintf(answer->error, sizeof answer->error, "%s", response->error ? response->error : "");
}

static void wait_for(struct http *http, const struct answer *answer) {
    int64_t until = clock_monotonic_ms() + 5000;
    while (!answer->there && clock_monotonic_ms() < until) http_turn(http, 50);
    assert_true(answer->there);
}

static struct http_request request_for(const char *url) {
    return (struct http_request){.url = url,
        .method = "POST",
        .timeout_ms = 3000,
        .allow_http = true,
        .allow_loopback = true,
        .body = STR("{}")};
}

static struct answer send_one(const struct http_request *request) {
    struct http *http = http_new();
    struct answer answer = {0};
    struct diag diag = {0};
    if (!http_start(http, request, keep_answer, &answer, &diag)) fail_msg("%s", diag.text);
    wait_for(http, &answer);
    http_free(http);
    return answer;
}

static void refuse(struct http_request request, const char *want) {
    struct http *http = http_new();
    struct diag diag = {0};
    assert_false(http_start(http, &request, keep_answer, NULL, &diag));
    if (!strstr(diag.text, want)) fail_msg("'%s' lacks '%s'", diag.text, want);
    http_free(http);
}

static char url[128];

static const char *url_of(const struct fake_server *server, const char *path) {
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", server->port, path);
    return url;
}

/* ---- */

static struct fake_server server;
static struct fake_reply next_reply;

static void reply_next(
    struct fake_server *from, const struct fake_request *request, struct fake_reply *reply) {
    (void)from, (void)request;
    *reply = next_reply;
}

static int start_server(void **state) {
    (void)state;
    next_reply = (struct fake_reply){.body = "ok"};
    fake_server_start(&server, reply_next);
    return 0;
}

static int stop_server(void **state) {
    (void)state;
    fake_server_stop(&server);
    return 0;
}

static void request_arrives_as_it_was_made(void **state) {
    (void)state;
    struct http_header headers[] = {
        {STR("X-One"), STR("a b")}, {STR("x-empty"), STR("")}, {STR("Content-Type"), STR("a/b")}};
    struct http_request request = request_for(url_of(&server, "/hook?x=1"));
    request.method = "PUT";
    request.headers = headers;
    request.header_count = 3;
    request.body = (struct str){"a\0b", 3};
    struct answer answer = send_one(&request);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "ok");
    const struct fake_request *got = &server.requests[0];
    assert_true(str_starts(buf_str(&got->head), STR("PUT /hook?x=1 HTTP/1.1\r\n")));
    assert_true(str_is(fake_header(got, "x-one"), "a b"));
    assert_non_null(strcasestr(got->head.at, "x-empty:"));
    assert_true(str_is(fake_header(got, "content-type"), "a/b"));
    assert_true(str_is(fake_header(got, "user-agent"), "tocsin/" VERSION));
    assert_true(str_eq(buf_str(&got->body), request.body));
}

static void redirects_are_answers(void **state) {
    (void)state;
    next_reply = (struct fake_reply){.status = 302, .header = "Location: /elsewhere"};
    struct http_request request = request_for(url_of(&server, "/"));
    assert_int_equal(send_one(&request).status, 302);
    assert_int_equal(server.count, 1);
}

static void cookies_are_forgotten(void **state) {
    (void)state;
    next_reply.header = "Set-Cookie: a=b";
    struct http_request request = request_for(url_of(&server, "/"));
    send_one(&request);
    send_one(&request);
    assert_int_equal(fake_header(&server.requests[1], "cookie").len, 0);
}

static void retry_after_is_seconds_or_a_date(void **state) {
    (void)state;
    char line[64];
    time_t then = time(NULL) + 90;
    strftime(line, sizeof line, "Retry-After: %a, %d %b %Y %H:%M:%S GMT", gmtime(&then));
    static const struct {
        const char *line;
        int64_t low, high;
    } rows[] = {
        {"Retry-After: 120", 120000, 120000},
        {NULL, 88000, 90000}, /* the date */
        {"Retry-After: soon", 0, 0},
        {"Retry-After: -5", 0, 0},
        {"Retry-After: 99999999999999999999", 0, (int64_t)INT32_MAX * 1000},
    };
    struct http_request request = request_for(url_of(&server, "/"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        next_reply = (struct fake_reply){
            .status = 429, .header = rows[i].line ? rows[i].line : line};
        struct answer answer = send_one(&request);
        assert_int_equal(answer.status, 429);
        assert_in_range(answer.retry_after_ms, rows[i].low, rows[i].high);
    }
}

static void long_body_is_cut_and_still_an_answer(void **state) {
    (void)state;
    next_reply = (struct fake_reply){.body_size = 5 * 1000 * 1000};
    struct http_request request = request_for(url_of(&server, "/"));
    struct answer answer = send_one(&request);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.body_len, HTTP_BODY_LIMIT);
}

static void silence_times_out(void **state) {
    (void)state;
    next_reply.hang = true;
    struct http_request request = request_for(url_of(&server, "/token-in-path"));
    request.timeout_ms = 80;
    struct answer answer = send_one(&request);
    assert_int_equal(answer.status, 0);
    assert_non_null(strstr(answer.error, "no answer from '127.0.0.1'"));
    assert_null(strstr(answer.error, "token-in-path"));
}

static void closed_connection_is_no_answer(void **state) {
    (void)state;
    next_reply.close = true;
    struct http_request request = request_for(url_of(&server, "/token-in-path?key=value"));
    struct answer answer = send_one(&request);
    assert_int_equal(answer.status, 0);
    assert_null(strstr(answer.error, "token-in-path"));
    assert_null(strstr(answer.error, "value"));
}

static void proxy_comes_from_the_request_alone(void **state) {
    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    setenv("no_proxy", "*", 1);
    struct http_request request = request_for(url_of(&server, "/direct"));
    assert_int_equal(send_one(&request).status, 200);
    char proxy[128];
    snprintf(proxy, sizeof proxy, "%s", url_of(&server, ""));
    request = request_for("http://example.invalid/far");
    request.proxy = proxy;
    request.allow_loopback = false;
    assert_int_equal(send_one(&request).status, 200);
    assert_true(str_starts(
        buf_str(&server.requests[1].head), STR("POST http://example.invalid/far HTTP/1.1")));
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    unsetenv("no_proxy");
}

static void loopback_must_be_allowed(void **state) {
    (void)state;
    static const char *const hosts[] = {
        "127.0.0.1", "localhost", "0x7f.1", "0", "[::ffff:127.0.0.1]"};
    struct http_request request = request_for(url);
    request.allow_loopback = false;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        snprintf(url, sizeof url, "http://%s:%d/secret-path", hosts[i], server.port);
        struct answer answer = send_one(&request);
        assert_int_equal(answer.status, 0);
        if (i < 4) assert_non_null(strstr(answer.error, "allow_loopback"));
        assert_null(strstr(answer.error, "secret-path"));
    }
    assert_int_equal(server.count, 0);
}

/* A connection that an allowed request left open must not serve one that is not allowed. */
static void loopback_is_asked_for_each_request(void **state) {
    (void)state;
    struct http *http = http_new();
    struct answer first = {0}, second = {0};
    struct diag diag = {0};
    struct http_request request = request_for(url_of(&server, "/"));
    assert_true(http_start(http, &request, keep_answer, &first, &diag));
    wait_for(http, &first);
    request.allow_loopback = false;
    assert_true(http_start(http, &request, keep_answer, &second, &diag));
    wait_for(http, &second);
    assert_int_equal(first.status, 200);
    assert_int_equal(second.status, 0);
    http_free(http);
}

static void wrong_requests_are_refused(void **state) {
    (void)state;
    const struct http_header bad[] = {
        {STR("x"), STR("a\r\nx-evil: 1")},
        {STR("x"), STR("a\nb")},
        {STR("x"), {"a\0b", 3}},
        {STR("x\r\ny"), STR("a")},
        {STR("x y"), STR("a")},
        {STR(""), STR("a")},
        {STR("Content-Length"), STR("0")},
        {STR("transfer-encoding"), STR("chunked")},
        {STR("Host"), STR("elsewhere")},
    };
    struct http_request request = request_for("http://example.invalid/");
    request.header_count = 1;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        request.headers = &bad[i];
        refuse(request, "header");
    }
    request.header_count = 0;
    request.method = "GET / HTTP/1.1\r\nx: y";
    refuse(request, "method");
    static const char *const urls[] = {"", "example.com", "file:///etc/passwd",
        "ftp://example.com/", "gopher://x/", "http://", "https://a b/",
        "https://example.com:99999/", "https://x/\r\ny", "javascript:1"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) refuse(request_for(urls[i]), "url");
    request = request_for("http://example.invalid/");
    request.allow_http = false;
    refuse(request, "allow_http");
}

static void a_name_that_does_not_resolve_holds_nobody(void **state) {
    (void)state;
    struct http *http = http_new();
    struct answer slow = {0}, quick = {0};
    struct diag diag = {0};
    struct http_request request = request_for("http://slow.invalid/");
    request.timeout_ms = 50;
    int64_t start = clock_monotonic_ms();
    assert_true(http_start(http, &request, keep_answer, &slow, &diag));
    wait_for(http, &slow);
    request = request_for(url_of(&server, "/"));
    assert_true(http_start(http, &request, keep_answer, &quick, &diag));
    wait_for(http, &quick);
    assert_int_equal(slow.status, 0);
    assert_int_equal(quick.status, 200);
    assert_true(clock_monotonic_ms() - start < 400);
    http_free(http);
    usleep(700 * 1000); /* lets the resolver's thread end before the test does */
}

static void free_ends_what_is_under_way(void **state) {
    (void)state;
    next_reply.hang = true;
    struct http *http = http_new();
    struct answer answer = {0};
    struct diag diag = {0};
    struct http_request request = request_for(url_of(&server, "/"));
    assert_true(http_start(http, &request, keep_answer, &answer, &diag));
    http_turn(http, 20);
    http_free(http);
    assert_false(answer.there);
}

static int free_port(void) {
    struct fake_server probe;
    fake_server_start(&probe, NULL);
    fake_server_stop(&probe);
    return probe.port;
}

/* `openssl s_server` with a certificate nobody vouches for. 0: there is no such command. */
static pid_t start_tls(int port) {
    char command[512];
    snprintf(command, sizeof command,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost "
        "-keyout - -out - >/tmp/test_http.%d.pem 2>/dev/null",
        port);
    if (system(command) != 0) return 0;
    pid_t child = fork();
    if (child != 0) return child;
    snprintf(command, sizeof command,
        "exec openssl s_server -quiet -www -accept 127.0.0.1:%d -cert /tmp/test_http.%d.pem "
        ">/dev/null 2>&1 </dev/null",
        port, port);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(1);
}

static bool wait_for_port(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 200; i++, usleep(10 * 1000)) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        bool open = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
        close(fd);
        if (open) return true;
    }
    return false;
}

static void certificates_are_verified(void **state) {
    (void)state;
    char file[64];
    int port = free_port();
    pid_t child = start_tls(port);
    if (child <= 0) {
        print_message("skipped: no openssl command\n");
        skip();
    }
    bool there = wait_for_port(port);
    snprintf(url, sizeof url, "https://localhost:%d/", port);
    struct http_request request = request_for(url);
    struct answer answer = send_one(&request);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    snprintf(file, sizeof file, "/tmp/test_http.%d.pem", port);
    unlink(file);
    assert_true(there);
    assert_int_equal(answer.status, 0);
    assert_non_null(strstr(answer.error, "certificate"));
}

static void *wake(void *http) {
    usleep(20 * 1000);
    http_wake(http);
    return NULL;
}

static void wake_ends_the_wait(void **state) {
    (void)state;
    struct http *http = http_new();
    pthread_t thread;
    int64_t start = clock_monotonic_ms();
    pthread_create(&thread, NULL, wake, http);
    http_turn(http, 3000);
    assert_true(clock_monotonic_ms() - start < 1000);
    pthread_join(thread, NULL);
    http_free(http);
}

static void local_addresses_are_known(void **state) {
    (void)state;
    static const char *const local[] = {"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3",
        "169.254.169.254", "168.63.129.16", "100.100.100.200", "224.0.0.1", "::1", "::", "fe80::1",
        "febf::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fd00:ec2::254", "ff02::1", "fe80::1%eth0", "", "x"};
    static const char *const others[] = {"1.1.1.1", "10.0.0.1", "192.168.1.1", "172.16.0.1",
        "128.0.0.1", "126.255.255.255", "169.253.255.255", "169.255.0.0", "2606:4700::1111",
        "fec0::1", "fd00::1", "::ffff:8.8.8.8", "64:ff9b::808:808"};
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if (!address_is_local(local[i])) fail_msg("%s is local", local[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (address_is_local(others[i])) fail_msg("%s is not local", others[i]);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, start_server, stop_server)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_SERVER(request_arrives_as_it_was_made),
        WITH_SERVER(redirects_are_answers),
        WITH_SERVER(cookies_are_forgotten),
        WITH_SERVER(retry_after_is_seconds_or_a_date),
        WITH_SERVER(long_body_is_cut_and_still_an_answer),
        WITH_SERVER(silence_times_out),
        WITH_SERVER(closed_connection_is_no_answer),
        WITH_SERVER(proxy_comes_from_the_request_alone),
        WITH_SERVER(loopback_must_be_allowed),
        WITH_SERVER(loopback_is_asked_for_each_request),
        cmocka_unit_test(wrong_requests_are_refused),
        WITH_SERVER(a_name_that_does_not_resolve_holds_nobody),
        WITH_SERVER(free_ends_what_is_under_way),
        cmocka_unit_test(certificates_are_verified),
        cmocka_unit_test(wake_ends_the_wait),
        cmocka_unit_test(local_addresses_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
