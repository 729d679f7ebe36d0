/* A small HTTP server in the test's own process: remembers what came and answers as it is told. */
#ifndef FAKE_SERVER_H
#define FAKE_SERVER_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FAKE_REQUESTS = 512 };

struct fake_request {
    int64_t at_ms; /* monotonic */
    struct buf head, body;
};

struct fake_reply {
    int status;
    const char *header; /* NULL, or one whole line without its end */
    const char *body;
    size_t body_size; /* instead of `body`: that many bytes */
    int64_t delay_ms;
    bool hang, close;
};

struct fake_server;
typedef void fake_answer(
    struct fake_server *server, const struct fake_request *request, struct fake_reply *reply);

struct fake_server {
    int fd, port;
    pthread_t thread;
    pthread_mutex_t lock;
    fake_answer *answer;
    bool ending;
    int connections, at_once, most_at_once;
    struct fake_request requests[FAKE_REQUESTS];
    size_t count;
};

struct fake_connection {
    struct fake_server *server;
    int fd;
};

static inline size_t fake_server_count(struct fake_server *server) {
    pthread_mutex_lock(&server->lock);
    size_t count = server->count;
    pthread_mutex_unlock(&server->lock);
    return count;
}

static inline bool fake_server_ends(struct fake_server *server) {
    pthread_mutex_lock(&server->lock);
    bool ending = server->ending;
    pthread_mutex_unlock(&server->lock);
    return ending;
}

/* The value of a header of the request, "" where it is missing. */
static inline struct str fake_header(const struct fake_request *request, const char *name) {
    size_t len = strlen(name);
    for (const char *line = buf_text(&request->head); line && *line; line = strchr(line, '\n')) {
        while (*line == '\n') line++;
        if (strncasecmp(line, name, len) != 0 || line[len] != ':') continue;
        line += len + 1;
        while (*line == ' ') line++;
        return (struct str){line, strcspn(line, "\r\n")};
    }
    return (struct str){"", 0};
}

static inline bool fake_read(int fd, struct fake_request *request) {
    struct buf all = {0};
    const char *end = NULL;
    size_t want = 0;
    for (char bytes[4096]; !end || all.len < want;) {
        ssize_t len = recv(fd, bytes, sizeof bytes, 0);
        if (len <= 0) break;
        buf_add(&all, bytes, (size_t)len);
        if (end || !(end = strstr(all.at, "\r\n\r\n"))) continue;
        size_t head = (size_t)(end - all.at) + 4;
        buf_add(&request->head, all.at, head);
        want = head + strtoul(fake_header(request, "content-length").at, NULL, 10);
    }
    if (end) buf_add(&request->body, all.at + request->head.len, all.len - request->head.len);
    buf_release(&all);
    return end != NULL;
}

static inline void fake_send(int fd, const struct fake_reply *reply) {
    struct buf text = {0};
    size_t size = reply->body ? strlen(reply->body) : reply->body_size;
    buf_add_format(&text, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\nConnection: close\r\n",
        reply->status ? reply->status : 200, size);
    if (reply->header) buf_add_format(&text, "%s\r\n", reply->header);
    buf_add_text(&text, "\r\n");
    if (reply->body)
        buf_add_text(&text, reply->body);
    else
        for (size_t i = 0; i < size; i++) buf_add_char(&text, 'x');
    for (size_t sent = 0; sent < text.len;) {
        ssize_t len = send(fd, text.at + sent, text.len - sent, MSG_NOSIGNAL);
        if (len <= 0) break;
        sent += (size_t)len;
    }
    buf_release(&text);
}

static inline void fake_note(
    struct fake_server *server, struct fake_request *request, struct fake_reply *reply) {
    pthread_mutex_lock(&server->lock);
    if (server->answer) server->answer(server, request, reply);
    if (server->count == FAKE_REQUESTS) abort();
    server->requests[server->count++] = *request;
    if (++server->at_once > server->most_at_once) server->most_at_once = server->at_once;
    pthread_mutex_unlock(&server->lock);
}

static inline void *fake_serve(void *context) {
    struct fake_connection connection = *(struct fake_connection *)context;
    struct fake_server *server = connection.server;
    struct fake_request request = {0};
    struct fake_reply reply = {0};
    mem_free(context);
    bool good = fake_read(connection.fd, &request);
    request.at_ms = clock_monotonic_ms();
    if (good) fake_note(server, &request, &reply);
    int64_t until = clock_monotonic_ms() + reply.delay_ms;
    while (good && (reply.hang || clock_monotonic_ms() < until) && !fake_server_ends(server))
        usleep(2000);
    pthread_mutex_lock(&server->lock);
    if (good) server->at_once--;
    pthread_mutex_unlock(&server->lock);
    if (good && !reply.hang && !reply.close) fake_send(connection.fd, &reply);
    close(connection.fd);
    pthread_mutex_lock(&server->lock);
    server->connections--;
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

static inline void *fake_accept(void *context) {
    struct fake_server *server = context;
    pthread_t thread;
    while (!fake_server_ends(server)) {
        struct pollfd poll_fd = {server->fd, POLLIN, 0};
        if (poll(&poll_fd, 1, 5) <= 0) continue;
        int fd = accept(server->fd, NULL, NULL);
        if (fd < 0) continue;
        struct fake_connection *connection = mem_alloc(sizeof *connection);
        *connection = (struct fake_connection){server, fd};
        pthread_mutex_lock(&server->lock);
        server->connections++;
        pthread_mutex_unlock(&server->lock);
        pthread_create(&thread, NULL, fake_serve, connection);
        pthread_detach(thread);
    }
    return NULL;
}

static inline void fake_server_start(struct fake_server *server, fake_answer *answer) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    memset(server, 0, sizeof *server);
    pthread_mutex_init(&server->lock, NULL);
    server->answer = answer;
    server->fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(server->fd, (struct sockaddr *)&address, len) != 0 || listen(server->fd, 64) != 0)
        abort();
    getsockname(server->fd, (struct sockaddr *)&address, &len);
    server->port = ntohs(address.sin_port);
    pthread_create(&server->thread, NULL, fake_accept, server);
}

static inline void fake_server_stop(struct fake_server *server) {
    pthread_mutex_lock(&server->lock);
    server->ending = true;
    pthread_mutex_unlock(&server->lock);
    pthread_join(server->thread, NULL);
    for (int open = 1; open; usleep(1000)) {
        pthread_mutex_lock(&server->lock);
        open = server->connections;
        pthread_mutex_unlock(&server->lock);
    }
    close(server->fd);
    for (size_t i = 0; i < server->count; i++) {
        buf_release(&server->requests[i].head);
        buf_release(&server->requests[i].body);
    }
    pthread_mutex_destroy(&server->lock);
}

#endif
