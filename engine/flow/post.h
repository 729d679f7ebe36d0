/* Messages of any length over a stream socket, and descriptors with them (unix(7), SCM_RIGHTS). */
#ifndef FLOW_POST_H
#define FLOW_POST_H

#include "base/buf.h"

enum { POST_FDS = 4, POST_MOST = 64 << 20 /* bytes of a message */ };

/* False: the other side is gone. */
bool post_send(int socket, struct str bytes, const int *fds, size_t fd_count);

/* Waits. `fd_count` descriptors come with it, or none, also where this process may have no more: then
 * they are -1. */
bool post_receive(int socket, struct buf *bytes, int *fds, size_t fd_count);

#endif
