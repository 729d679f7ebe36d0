/* Makes calls of a program fail, as told: the library is put before the C library by LD_PRELOAD.
 *
 *     FAULT='write:from=1,errno=ENOSPC,path=tocsin.db,while=full' LD_PRELOAD=…/fault.so tocsin …
 *
 * FAULT is one fault or more, separated by blanks: CALL:KEY=VALUE,…
 *
 *     CALL      alloc (malloc, calloc, realloc), open, read, write (also
 *               truncating, which writes), sync, fork, watch (inotify; of a path: that path only)
 *     at=N      the N-th call fails, counted from 1
 *     from=N    the N-th and all behind it fail …
 *     count=N     … but no more than so many,
 *     ms=N        … or for so long after the first
 *     one_in=N  each call fails with that chance …
 *     seed=N      … always the same ones
 *     errno=E   ENOMEM, ENOSPC, EIO, EAGAIN; else what suits the call
 *     path=PART only files whose path holds this
 *     while=F   only while there is a file F; calls at other times do not count
 *     in=P      only in the process that was started (`parent`), or only in those it forked
 *               (`child`). With path= and while= always the first: asking for files is what may be
 *               forbidden to a forked one
 *     trace=1   says on stderr where it struck
 *
 * FAULT_COUNTS=FILE: how many calls of each fault there were, written at exit. A forked process goes
 * on counting for itself. What the C library calls within itself, as stdio does to write, goes by. */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum call { ALLOC, OPEN, READ, WRITE, SYNC, FORK, WATCH, CALLS };

static const struct {
    const char *name;
    int error;
} calls[CALLS] = {
    [ALLOC] = {"alloc", ENOMEM},
    [OPEN] = {"open", EIO},
    [READ] = {"read", EIO},
    [WRITE] = {"write", ENOSPC},
    [SYNC] = {"sync", EIO},
    [FORK] = {"fork", EAGAIN},
    [WATCH] = {"watch", ENOSPC},
};

enum { FAULTS = 8, TEXT = 1024 };

static struct fault {
    enum call call;
    int error;
    uint64_t at, from, count, ms, one_in, seed, trace;
    const char *path, *while_file, *in;
    _Atomic uint64_t seen, struck, began_ms;
} faults[FAULTS];

static size_t fault_count;
static char text[TEXT];
static _Atomic bool ready;
static bool forked;

/* ---- reading FAULT ---- */

static void refuse(const char *what) {
    fprintf(stderr, "fault: bad '%s' in FAULT\n", what);
    _exit(99);
}

static int error_number(const char *name) {
    static const struct {
        const char *name;
        int error;
    } rows[] = {{"ENOMEM", ENOMEM}, {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EAGAIN", EAGAIN}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(name, rows[i].name) == 0) return rows[i].error;
    refuse(name);
    return 0;
}

static uint64_t *number_of(struct fault *fault, const char *key) {
    const struct {
        const char *key;
        uint64_t *number;
    } rows[] = {{"at", &fault->at}, {"from", &fault->from}, {"count", &fault->count},
        {"ms", &fault->ms}, {"one_in", &fault->one_in}, {"seed", &fault->seed},
        {"trace", &fault->trace}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(key, rows[i].key) == 0) return rows[i].number;
    return NULL;
}

static void set(struct fault *fault, const char *key, const char *value) {
    uint64_t *number = number_of(fault, key);
    if (number)
        *number = strtoull(value, NULL, 10);
    else if (strcmp(key, "errno") == 0)
        fault->error = error_number(value);
    else if (strcmp(key, "path") == 0)
        fault->path = value;
    else if (strcmp(key, "while") == 0)
        fault->while_file = value;
    else if (strcmp(key, "in") == 0)
        fault->in = value;
    else
        refuse(key);
}

static void read_fault(struct fault *fault, char *word) {
    char *rest, *call = strtok_r(word, ":", &rest);
    while (fault->call < CALLS && strcmp(call, calls[fault->call].name) != 0) fault->call++;
    if (fault->call == CALLS) refuse(call);
    fault->error = calls[fault->call].error;
    for (char *pair; (pair = strtok_r(NULL, ",", &rest));) {
        char *value = strchr(pair, '=');
        if (!value) refuse(pair);
        *value++ = '\0';
        set(fault, pair, value);
    }
}

__attribute__((constructor)) static void start(void) {
    const char *setting = getenv("FAULT");
    void *warm[1];
    char *rest;
    if (!setting) return;
    if (strlen(setting) >= TEXT) refuse(setting);
    strcpy(text, setting);
    backtrace(warm, 1); /* loads what it needs while nothing fails */
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (fault_count == FAULTS) refuse(word);
        read_fault(&faults[fault_count++], word);
    }
    ready = true;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAULT_COUNTS");
    ready = false;
    FILE *to = path ? fopen(path, "w") : NULL;
    if (!to) return;
    for (size_t i = 0; i < fault_count; i++)
        fprintf(to, "%s %llu %llu\n", calls[faults[i].call].name,
            (unsigned long long)faults[i].seen, (unsigned long long)faults[i].struck);
    fclose(to);
}

/* ---- whether a call fails ---- */

static uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* SplitMix64, by the number of the call: threads change nothing. */
static uint64_t chance(uint64_t seed, uint64_t number) {
    uint64_t x = seed * 0x9e3779b97f4a7c15 + number * 0xd1342543de82ef95;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

static bool is_of_path(const struct fault *fault, int fd, const char *path) {
    char link[32], name[4096];
    if (!fault->path) return true;
    if (path) return strstr(path, fault->path);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, name, sizeof name - 1);
    name[len > 0 ? len : 0] = '\0';
    return strstr(name, fault->path);
}

static bool in_time(struct fault *fault) {
    uint64_t now = now_ms(), first = 0;
    if (!fault->ms) return true;
    atomic_compare_exchange_strong(&fault->began_ms, &first, now);
    return now - fault->began_ms < fault->ms;
}

static bool strikes(struct fault *fault, uint64_t number) {
    if (fault->at && number != fault->at) return false;
    if (fault->from && number < fault->from) return false;
    if (fault->count && number >= (fault->from ? fault->from : 1) + fault->count) return false;
    if (fault->one_in && chance(fault->seed, number) % fault->one_in) return false;
    return in_time(fault);
}

static void tell(const struct fault *fault, uint64_t number) {
    void *frames[16];
    dprintf(STDERR_FILENO, "fault: %s %llu\n", calls[fault->call].name, (unsigned long long)number);
    backtrace_symbols_fd(frames, backtrace(frames, 16), STDERR_FILENO);
}

static bool is_here(const struct fault *fault) {
    if (fault->path || fault->while_file) return !forked;
    return !fault->in || (strcmp(fault->in, "child") == 0) == forked;
}

static bool applies(struct fault *fault, enum call call, int fd, const char *path) {
    if (fault->call != call || !is_here(fault) || !is_of_path(fault, fd, path)) return false;
    return !fault->while_file || syscall(SYS_access, fault->while_file, F_OK) == 0;
}

/* The error; 0: the call goes through. */
static int fault_of(enum call call, int fd, const char *path) {
    static _Thread_local bool inside; /* what is called from here */
    int error = 0, before = errno;
    if (!ready || inside) return 0;
    inside = true;
    for (size_t i = 0; i < fault_count; i++) {
        struct fault *fault = &faults[i];
        if (!applies(fault, call, fd, path)) continue;
        uint64_t number = ++fault->seen;
        if (!strikes(fault, number)) continue;
        fault->struck++;
        error = fault->error;
        if (fault->trace) tell(fault, number);
    }
    inside = false;
    errno = error ? error : before;
    return error;
}

/* ---- memory: under the names that engine/base/mem.c calls, since malloc() is its own ---- */

typedef void *malloc_call(size_t size);
typedef void *calloc_call(size_t count, size_t size);
typedef void *realloc_call(void *at, size_t size);

malloc_call __libc_malloc;
calloc_call __libc_calloc;
realloc_call __libc_realloc;

void *__libc_malloc(size_t size) {
    static malloc_call *next;
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, "__libc_malloc");
    return fault_of(ALLOC, -1, NULL) ? NULL : next(size);
}

void *__libc_calloc(size_t count, size_t size) {
    static calloc_call *next;
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, "__libc_calloc");
    return fault_of(ALLOC, -1, NULL) ? NULL : next(count, size);
}

void *__libc_realloc(void *at, size_t size) {
    static realloc_call *next;
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, "__libc_realloc");
    return fault_of(ALLOC, -1, NULL) ? NULL : next(at, size);
}

/* ---- files ---- */

static int open_with(int dir, const char *path, int flags, mode_t mode) {
    if (fault_of(OPEN, -1, path)) return -1;
    return (int)syscall(SYS_openat, dir, path, flags, mode);
}

#define OPEN_AT(name)                                                                              \
    int name(int dir, const char *path, int flags, ...) {                                          \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;                  \
        va_end(args);                                                                              \
        return open_with(dir, path, flags, mode);                                                  \
    }

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;                  \
        va_end(args);                                                                              \
        return open_with(AT_FDCWD, path, flags, mode);                                             \
    }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)

ssize_t read(int fd, void *to, size_t len) {
    return fault_of(READ, fd, NULL) ? -1 : syscall(SYS_read, (long)fd, to, len);
}

ssize_t pread(int fd, void *to, size_t len, off_t at) {
    return fault_of(READ, fd, NULL) ? -1 : syscall(SYS_pread64, fd, to, len, at);
}

ssize_t pread64(int fd, void *to, size_t len, off_t at) {
    return pread(fd, to, len, at);
}

ssize_t write(int fd, const void *from, size_t len) {
    return fault_of(WRITE, fd, NULL) ? -1 : syscall(SYS_write, (long)fd, from, len);
}

ssize_t pwrite(int fd, const void *from, size_t len, off_t at) {
    return fault_of(WRITE, fd, NULL) ? -1 : syscall(SYS_pwrite64, fd, from, len, at);
}

ssize_t pwrite64(int fd, const void *from, size_t len, off_t at) {
    return pwrite(fd, from, len, at);
}

int ftruncate(int fd, off_t len) {
    return fault_of(WRITE, fd, NULL) ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

int ftruncate64(int fd, off_t len) {
    return ftruncate(fd, len);
}

int fsync(int fd) {
    return fault_of(SYNC, fd, NULL) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    return fault_of(SYNC, fd, NULL) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int inotify_init1(int flags) {
    return fault_of(WATCH, -1, NULL) ? -1 : (int)syscall(SYS_inotify_init1, flags);
}

int inotify_add_watch(int fd, const char *path, uint32_t mask) {
    if (fault_of(WATCH, -1, path)) return -1;
    return (int)syscall(SYS_inotify_add_watch, fd, path, mask);
}

/* ---- processes ---- */

pid_t fork(void) {
    pid_t (*next)(void);
    *(void **)&next = dlsym(RTLD_NEXT, "fork");
    pid_t child = fault_of(FORK, -1, NULL) ? -1 : next();
    if (child == 0) forked = true;
    return child;
}
