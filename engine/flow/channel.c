#include "flow/channel.h"

#include "base/clock.h"
#include "flow/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdalign.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TRIM_BYTES = 1 << 20 };

/* Room that is not written to takes no memory. */
struct channel_page {
    struct pulse pulse;
    _Atomic uint64_t request_len;
    alignas(4096) char request[REQUEST_ROOM];
    char answer[ANSWER_ROOM];
};

static bool fault(struct diag *diag, const char *what) {
    return diag_set(diag, "cannot %s for a worker: %s", what, strerror(errno));
}

static bool map(struct channel *channel, struct diag *diag) {
    void *at = mmap(NULL, sizeof *channel->page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
        channel->memory_fd, 0);
    channel->page = at == MAP_FAILED ? NULL : at;
    return channel->page || fault(diag, "map memory");
}

/* Sealed, so that a worker that is no longer ours cannot cut it off under the engine's feet. */
static int make_memory(void) {
    int fd = memfd_create("tocsin-worker", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, sizeof(struct channel_page)) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        if (fd >= 0) close(fd);
        return -1;
    }
    return fd;
}

static bool connect_sides(struct channel *engine, struct channel *worker) {
    int ask[2], answer[2];
    if (pipe2(ask, O_CLOEXEC) != 0) return false;
    if (pipe2(answer, O_CLOEXEC) != 0) {
        close(ask[0]);
        close(ask[1]);
        return false;
    }
    worker->read_fd = ask[0];
    engine->spare_fd = fcntl(ask[0], F_DUPFD_CLOEXEC, 0);
    engine->write_fd = ask[1];
    engine->read_fd = answer[0];
    worker->write_fd = answer[1];
    return engine->spare_fd >= 0 && fcntl(engine->write_fd, F_SETFL, O_NONBLOCK) == 0;
}

static const struct channel channel_closed = {
    .memory_fd = -1, .read_fd = -1, .write_fd = -1, .spare_fd = -1};

bool channel_open(struct channel *engine, struct channel *worker, struct diag *diag) {
    *engine = *worker = channel_closed;
    engine->memory_fd = make_memory();
    if (engine->memory_fd < 0) return fault(diag, "make memory");
    if (!connect_sides(engine, worker)) {
        fault(diag, "make a pipe");
    } else if (map(engine, diag)) {
        worker->page = engine->page;
        return true;
    }
    channel_close(engine);
    channel_close(worker);
    return false;
}

static void close_fd(int *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

void channel_close(struct channel *channel) {
    if (channel->page) munmap(channel->page, sizeof *channel->page);
    channel->page = NULL;
    close_fd(&channel->memory_fd);
    close_fd(&channel->read_fd);
    close_fd(&channel->write_fd);
    close_fd(&channel->spare_fd);
}

void channel_fds(const struct channel *engine, int fds[CHANNEL_FDS]) {
    fds[0] = engine->memory_fd;
    fds[1] = engine->read_fd;
    fds[2] = engine->write_fd;
    fds[3] = engine->spare_fd;
}

bool channel_adopt(struct channel *channel, const int fds[CHANNEL_FDS], struct diag *diag) {
    *channel = (struct channel){NULL, fds[0], fds[1], fds[2], fds[3]};
    if (map(channel, diag)) return true;
    channel_close(channel);
    return false;
}

struct pulse *channel_pulse(struct channel *channel) {
    return &channel->page->pulse;
}

/* ---- turns: one byte is one ---- */

static bool pass_turn(int fd) {
    ssize_t sent;
    do sent = write(fd, "", 1);
    while (sent < 0 && errno == EINTR);
    return sent == 1;
}

static bool take_turn(int fd) {
    char byte;
    ssize_t got;
    do got = read(fd, &byte, 1);
    while (got < 0 && errno == EINTR);
    return got == 1;
}

/* ---- the engine's side ---- */

struct wire_out channel_request(struct channel *channel) {
    return (struct wire_out){.at = channel->page->request, .room = REQUEST_ROOM};
}

static const struct cursor nowhere = {CURSOR_NONE, 0, CURSOR_NONE};

/* Nothing of an earlier answer may be taken for one of this. */
bool channel_ask(struct channel *channel, const struct wire_out *request) {
    channel->page->request_len = request->len;
    pulse_mark(&channel->page->pulse, nowhere, 0);
    return pass_turn(channel->write_fd);
}

enum channel_state channel_look(struct channel *channel) {
    struct pollfd fd = {.fd = channel->read_fd, .events = POLLIN};
    if (poll(&fd, 1, 0) <= 0) return CHANNEL_WAITS;
    return take_turn(channel->read_fd) ? CHANNEL_ANSWERED : CHANNEL_DEAD;
}

struct str channel_answer(struct channel *channel) {
    size_t len = pulse_answered(&channel->page->pulse);
    return (struct str){channel->page->answer, len < ANSWER_ROOM ? len : ANSWER_ROOM};
}

void channel_trim(struct channel *channel) {
    if (pulse_answered(&channel->page->pulse) > TRIM_BYTES)
        madvise(channel->page->answer, ANSWER_ROOM, MADV_REMOVE);
}

/* ---- the worker's side ---- */

bool channel_take(struct channel *channel, struct str *request) {
    if (!take_turn(channel->read_fd)) return false;
    channel->page->pulse.began_ms = clock_monotonic_ms();
    *request = (struct str){channel->page->request, channel->page->request_len};
    return true;
}

struct wire_out channel_reply(struct channel *channel) {
    return (struct wire_out){.at = channel->page->answer, .room = ANSWER_ROOM};
}

bool channel_answered(struct channel *channel, const struct wire_out *answer) {
    pulse_mark(&channel->page->pulse, nowhere, answer->len);
    return pass_turn(channel->write_fd);
}
