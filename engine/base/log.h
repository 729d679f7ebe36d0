/* What the running program tells its operator, on standard error: one line a message.
 * A value given to log_hide never appears in a line, whoever writes it. Thread-safe. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level); /* default LOG_INFO */
void log_set_color(bool color);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Replaces `secret` by *** in every later line. Secrets under 4 bytes are not hidden: they would
 * blot out ordinary text. */
void log_hide(const char *secret);

/* The same replacement for text that goes elsewhere (an error kept in the store). In place; `text`
 * only gets shorter, or *** in the room of at least 4 bytes. */
void log_redact(char *text);

/* A status line that is rewritten in place (progress); the next message clears it first. An empty
 * text removes it. Writes nothing when standard error is no terminal, or shows no LOG_INFO. */
void log_status(const char *text);

#endif
