/* A string that grows. Always NUL-terminated once something was added; may hold NUL inside. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

#include <stdarg.h>

struct buf {
    char *at;
    size_t len;
    size_t room;
};

void buf_init(struct buf *buf);
void buf_release(struct buf *buf);
void buf_reset(struct buf *buf); /* empty, keeps its memory */

void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_add_str(struct buf *buf, struct str s);
void buf_add_text(struct buf *buf, const char *text);
void buf_add_char(struct buf *buf, char c);
void buf_add_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_add_vformat(struct buf *buf, const char *format, va_list args);

/* Room for `len` more bytes; returns where they go. The caller writes and then raises buf->len. */
char *buf_reserve(struct buf *buf, size_t len);

/* Drops the first `len` bytes. */
void buf_drop(struct buf *buf, size_t len);

struct str buf_str(const struct buf *buf);   /* borrows, until the next change */
const char *buf_text(const struct buf *buf); /* "" when nothing was added */

#endif
