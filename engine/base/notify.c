#include "base/notify.h"

#include "base/file.h"
#include "base/mem.h"

#include <linux/magic.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024 };

/* One path, under the number that the system has for what it names: several paths may have the same. */
struct watch {
    int number;
    enum notify_kind kind;
    char *path;
};

struct watches {
    struct watch *list; /* in the order of numbers, once all are there */
    size_t count;
};

struct notify {
    int fd;                        /* -1: nothing is told */
    struct watches watches, older; /* `older` between notify_begin and notify_end */
    size_t at, len;                /* of what was read of the system, in `bytes` */
    size_t told;                   /* watches that the event at `at` was told for */
    _Alignas(struct inotify_event) char bytes[BUFFER];
};

struct notify *notify_new(void) {
    struct notify *notify = mem_alloc(sizeof *notify);
    notify->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return notify;
}

static void forget(struct watches *watches) {
    for (size_t i = 0; i < watches->count; i++) mem_free(watches->list[i].path);
    mem_free(watches->list);
    *watches = (struct watches){0};
}

void notify_free(struct notify *notify) {
    if (!notify) return;
    if (notify->fd >= 0) close(notify->fd);
    forget(&notify->watches);
    forget(&notify->older);
    mem_free(notify);
}

/* ---- watching ---- */

static int by_number(const void *a, const void *b) {
    const struct watch *left = a, *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

/* The first of a number, or where it would be. */
static size_t find(const struct watches *watches, int number) {
    size_t low = 0, high = watches->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (watches->list[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has(const struct watches *watches, size_t at, int number) {
    return at < watches->count && watches->list[at].number == number;
}

void notify_begin(struct notify *notify) {
    forget(&notify->older);
    notify->older = notify->watches;
    notify->watches = (struct watches){0};
}

void notify_end(struct notify *notify) {
    struct watches *now = &notify->watches, *older = &notify->older;
    if (now->count) qsort(now->list, now->count, sizeof *now->list, by_number);
    for (size_t i = 0; i < older->count; i++) {
        int number = older->list[i].number;
        bool first = i == 0 || older->list[i - 1].number != number;
        if (first && !has(now, find(now, number), number)) inotify_rm_watch(notify->fd, number);
    }
    forget(older);
    notify->told = 0;
}

/* File systems on which others write without this kernel's knowledge. */
static bool is_shared(const char *path) {
    static const unsigned long shared[] = {NFS_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC,
        FUSE_SUPER_MAGIC, V9FS_MAGIC, CEPH_SUPER_MAGIC, AFS_FS_MAGIC, AFS_SUPER_MAGIC,
        OCFS2_SUPER_MAGIC};
    struct statfs system;
    if (statfs(path, &system) != 0) return true;
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        if ((unsigned long)system.f_type == shared[i]) return true;
    return false;
}

/* IN_MASK_ADD, as what is watched for one reason may be watched for another. */
static uint32_t mask_of(enum notify_kind kind) {
    enum { SELF = IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_MASK_ADD };
    switch (kind) {
    case NOTIFY_ENTRIES: return SELF | IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_ONLYDIR;
    case NOTIFY_CONTENT: return SELF | IN_MODIFY;
    case NOTIFY_ARRIVAL: return IN_CREATE | IN_MOVED_TO | IN_ONLYDIR | IN_MASK_ADD;
    }
    return 0;
}

static int add(struct notify *notify, enum notify_kind kind, const char *path) {
    struct arena arena = {0};
    const char *place = kind == NOTIFY_ARRIVAL ? path_directory(&arena, path) : path;
    int number = inotify_add_watch(notify->fd, place, mask_of(kind));
    if (number >= 0 && is_shared(place)) number = -1;
    arena_release(&arena);
    return number;
}

bool notify_watch(struct notify *notify, enum notify_kind kind, const char *path) {
    int number = notify->fd < 0 ? -1 : add(notify, kind, path);
    if (number < 0) return false;
    struct watches *watches = &notify->watches;
    watches->list = mem_grow(watches->list, watches->count);
    watches->list[watches->count++] = (struct watch){number, kind, mem_copy(path, strlen(path))};
    return true;
}

/* ---- waiting ---- */

/* Signals are held back from the look at *stop until the wait, which lets them in. */
static void wait_for(int fd, int64_t most_ms, const volatile sig_atomic_t *stop) {
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    struct timespec most = {.tv_sec = most_ms / 1000, .tv_nsec = most_ms % 1000 * 1000000};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (!*stop) ppoll(&polled, 1, &most, &before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void notify_wait(struct notify *notify, int64_t most_ms, const volatile sig_atomic_t *stop) {
    if (notify->at < notify->len) return;
    if (most_ms > 0) wait_for(notify->fd, most_ms, stop);
    ssize_t got = notify->fd < 0 ? 0 : read(notify->fd, notify->bytes, sizeof notify->bytes);
    notify->len = got > 0 ? (size_t)got : 0;
    notify->at = 0;
}

void notify_rest(int64_t ms, const volatile sig_atomic_t *stop) {
    if (ms > 0) wait_for(-1, ms, stop);
}

/* ---- news ---- */

static const struct inotify_event *event_at(const struct notify *notify) {
    return notify->at < notify->len ? (const struct inotify_event *)&notify->bytes[notify->at]
                                    : NULL;
}

static void pass(struct notify *notify, const struct inotify_event *event) {
    notify->at += sizeof *event + event->len;
    notify->told = 0;
}

static enum notify_news news_of_entry(const struct watch *watch, const struct inotify_event *event,
    struct arena *arena, char **path) {
    if (event->len == 0) return NOTIFY_TREE;
    if (event->name[0] == '.') return NOTIFY_NOTHING;
    if (event->mask & IN_ISDIR) return NOTIFY_TREE;
    *path = path_join(arena, watch->path, event->name);
    return NOTIFY_FILE;
}

static enum notify_news news_of_content(const struct watch *watch,
    const struct inotify_event *event, struct arena *arena, char **path) {
    if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF)) return NOTIFY_TREE;
    *path = arena_text(arena, watch->path);
    return NOTIFY_FILE;
}

static enum notify_news news_of_arrival(
    const struct watch *watch, const struct inotify_event *event) {
    const char *slash = strrchr(watch->path, '/'), *name = slash ? slash + 1 : watch->path;
    bool came = event->len > 0 && event->mask & (IN_CREATE | IN_MOVED_TO);
    return came && strcmp(event->name, name) == 0 ? NOTIFY_TREE : NOTIFY_NOTHING;
}

/* The end of a watch is told too, also of one that was given up here. */
static enum notify_news news_of(const struct watch *watch, const struct inotify_event *event,
    struct arena *arena, char **path) {
    if (event->mask & IN_IGNORED) return NOTIFY_NOTHING;
    switch (watch->kind) {
    case NOTIFY_ENTRIES: return news_of_entry(watch, event, arena, path);
    case NOTIFY_CONTENT: return news_of_content(watch, event, arena, path);
    case NOTIFY_ARRIVAL: return news_of_arrival(watch, event);
    }
    return NOTIFY_NOTHING;
}

enum notify_news notify_next(struct notify *notify, struct arena *arena, char **path) {
    const struct inotify_event *event;
    while ((event = event_at(notify))) {
        size_t at = find(&notify->watches, event->wd) + notify->told++;
        enum notify_news news = NOTIFY_NOTHING;
        if (event->mask & IN_Q_OVERFLOW)
            news = NOTIFY_TREE, pass(notify, event);
        else if (has(&notify->watches, at, event->wd))
            news = news_of(&notify->watches.list[at], event, arena, path);
        else
            pass(notify, event);
        if (news != NOTIFY_NOTHING) return news;
    }
    return NOTIFY_NOTHING;
}
