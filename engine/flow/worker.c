#include "flow/worker.h"

#include "base/confine.h"
#include "base/mem.h"
#include "flow/evaluate.h"
#include "flow/message_wire.h"
#include "script/sandbox.h"

#include <malloc.h>
#include <unistd.h>

static struct pulse *pulse;

static void tell_forbidden(int number) {
    pulse->forbidden = number;
}

/* Far from its own limit it is the machine that has no more, and no rule is to blame. */
static void end_without_memory(size_t wanted) {
    struct mallinfo2 used = mallinfo2();
    bool few = wanted < WORKER_MEMORY / 2 && used.uordblks + used.hblkhd < WORKER_MEMORY / 2;
    _exit(few ? WORKER_STARVED_EXIT : WORKER_MEMORY_EXIT);
}

static void confine(struct channel *channel, pid_t nursery) {
    struct diag diag = {0};
    int kept[] = {channel->read_fd, channel->write_fd};
    if (kept[0] > kept[1]) kept[0] = channel->write_fd, kept[1] = channel->read_fd;
    pulse = channel_pulse(channel);
    mem_on_exhausted(end_without_memory);
    sandbox_beats(&pulse->beat);
    if (!confine_to_parent(nursery)) _exit(0);
    confine_files(kept, 2);
    if (!confine_calls(WORKER_MEMORY, tell_forbidden, &diag)) _exit(WORKER_CONFINE_EXIT);
}

_Noreturn void worker_judge(struct channel *channel, pid_t nursery, struct rules *rules) {
    struct evaluator *evaluator = evaluator_new(rules);
    destination_placeholders_forget();
    struct str request;
    confine(channel, nursery);
    while (channel_take(channel, &request)) {
        struct wire_out answer = channel_reply(channel);
        evaluator_judge(evaluator, request, &answer, pulse);
        channel_answered(channel, &answer);
    }
    _exit(0);
}

_Noreturn void worker_make_messages(
    struct channel *channel, pid_t nursery, struct destination_script *const *scripts) {
    struct str request;
    confine(channel, nursery);
    while (channel_take(channel, &request)) {
        struct wire_out answer = channel_reply(channel);
        message_answer(scripts, request, &answer);
        channel_answered(channel, &answer);
    }
    _exit(0);
}
