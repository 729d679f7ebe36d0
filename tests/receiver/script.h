/* How the receiver answers: a file with one line for each path prefix, the first that fits wins.
 *
 *     # prefix  answers, in order; the last one repeats
 *     /slack    200x3 429:5x2 500x4 hang close slow:2000 200
 *     /hook     fail 1/3
 *     /         204
 *
 * STATUS[:RETRY_AFTER]; hang takes the request and never answers; close ends the connection;
 * slow:MS answers as usual, later; fail K/N answers 500 to the last K of every N. xTIMES behind any
 * of them repeats it. The file is read again, and every line begins anew, when it changes. */
#ifndef RECEIVER_SCRIPT_H
#define RECEIVER_SCRIPT_H

#include <stdbool.h>

struct step {
    int status;      /* 0: the usual one */
    int retry_after; /* seconds; 0: not said */
    long slow_ms;
    bool hang, close;
};

/* Reads the file again where it changed, or when `again`. No file is an empty one. */
void script_follow(const char *path, bool again);

/* The answer to the next request for `path`. */
struct step script_next(const char *path);

#endif
