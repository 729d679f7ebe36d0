#include "flow/nursery_private.h"

#include "base/clock.h"
#include "base/mem.h"
#include "flow/tree_wire.h"
#include "flow/watch.h"
#include "flow/worker.h"
#include "model/finding.h"
#include "script/destination_script.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LOAD_MOST_MS = 450 * WATCH_SLOWER, /* of the processor, for the Lua of one file */
    ANSWER_MOST_MS = 20000,            /* to fork a worker, or to bury one */
};

struct nursery {
    pid_t pid;
    int socket;
    struct nursery_page *page;
    bool ordered;         /* it was told what to load */
    pthread_mutex_t lock; /* one request at a time */
    struct buf answer;
};

/* ---- life ---- */

/* What stands for a secret must be the same on both sides. */
static void agree_on_placeholders(void) {
    struct buf any = {0};
    destination_placeholder(STR("any"), &any);
    buf_release(&any);
}

static bool fault(struct diag *diag, const char *what) {
    return diag_set(diag, "cannot %s: %s", what, strerror(errno));
}

static bool fork_child(struct nursery *nursery, struct diag *diag) {
    int sockets[2];
    pid_t engine = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return fault(diag, "make a socket");
    agree_on_placeholders();
    nursery->pid = fork();
    if (nursery->pid == 0) nursery_live(sockets[1], engine, nursery->page);
    nursery->socket = sockets[0];
    close(sockets[1]);
    return nursery->pid > 0 || fault(diag, "start the process that loads the rules");
}

struct nursery *nursery_start(struct diag *diag) {
    struct nursery *nursery = mem_alloc(sizeof *nursery);
    nursery->socket = -1;
    pthread_mutex_init(&nursery->lock, NULL);
    void *page = mmap(
        NULL, sizeof *nursery->page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        fault(diag, "map memory");
    else
        nursery->page = page;
    if (nursery->page && fork_child(nursery, diag)) return nursery;
    nursery_free(nursery);
    return NULL;
}

void nursery_free(struct nursery *nursery) {
    if (!nursery) return;
    if (nursery->pid > 0) {
        kill(nursery->pid, SIGKILL);
        waitpid(nursery->pid, NULL, 0);
    }
    if (nursery->socket >= 0) close(nursery->socket);
    if (nursery->page) munmap(nursery->page, sizeof *nursery->page);
    pthread_mutex_destroy(&nursery->lock);
    buf_release(&nursery->answer);
    mem_free(nursery);
}

/* ---- load ---- */

static void put_strings(struct wire_out *out, const struct schema_strings *strings) {
    wire_put_number(out, strings->count);
    for (size_t i = 0; i < strings->count; i++) wire_put_str(out, strings->list[i]);
}

static void put_dirs(struct wire_out *out, const char *const *dirs) {
    size_t count = 0;
    while (dirs && dirs[count]) count++;
    wire_put_number(out, count);
    for (size_t i = 0; i < count; i++) wire_put_text(out, dirs[i]);
}

/* A url is always a placeholder to Lua, and the secret and the proxy are nothing to it at all. */
static void put_destination(struct wire_out *out, const struct destination *destination) {
    wire_put_str(out, destination->name);
    wire_put_str(out, destination->type);
    wire_put_text(out, destination->place.file);
    wire_put_number(out, destination->place.line);
    wire_put_number(out, destination->place.column);
    wire_put_number(out, destination->url.text.len > 0);
    wire_put_number(out, destination->setting_count);
    for (size_t i = 0; i < destination->setting_count; i++) {
        wire_put_str(out, destination->settings[i].key);
        wire_put_str(out, destination->settings[i].value.text);
    }
}

static void put_limits(struct wire_out *out, const struct limits *limits) {
    const struct limits given = limits ? *limits : (struct limits){0};
    wire_put(out, &given, sizeof given);
}

static void put_overrides(struct wire_out *out, const struct overrides *overrides) {
    const struct yaml *tree = overrides ? overrides->tree : NULL;
    wire_put_number(out, tree != NULL);
    if (tree) tree_put(out, tree);
}

static void put_order(struct wire_out *out, const struct nursery_order *order) {
    size_t count = order->config ? order->config->destination_count : 0;
    wire_put_number(out, NURSERY_LOAD);
    wire_put_text(out, order->rules->data_dir);
    wire_put_number(out, order->rules->check);
    wire_put_number(out, order->rules->own_logs);
    put_limits(out, order->rules->limits);
    put_strings(out, order->rules->paths);
    wire_put_number(out, order->rules->only != NULL);
    if (order->rules->only) put_strings(out, order->rules->only);
    put_overrides(out, order->rules->overrides);
    put_dirs(out, order->lua_dirs);
    wire_put_number(out, count);
    for (size_t i = 0; i < count; i++) put_destination(out, &order->config->destinations[i]);
}

/* False: the Lua that was being loaded used up its time, and the nursery is no more. */
static bool wait_for_load(struct nursery *nursery) {
    struct pollfd fd = {.fd = nursery->socket, .events = POLLIN};
    struct watch watch;
    watch_begin(&watch, nursery->pid, nursery->page->pulse.beat);
    while (poll(&fd, 1, WATCH_EVERY_MS) <= 0) {
        struct pulse *pulse = &nursery->page->pulse;
        bool stuck = watch_is_stuck(&watch, nursery->pid, pulse->beat, LOAD_MOST_MS);
        if (!stuck || pulse_cursor(pulse).rule == CURSOR_NONE) continue;
        kill(nursery->pid, SIGKILL);
        return false;
    }
    return true;
}

static void read_finding(struct wire_in *in, struct arena *arena, struct diags *diags) {
    enum diag_level level = (enum diag_level)wire_number(in);
    struct place place = {.file = wire_copy(in, arena).at};
    place.line = (unsigned)wire_number(in);
    place.column = (unsigned)wire_number(in);
    struct str text = wire_copy(in, arena);
    const struct finding *finding = finding_find(wire_copy(in, arena));
    struct str was = wire_copy(in, arena), fix = wire_copy(in, arena);
    if (place.file && !place.file[0]) place.file = NULL;
    if (in->bad || level > DIAG_NOTE) return;
    diags_find(diags, finding ? finding->code : NULL, level, place, "%.*s", STR_ARG(text));
    if (was.len) diags_suggest(diags, was, fix.at);
}

static void read_findings(struct wire_in *in, struct diags *diags) {
    for (uint64_t count = wire_number(in); count && !in->bad; count--) {
        struct arena arena = {0};
        read_finding(in, &arena, diags);
        arena_release(&arena);
    }
}

static bool read_loaded(struct nursery *nursery, char version[HASH_HEX], struct diags *diags) {
    struct wire_in in = {nursery->answer.at, nursery->answer.at + nursery->answer.len, false};
    bool good = wire_number(&in) == 1;
    struct str text = wire_str(&in);
    read_findings(&in, diags);
    if (in.bad || (good && text.len != HASH_HEX - 1))
        return diags_error(diags, (struct place){0}, "the process that loads the rules failed");
    if (good) memcpy(version, text.at, text.len);
    version[HASH_HEX - 1] = '\0';
    return good;
}

static bool has_starved(struct nursery *nursery) {
    int status = 0;
    if (nursery->pid <= 0) return false;
    kill(nursery->pid, SIGKILL);
    waitpid(nursery->pid, &status, 0);
    nursery->pid = 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == WORKER_STARVED_EXIT;
}

static bool load_failed(struct nursery *nursery, struct diags *diags) {
    const struct nursery_page *page = nursery->page;
    if (has_starved(nursery)) mem_exhausted(0);
    if (pulse_cursor(&page->pulse).rule == CURSOR_NONE)
        return diags_error(diags, (struct place){0}, "the process that loads the rules died");
    return diags_reject(diags, "TC033", (struct place){page->file, page->line, 0},
        "loading it does not come to an end, or ended the process that loads it");
}

void nursery_order(struct nursery *nursery, const struct nursery_order *order) {
    struct wire_out request = {.at = mem_alloc(NURSERY_MOST), .room = NURSERY_MOST};
    put_order(&request, order);
    nursery->ordered = !request.full && post_send(nursery->socket, wire_written(&request), NULL, 0);
    mem_free(request.at);
}

bool nursery_loaded(struct nursery *nursery, char version[HASH_HEX], struct diags *diags) {
    bool good = nursery->ordered && wait_for_load(nursery) &&
                post_receive(nursery->socket, &nursery->answer, NULL, 0);
    return good ? read_loaded(nursery, version, diags) : load_failed(nursery, diags);
}

/* ---- hire and bury ---- */

/* One that does not answer for so long will not, and what is under way ends with it. */
static bool wait_for_answer(struct nursery *nursery) {
    struct pollfd fd = {.fd = nursery->socket, .events = POLLIN};
    int64_t end_ms = clock_monotonic_ms() + ANSWER_MOST_MS;
    for (int64_t left_ms; (left_ms = end_ms - clock_monotonic_ms()) > 0;)
        if (poll(&fd, 1, (int)left_ms) > 0) return true;
    kill(nursery->pid, SIGKILL);
    return false;
}

bool nursery_lives(const struct nursery *nursery) {
    struct pollfd fd = {.fd = nursery->socket};
    return poll(&fd, 1, 0) <= 0 || !(fd.revents & (POLLHUP | POLLERR));
}

/* One request of two numbers, answered by a number and, where it is 1, so many descriptors. */
static bool ask(struct nursery *nursery, enum nursery_request kind, uint64_t subject,
    uint64_t *told, int *fds, size_t fd_count, struct diag *diag) {
    char bytes[2 * sizeof(uint64_t)];
    struct wire_out request = {.at = bytes, .room = sizeof bytes};
    wire_put_number(&request, kind);
    wire_put_number(&request, subject);
    pthread_mutex_lock(&nursery->lock);
    bool good = post_send(nursery->socket, wire_written(&request), NULL, 0) &&
                wait_for_answer(nursery) &&
                post_receive(nursery->socket, &nursery->answer, fds, fd_count);
    struct wire_in in = {nursery->answer.at, nursery->answer.at + nursery->answer.len, !good};
    bool done = wire_number(&in) == 1;
    *told = wire_number(&in);
    if (in.bad) diag_set(diag, "the process that workers come from is gone");
    if (!in.bad && !done) errno = (int)*told, fault(diag, "start a worker");
    pthread_mutex_unlock(&nursery->lock);
    return done && !in.bad;
}

bool nursery_hire(
    struct nursery *nursery, enum worker_kind kind, struct worker *worker, struct diag *diag) {
    int fds[CHANNEL_FDS];
    uint64_t pid;
    if (!ask(nursery, NURSERY_HIRE, kind, &pid, fds, CHANNEL_FDS, diag)) return false;
    worker->pid = (pid_t)pid;
    if (channel_adopt(&worker->channel, fds, diag)) return true;
    int status;
    nursery_bury(nursery, worker, &status, diag);
    return false;
}

bool nursery_bury(struct nursery *nursery, struct worker *worker, int *status, struct diag *diag) {
    uint64_t told;
    bool good = ask(nursery, NURSERY_BURY, (uint64_t)worker->pid, &told, NULL, 0, diag);
    *status = (int)told;
    worker->pid = 0;
    return good;
}
