#include "flow/post.h"

#include <errno.h>
#include <stdalign.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

/* Descriptors ride with the length. */
struct parcel {
    struct msghdr head;
    struct iovec vector;
    uint64_t len;
    alignas(struct cmsghdr) char rights[CMSG_SPACE(POST_FDS * sizeof(int))];
};

static void parcel_init(struct parcel *parcel, size_t fd_count) {
    memset(parcel, 0, sizeof *parcel);
    parcel->vector = (struct iovec){&parcel->len, sizeof parcel->len};
    parcel->head.msg_iov = &parcel->vector;
    parcel->head.msg_iovlen = 1;
    if (fd_count == 0) return;
    parcel->head.msg_control = parcel->rights;
    parcel->head.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
}

static bool send_all(int socket, const char *at, size_t len) {
    while (len > 0) {
        ssize_t sent = send(socket, at, len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        at += sent;
        len -= (size_t)sent;
    }
    return true;
}

bool post_send(int socket, struct str bytes, const int *fds, size_t fd_count) {
    struct parcel parcel;
    parcel_init(&parcel, fd_count);
    parcel.len = bytes.len;
    if (fd_count) {
        struct cmsghdr *rights = CMSG_FIRSTHDR(&parcel.head);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(fd_count * sizeof *fds);
        memcpy(CMSG_DATA(rights), fds, fd_count * sizeof *fds);
    }
    ssize_t sent;
    do sent = sendmsg(socket, &parcel.head, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)sizeof parcel.len && send_all(socket, bytes.at, bytes.len);
}

/* All of them or none: then they are -1, and what came of them is closed. */
static void take_fds(struct parcel *parcel, int *fds, size_t fd_count) {
    struct cmsghdr *rights = fd_count ? CMSG_FIRSTHDR(&parcel->head) : NULL;
    size_t came = rights ? (rights->cmsg_len - CMSG_LEN(0)) / sizeof *fds : 0;
    for (size_t i = 0; i < fd_count; i++) fds[i] = -1;
    if (came == 0) return;
    memcpy(fds, CMSG_DATA(rights), came * sizeof *fds);
    for (size_t i = 0; i < came && came < fd_count; i++) {
        close(fds[i]);
        fds[i] = -1;
    }
}

bool post_receive(int socket, struct buf *bytes, int *fds, size_t fd_count) {
    struct parcel parcel;
    parcel_init(&parcel, fd_count);
    ssize_t got;
    do got = recvmsg(socket, &parcel.head, MSG_CMSG_CLOEXEC | MSG_WAITALL);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof parcel.len) return false;
    take_fds(&parcel, fds, fd_count);
    if (parcel.len > POST_MOST) return false;
    buf_reset(bytes);
    char *to = buf_reserve(bytes, parcel.len);
    while (bytes->len < parcel.len) {
        got = recv(socket, to + bytes->len, parcel.len - bytes->len, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        bytes->len += (size_t)got;
    }
    to[bytes->len] = '\0';
    return true;
}
