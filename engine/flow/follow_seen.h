/* What the last look saw of each file that is followed, so that the next one need not open what did
 * not change. */
#ifndef FLOW_FOLLOW_SEEN_H
#define FLOW_FOLLOW_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct seen {
    char *path;
    ino_t inode;
    int64_t size, mtime_ms;
    int64_t changed_ms; /* when that was other than the look before, monotonic */
    int64_t again_ms;   /* when one that cannot be read is tried again, monotonic */
    int64_t kept_ms;    /* when its position was last written */
    bool changed;       /* with this look */
    bool cut;           /* it ended inside a record */
    bool failed;        /* it cannot be read, and that was told */
};

struct seen_list {
    struct seen *list; /* sorted by path, as a walk gives them; own their paths */
    size_t count;
};

void seen_release(struct seen_list *seen);

struct seen *seen_find(const struct seen_list *seen, const char *path); /* NULL: it is new */

/* As one of `before`, or a new one. Any pointer into the list is void then. */
struct seen *seen_add(struct seen_list *seen, const struct seen *before, const char *path);

void seen_note(struct seen *seen, const struct stat *st);
bool seen_is_stale(const struct seen *seen); /* it did not grow for a while */
bool seen_needs_reading(const struct seen *seen);

#endif
