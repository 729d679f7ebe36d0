/* Stands in for Slack, PagerDuty and any webhook: takes requests on 127.0.0.1, writes each down
 * before it answers, and answers as a script says (script.h).
 *
 *     receiver [--port N] [--port-file FILE] [--log FILE] [--script FILE] [--pretty]
 *
 * Port 0 takes a free one; it is written to the port file, or else to standard output. The log has
 * one JSON object a line: n, time_ms, path, method, headers (names in lower case), body, answered
 * (0: not at all). --pretty shows each message to people. SIGHUP reads the script again. */
#include "pretty.h"
#include "script.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "text/json.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <getopt.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BODY_LIMIT = 16 * 1024 * 1024, HANG_S = 600 };

static struct {
    int port;
    const char *port_file, *log, *script;
    bool pretty;
} options;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static long long request_count;

/* ---- writing down ---- */

static enum MHD_Result add_header(
    void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
    struct buf *to = context;
    struct buf lower = {0};
    (void)kind;
    for (; *name; name++) buf_add_char(&lower, (char)tolower((unsigned char)*name));
    if (to->at[to->len - 1] != '{') buf_add_char(to, ',');
    json_print_string(to, buf_str(&lower));
    buf_add_char(to, ':');
    json_print_string(to, str_of(value ? value : ""));
    buf_release(&lower);
    return MHD_YES;
}

static void add_text(struct buf *to, const char *key, struct str text) {
    buf_add_format(to, ",\"%s\":", key);
    json_print_string(to, text);
}

static void write_log(struct MHD_Connection *connection, const char *path, const char *method,
    struct str body, int answered) {
    struct buf line = {0};
    buf_add_format(
        &line, "{\"n\":%lld,\"time_ms\":%lld", ++request_count, (long long)clock_wall_ms());
    add_text(&line, "path", str_of(path));
    add_text(&line, "method", str_of(method));
    buf_add_text(&line, ",\"headers\":{");
    MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, &line);
    buf_add_char(&line, '}');
    add_text(&line, "body", body);
    buf_add_format(&line, ",\"answered\":%d}\n", answered);
    if (log_fd >= 0 && write(log_fd, line.at, line.len) != (ssize_t)line.len)
        perror("receiver: cannot write the log");
    buf_release(&line);
}

/* ---- answering ---- */

static int status_of(const char *path, const struct step *step) {
    if (step->hang || step->close) return 0;
    if (step->status) return step->status;
    return strcmp(path, "/v2/enqueue") == 0 ? 202 : 200;
}

static enum MHD_Result answer(
    struct MHD_Connection *connection, int status, const struct step *step) {
    static char ok[] = "ok", refused[] = "refused by the receiver's script",
                accepted[] = "{\"status\":\"success\",\"message\":\"Event processed\"}";
    char seconds[16];
    char *body = status == 202 ? accepted : status < 300 ? ok : refused;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(body), body, MHD_RESPMEM_PERSISTENT);
    snprintf(seconds, sizeof seconds, "%d", step->retry_after);
    if (step->retry_after) MHD_add_response_header(response, "Retry-After", seconds);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result take_request(
    struct MHD_Connection *connection, const char *path, const char *method, struct str body) {
    pthread_mutex_lock(&lock);
    script_follow(options.script, false);
    struct step step = script_next(path);
    int status = status_of(path, &step);
    write_log(connection, path, method, body, status);
    if (options.pretty) pretty_print(path, body, status);
    pthread_mutex_unlock(&lock);
    if (step.hang) sleep(HANG_S);
    if (step.hang || step.close) return MHD_NO;
    usleep((useconds_t)(step.slow_ms * 1000));
    return answer(connection, status, &step);
}

/* Called once with the head, for each piece of the body, and once at its end. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path,
    const char *method, const char *version, const char *bytes, size_t *size, void **state) {
    struct buf *body = *state;
    (void)context, (void)version;
    if (!body) {
        *state = mem_alloc(sizeof *body);
        return MHD_YES;
    }
    if (*size == 0) return take_request(connection, path, method, buf_str(body));
    if (body->len + *size > BODY_LIMIT) return MHD_NO;
    buf_add(body, bytes, *size);
    *size = 0;
    return MHD_YES;
}

static void forget(void *context, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode code) {
    (void)context, (void)connection, (void)code;
    if (!*state) return;
    buf_release(*state);
    mem_free(*state);
    *state = NULL;
}

/* ---- starting ---- */

static void fail(const char *what) {
    fprintf(stderr, "receiver: cannot %s\n", what);
    exit(1);
}

static int listen_on(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 128) != 0)
        fail("listen");
    return fd;
}

static int port_of(int fd) {
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    getsockname(fd, (struct sockaddr *)&address, &len);
    return ntohs(address.sin_port);
}

/* Whole at once, for those who wait for the file. */
static void tell_port(int port) {
    char name[4096];
    if (!options.port_file) {
        printf("%d\n", port);
        fflush(stdout);
        return;
    }
    snprintf(name, sizeof name, "%s.new", options.port_file);
    FILE *file = fopen(name, "w");
    if (!file || fprintf(file, "%d\n", port) < 0 || fclose(file) != 0) fail("write the port file");
    if (rename(name, options.port_file) != 0) fail("write the port file");
}

static void read_options(int argc, char **argv) {
    static const struct option names[] = {
        {"port", required_argument, NULL, 'p'},
        {"port-file", required_argument, NULL, 'f'},
        {"log", required_argument, NULL, 'l'},
        {"script", required_argument, NULL, 's'},
        {"pretty", no_argument, NULL, 'P'},
        {0},
    };
    for (int c; (c = getopt_long(argc, argv, "", names, NULL)) != -1;) switch (c) {
        case 'p': options.port = atoi(optarg); break;
        case 'f': options.port_file = optarg; break;
        case 'l': options.log = optarg; break;
        case 's': options.script = optarg; break;
        case 'P': options.pretty = true; break;
        default: exit(2);
        }
}

static void wait_for_end(void) {
    sigset_t signals;
    int got = 0;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    while (sigwait(&signals, &got) == 0 && got == SIGHUP) {
        pthread_mutex_lock(&lock);
        script_follow(options.script, true);
        pthread_mutex_unlock(&lock);
    }
}

static void block_signals(void) {
    sigset_t signals;
    sigfillset(&signals);
    pthread_sigmask(SIG_SETMASK, &signals, NULL);
}

int main(int argc, char **argv) {
    read_options(argc, argv);
    block_signals();
    if (options.log) log_fd = open(options.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (options.log && log_fd < 0) fail("open the log");
    int fd = listen_on(options.port);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handle,
        NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL,
        MHD_OPTION_END);
    if (!daemon) fail("start");
    tell_port(port_of(fd));
    wait_for_end();
    _exit(0); /* without waiting for the requests that hang */
}
