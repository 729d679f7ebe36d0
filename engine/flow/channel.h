/* The way between the engine and one worker: memory that both see, and a pipe each way that says
 * whose turn it is. The engine asks, the worker answers. Knows nothing of what is asked. */
#ifndef FLOW_CHANNEL_H
#define FLOW_CHANNEL_H

#include "base/diag.h"
#include "flow/pulse.h"
#include "flow/wire.h"

struct channel_page;

struct channel {
    struct channel_page *page; /* shared; NULL: closed */
    int memory_fd;             /* -1 at the worker */
    int read_fd, write_fd;     /* this side's ends */
    int spare_fd;              /* the other end of write_fd: asking a dead worker is no SIGPIPE */
};

/* Both sides at once, for a process that will fork the worker. */
bool channel_open(struct channel *engine, struct channel *worker, struct diag *diag);
void channel_close(struct channel *channel);

/* The engine's side as descriptors, to be handed to another process, and from them: takes them. */
enum { CHANNEL_FDS = 4 };
void channel_fds(const struct channel *engine, int fds[CHANNEL_FDS]);
bool channel_adopt(struct channel *channel, const int fds[CHANNEL_FDS], struct diag *diag);

struct pulse *channel_pulse(struct channel *channel);

/* ---- the engine's side ---- */

struct wire_out channel_request(struct channel *channel);                  /* room to write into */
bool channel_ask(struct channel *channel, const struct wire_out *request); /* false: it
                                        does not take what it is asked */

enum channel_state { CHANNEL_WAITS, CHANNEL_ANSWERED, CHANNEL_DEAD };
enum channel_state channel_look(struct channel *channel); /* does not wait */

/* What was answered, or, of a worker that died, the whole part of it. The worker could still change
 * it: copy, then believe. */
struct str channel_answer(struct channel *channel);

/* Gives back the memory that a long answer took. */
void channel_trim(struct channel *channel);

/* ---- the worker's side ---- */

/* Waits. False: the engine is gone. */
bool channel_take(struct channel *channel, struct str *request);
struct wire_out channel_reply(struct channel *channel); /* room to write into */
bool channel_answered(struct channel *channel, const struct wire_out *answer);

#endif
