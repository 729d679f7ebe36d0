/* How far a long replay is, on a terminal and only there. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include "flow/tally.h"

struct progress {
    int64_t total_bytes; /* of all inputs; -1: unknown */
    int64_t done_bytes;
    int64_t started_ms, shown_ms;
};

void progress_init(struct progress *progress, int64_t total_bytes);

/* After each batch, for which so many bytes were read. Rewrites the line a few times a second. */
void progress_show(struct progress *progress, uint64_t more_bytes, const struct tally *tally);
void progress_end(void); /* takes the line away; the next progress_show writes it again */

#endif
