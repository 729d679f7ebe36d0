/* What changes in files and directories, as the system tells it (Linux: inotify). A hint that makes
 * looking quick, and no more: what another machine writes, or what came while too much waited to be
 * told, may never be. Knows nothing of who looks. The one home of inotify. */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include "base/arena.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

enum notify_kind {
    NOTIFY_ENTRIES, /* of a directory: files in it that come or change, directories in it that come */
    NOTIFY_CONTENT, /* of a file, also where the path is a link to it */
    NOTIFY_ARRIVAL, /* of whatever the path will name; the directory above must be there */
};

struct notify;

/* Where the system cannot tell anything, every watch is refused, and waiting is all there is. */
struct notify *notify_new(void);
void notify_free(struct notify *notify);

/* Who looks at everything watches it anew in between, each thing before looking at it: what was not
 * watched again is not told from then on. */
void notify_begin(struct notify *notify);
void notify_end(struct notify *notify);

/* Copies the path. False: changes may not be told, because it is not there, the system has no more
 * watches to give, or others write to its file system unseen. */
bool notify_watch(struct notify *notify, enum notify_kind kind, const char *path);

/* Waits until there is news, at most so long, and takes what there is by then for notify_next. A
 * signal ends the wait, and *stop, also where the signal that sets it comes just before. */
void notify_wait(struct notify *notify, int64_t most_ms, const volatile sig_atomic_t *stop);

/* Waits as long, whatever the news. */
void notify_rest(int64_t ms, const volatile sig_atomic_t *stop);

enum notify_news {
    NOTIFY_NOTHING, /* more than what was told */
    NOTIFY_FILE,    /* `path` came or changed; in the arena, as paths_walk would call it */
    NOTIFY_TREE,    /* more than one file: everything is to be looked at */
};

/* Does not wait. A name that begins with a dot, in a directory, is no news. */
enum notify_news notify_next(struct notify *notify, struct arena *arena, char **path);

#endif
