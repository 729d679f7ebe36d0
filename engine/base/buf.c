#include "base/buf.h"

#include "base/mem.h"

#include <stdio.h>

void buf_init(struct buf *buf) {
    *buf = (struct buf){0};
}

void buf_release(struct buf *buf) {
    mem_free(buf->at);
    buf_init(buf);
}

void buf_reset(struct buf *buf) {
    buf->len = 0;
    if (buf->at) buf->at[0] = '\0';
}

char *buf_reserve(struct buf *buf, size_t len) {
    size_t wanted = buf->len + len + 1;
    if (wanted > buf->room) {
        size_t room = buf->room ? buf->room : 64;
        while (room < wanted) room *= 2;
        buf->at = mem_resize(buf->at, room);
        buf->room = room;
    }
    return buf->at + buf->len;
}

void buf_add(struct buf *buf, const void *bytes, size_t len) {
    char *to = buf_reserve(buf, len);
    if (len) memcpy(to, bytes, len);
    to[len] = '\0';
    buf->len += len;
}

void buf_add_str(struct buf *buf, struct str s) {
    buf_add(buf, s.at, s.len);
}

void buf_add_text(struct buf *buf, const char *text) {
    buf_add(buf, text, strlen(text));
}

void buf_add_char(struct buf *buf, char c) {
    buf_add(buf, &c, 1);
}

void buf_add_vformat(struct buf *buf, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len > 0) {
        vsnprintf(buf_reserve(buf, (size_t)len), (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

void buf_add_format(struct buf *buf, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_add_vformat(buf, format, args);
    va_end(args);
}

void buf_drop(struct buf *buf, size_t len) {
    if (len == 0) return;
    buf->len -= len;
    memmove(buf->at, buf->at + len, buf->len + 1);
}

struct str buf_str(const struct buf *buf) {
    return (struct str){buf_text(buf), buf->len};
}

const char *buf_text(const struct buf *buf) {
    return buf->at ? buf->at : "";
}
