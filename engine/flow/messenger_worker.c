#include "flow/messenger.h"

#include "base/log.h"
#include "base/mem.h"
#include "flow/death.h"
#include "flow/message_wire.h"
#include "flow/watch.h"

#include <poll.h>
#include <signal.h>

enum {
    MESSAGE_MOST_MS = 2500 * WATCH_SLOWER, /* of the processor; the Lua's own limit is below */
    TRIES = 8,
};

struct messenger_worker {
    struct messenger messenger;
    struct nursery *nursery;
    const struct config *config;
    struct worker worker;
    struct death death; /* the last one */
};

/* ---- the worker ---- */

static bool hire(struct messenger_worker *messenger, struct diag *diag) {
    if (messenger->worker.pid) return true;
    return nursery_hire(messenger->nursery, WORKER_MESSAGES, &messenger->worker, diag);
}

/* Sets the diagnostic to how it died. */
static bool bury(struct messenger_worker *messenger, bool stuck, struct diag *diag) {
    struct channel *channel = &messenger->worker.channel;
    struct death *death = &messenger->death;
    int status = 0;
    bool buried = nursery_bury(messenger->nursery, &messenger->worker, &status, diag);
    death_of(death, status, channel_pulse(channel)->forbidden, stuck);
    channel_close(channel);
    if (!buried) return false;
    log_warn("the process that makes messages ended: %s; another takes over", death->reason);
    return diag_set(diag, "%s", death->reason);
}

static bool wait_for(struct messenger_worker *messenger, struct diag *diag) {
    struct channel *channel = &messenger->worker.channel;
    struct watch watch;
    pid_t pid = messenger->worker.pid;
    watch_begin(&watch, pid, 0);
    for (;;) {
        struct pollfd fd = {.fd = channel->read_fd, .events = POLLIN};
        poll(&fd, 1, WATCH_EVERY_MS);
        enum channel_state state = channel_look(channel);
        if (state == CHANNEL_ANSWERED) return true;
        bool stuck = watch_is_stuck(&watch, pid, 0, MESSAGE_MOST_MS);
        if (stuck) kill(pid, SIGKILL);
        if (state == CHANNEL_DEAD || stuck) return bury(messenger, stuck, diag);
    }
}

/* Sends what was written into channel_request, and waits. */
static bool ask(
    struct messenger_worker *messenger, const struct wire_out *request, struct diag *diag) {
    if (request->full) return diag_set(diag, "it is too long for a message to be made of");
    if (!channel_ask(&messenger->worker.channel, request)) kill(messenger->worker.pid, SIGKILL);
    return wait_for(messenger, diag);
}

/* One that somebody else killed, perhaps long ago, has nothing to do with what is asked now. */
static bool tries_again(struct messenger_worker *messenger, int *tries, struct diag *diag) {
    const struct death *death = &messenger->death;
    if (messenger->worker.pid || messenger->messenger.gone) return false;
    if (!(death->from_outside || death->starved) || ++*tries == TRIES) return false;
    diag_clear(diag);
    return true;
}

/* ---- the interface ---- */

static size_t place_of(
    const struct messenger_worker *messenger, const struct destination *destination) {
    return (size_t)(destination - messenger->config->destinations);
}

static bool make_once(struct messenger_worker *messenger, size_t destination,
    const struct json *alert, struct request *request, struct diag *diag) {
    if (!hire(messenger, diag)) return false;
    struct channel *channel = &messenger->worker.channel;
    struct wire_out out = channel_request(channel);
    message_put_alert(&out, destination, alert);
    if (!ask(messenger, &out, diag)) return false;
    bool made = message_read_request(channel_answer(channel), request, diag);
    channel_trim(channel);
    return made;
}

static bool make(struct messenger *base, const struct destination *destination,
    const struct json *alert, struct request *request, struct diag *diag) {
    struct messenger_worker *messenger = (struct messenger_worker *)base;
    int tries = 0;
    for (;;) {
        if (make_once(messenger, place_of(messenger, destination), alert, request, diag))
            return true;
        base->gone = !nursery_lives(messenger->nursery);
        if (!tries_again(messenger, &tries, diag)) return false;
    }
}

static enum destination_verdict judge(struct messenger *base, const struct destination *destination,
    long status, struct str body, struct diag *diag) {
    struct messenger_worker *messenger = (struct messenger_worker *)base;
    if (!hire(messenger, diag)) return VERDICT_BY_STATUS;
    struct wire_out out = channel_request(&messenger->worker.channel);
    message_put_response(&out, place_of(messenger, destination), status, body);
    if (!ask(messenger, &out, diag)) return VERDICT_BY_STATUS;
    return message_read_verdict(channel_answer(&messenger->worker.channel), diag);
}

static void release(struct messenger *base) {
    struct messenger_worker *messenger = (struct messenger_worker *)base;
    struct diag ignored = {0};
    int status;
    if (messenger->worker.pid)
        nursery_bury(messenger->nursery, &messenger->worker, &status, &ignored);
    if (messenger->worker.channel.page) channel_close(&messenger->worker.channel);
    mem_free(messenger);
}

struct messenger *messenger_worker(struct nursery *nursery, const struct config *config) {
    struct messenger_worker *messenger = mem_alloc(sizeof *messenger);
    messenger->messenger = (struct messenger){make, judge, release, false};
    messenger->nursery = nursery;
    messenger->config = config;
    return &messenger->messenger;
}
