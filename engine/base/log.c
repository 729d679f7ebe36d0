#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/plain.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { SHORTEST_SECRET = 4 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum log_level shown = LOG_INFO;
static bool colored;
static bool status_on_screen;
static char **secrets;
static size_t secret_count;

void log_set_level(enum log_level level) {
    shown = level;
}

void log_set_color(bool color) {
    colored = color;
}

static bool is_hidden(const char *secret) {
    for (size_t i = 0; i < secret_count; i++)
        if (strcmp(secrets[i], secret) == 0) return true;
    return false;
}

/* Secrets are read again for each message, and stay few. */
void log_hide(const char *secret) {
    if (strlen(secret) < SHORTEST_SECRET) return;
    pthread_mutex_lock(&lock);
    if (!is_hidden(secret)) {
        secrets = mem_grow(secrets, secret_count);
        secrets[secret_count++] = mem_copy(secret, strlen(secret));
    }
    pthread_mutex_unlock(&lock);
}

static void redact(char *text) {
    for (size_t i = 0; i < secret_count; i++) {
        size_t len = strlen(secrets[i]);
        for (char *at = text; (at = strstr(at, secrets[i])); at += 3) {
            memcpy(at, "***", 3);
            memmove(at + 3, at + len, strlen(at + len) + 1);
        }
    }
}

void log_redact(char *text) {
    pthread_mutex_lock(&lock);
    redact(text);
    pthread_mutex_unlock(&lock);
}

static void clear_status(void) {
    if (status_on_screen) fputs("\r\033[K", stderr);
    status_on_screen = false;
}

static void write_line(enum log_level level, char *text) {
    static const struct {
        const char *plain, *color;
    } names[] = {
        [LOG_ERROR] = {"error", "\033[31m"},
        [LOG_WARN] = {"warning", "\033[33m"},
        [LOG_INFO] = {"info", "\033[32m"},
        [LOG_DEBUG] = {"debug", "\033[2m"},
    };
    char now[CLOCK_TEXT];
    struct buf plain = {0};
    clock_format(clock_wall_ms(), now);
    redact(text);
    plain_print(&plain, str_of(text));
    clear_status();
    fprintf(stderr, "%s %s%s%s %s\n", now, colored ? names[level].color : "", names[level].plain,
        colored ? "\033[0m" : "", buf_text(&plain));
    buf_release(&plain);
}

static void say(enum log_level level, const char *format, va_list args) {
    if (level > shown) return;
    struct buf text;
    buf_init(&text);
    buf_add_vformat(&text, format, args);
    buf_add(&text, "", 0);
    pthread_mutex_lock(&lock);
    write_line(level, text.at);
    pthread_mutex_unlock(&lock);
    buf_release(&text);
}

#define SAY(name, level)                                                                           \
    void name(const char *format, ...) {                                                           \
        va_list args;                                                                              \
        va_start(args, format);                                                                    \
        say(level, format, args);                                                                  \
        va_end(args);                                                                              \
    }

SAY(log_error, LOG_ERROR)
SAY(log_warn, LOG_WARN)
SAY(log_info, LOG_INFO)
SAY(log_debug, LOG_DEBUG)

void log_status(const char *text) {
    if (shown < LOG_INFO || !isatty(STDERR_FILENO)) return;
    pthread_mutex_lock(&lock);
    clear_status();
    fputs(text, stderr);
    fflush(stderr);
    status_on_screen = *text != '\0';
    pthread_mutex_unlock(&lock);
}
