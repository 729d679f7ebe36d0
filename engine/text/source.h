/* Bytes of one input, plain or gzip'd (RFC 1952, several members), told apart by content.
 * In memory is a buffer, or a gzip'd file that is small (source_whole.h) and what one member of it
 * holds. */
#ifndef TEXT_SOURCE_H
#define TEXT_SOURCE_H

#include "base/diag.h"

#include <stdint.h>
#include <sys/types.h>

struct source;

/* `path` "-" is standard input. NULL with a diagnostic when it cannot be opened or is a directory. */
struct source *source_open(const char *path, struct diag *diag);
void source_close(struct source *source);

/* Up to `room` bytes, 0 at the end for now (a growing file may have more later: read again), -1 on
 * an error, which is told once more by every later call. A gzip stream that ends inside a member is
 * no error here: source_is_cut says so. */
ssize_t source_read(struct source *source, char *to, size_t room, struct diag *diag);

/* How long a read waits for bytes before it returns 0 and the source is idle: not at its end, but
 * with nothing to give now. One behind a read that gave some does not wait, so that what came is
 * seen to first. Without this, or negative, it waits for ever. */
void source_set_patience(struct source *source, int milliseconds);
bool source_is_idle(const struct source *source);

bool source_is_cut(const struct source *source);

/* What is wrong with the bytes themselves, so that reading them again is of no use; else NULL. */
const char *source_fault(const struct source *source);

/* Passes over `offset` bytes of the (uncompressed) stream from its beginning; seeks where it can.
 * False when there are fewer. */
bool source_skip(struct source *source, uint64_t offset, struct diag *diag);

uint64_t source_raw_offset(const struct source *source); /* bytes of the file read; for progress */
int source_fd(const struct source *source);

/* Takes a plain file for no longer than that. */
void source_end_at(struct source *source, uint64_t offset);

/* Reads at most so many bytes at a time, and holds no file whole. Before the first read. Chunks make no
 * difference to what is read: tests show it. */
void source_limit_chunk(struct source *source, size_t most);

#endif
