/* The life of a worker: a process that is asked over a channel and answers, until the engine goes.
 * It can read and write that channel, use memory and the processor, and nothing else. */
#ifndef FLOW_WORKER_H
#define FLOW_WORKER_H

#include "flow/channel.h"
#include "flow/rules.h"
#include "script/destination_script.h"

#include <sys/types.h>

enum {
    WORKER_MEMORY = 512 << 20, /* bytes, beyond what it had when it was forked */
    WORKER_MEMORY_EXIT = 98,   /* it asked for more */
    WORKER_CONFINE_EXIT = 97,  /* it could not be confined, and did not begin */
    WORKER_STARVED_EXIT = 96,  /* the machine has no more, whoever asks */
};

/* Judges batches (flow/evaluate.h). */
_Noreturn void worker_judge(struct channel *channel, pid_t nursery, struct rules *rules);

/* Makes messages (flow/messenger.h). NULL-terminated. */
_Noreturn void worker_make_messages(
    struct channel *channel, pid_t nursery, struct destination_script *const *scripts);

#endif
