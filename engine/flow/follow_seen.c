#include "flow/follow_seen.h"

#include "base/clock.h"
#include "base/mem.h"
#include "flow/follow.h"

void seen_release(struct seen_list *seen) {
    for (size_t i = 0; i < seen->count; i++) mem_free(seen->list[i].path);
    mem_free(seen->list);
    *seen = (struct seen_list){0};
}

/* Of the first that is not before the path. */
static size_t place_of(const struct seen_list *seen, const char *path) {
    size_t low = 0, high = seen->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(seen->list[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct seen *seen_find(const struct seen_list *seen, const char *path) {
    size_t at = place_of(seen, path);
    bool found = at < seen->count && strcmp(seen->list[at].path, path) == 0;
    return found ? &seen->list[at] : NULL;
}

struct seen *seen_add(struct seen_list *seen, const struct seen *before, const char *path) {
    size_t at = place_of(seen, path);
    seen->list = mem_grow(seen->list, seen->count);
    struct seen *place = &seen->list[at];
    memmove(place + 1, place, (seen->count++ - at) * sizeof *place);
    *place = before ? *before : (struct seen){.size = -1};
    place->path = mem_copy(path, strlen(path));
    return place;
}

static int64_t mtime_ms(const struct stat *st) {
    return (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
}

void seen_note(struct seen *seen, const struct stat *st) {
    bool same = seen->inode == st->st_ino && seen->size == st->st_size &&
                seen->mtime_ms == mtime_ms(st);
    if (!same) seen->changed_ms = clock_monotonic_ms();
    seen->changed = !same;
    seen->inode = st->st_ino;
    seen->size = st->st_size;
    seen->mtime_ms = mtime_ms(st);
}

/* The file's own time is the word of another clock, which may be behind: it is not taken alone. */
bool seen_is_stale(const struct seen *seen) {
    return clock_wall_ms() - seen->mtime_ms > FOLLOW_CUT_MS &&
           clock_monotonic_ms() - seen->changed_ms > FOLLOW_STILL_MS;
}

/* A position that is not written for long is forgotten by retention. A file that may not be read
 * does not change when it may. */
bool seen_needs_reading(const struct seen *seen) {
    if (seen->changed || clock_wall_ms() - seen->kept_ms > FOLLOW_KEEP_MS) return true;
    if (seen->failed) return clock_monotonic_ms() >= seen->again_ms;
    return seen->cut && seen_is_stale(seen);
}
