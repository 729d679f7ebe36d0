#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void (*on_exhausted)(size_t wanted);

void mem_on_exhausted(void (*hook)(size_t wanted)) {
    on_exhausted = hook;
}

void mem_exhausted(size_t wanted) {
    if (on_exhausted) on_exhausted(wanted);
    abort();
}

/* ---- the C library's names ---- */

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ /* as gcc says it */
#endif
#endif

#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__

/* Who took the memory may give it back in a moment. */
static const long pauses_ms[] = {1, 10, 100};

enum { PAUSES = sizeof pauses_ms / sizeof *pauses_ms };

/* False where waiting is of no use: no machine has so much. */
static bool wait_for(size_t wanted, int *tries) {
    if (wanted > PTRDIFF_MAX) return false;
    if (*tries == PAUSES) mem_exhausted(wanted);
    nanosleep(&(struct timespec){0, pauses_ms[(*tries)++] * 1000000}, NULL);
    return true;
}

/* Not only our own code asks here, but every library, and the C library itself: libyaml and libseccomp
 * do not survive the lack of memory, others take it for "no match", and most have no other allocator
 * than this. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);

void *malloc(size_t size) {
    void *at;
    for (int tries = 0; !(at = __libc_malloc(size)) && wait_for(size, &tries);) continue;
    return at;
}

void *calloc(size_t count, size_t size) {
    size_t wanted = size && count > SIZE_MAX / size ? SIZE_MAX : count * size;
    void *at;
    for (int tries = 0; !(at = __libc_calloc(count, size)) && wait_for(wanted, &tries);) continue;
    return at;
}

void *realloc(void *at, size_t size) {
    void *moved;
    for (int tries = 0; !(moved = __libc_realloc(at, size)) && size && wait_for(size, &tries);)
        continue;
    return moved;
}

#endif

/* ---- ours ---- */

static void *checked(void *at, size_t wanted) {
    if (!at) mem_exhausted(wanted);
    return at;
}

void *mem_alloc(size_t size) {
    return checked(calloc(1, size ? size : 1), size);
}

void *mem_resize(void *at, size_t size) {
    return checked(realloc(at, size ? size : 1), size);
}

char *mem_copy(const char *at, size_t len) {
    char *copy = mem_alloc(len + 1);
    if (len) memcpy(copy, at, len);
    return copy;
}

void mem_free(void *at) {
    free(at);
}

void *mem_grow_array(void *list, size_t count, size_t size) {
    if (list && (count & (count - 1))) return list;
    size_t room = count ? count * 2 : 1;
    if (room > SIZE_MAX / size) mem_exhausted(SIZE_MAX);
    return mem_resize(list, room * size);
}
