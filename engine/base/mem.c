#include "base/mem.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Who took the memory may give it back in a moment. */
static const long pauses_ms[] = {1, 10, 100};

enum { PAUSES = sizeof pauses_ms / sizeof *pauses_ms };

static void (*on_exhausted)(size_t wanted);

void mem_on_exhausted(void (*hook)(size_t wanted)) {
    on_exhausted = hook;
}

void mem_exhausted(size_t wanted) {
    if (on_exhausted) on_exhausted(wanted);
    abort();
}

static void *resize(void *at, size_t size) {
    void *moved = realloc(at, size);
    for (int i = 0; !moved && i < PAUSES; i++) {
        nanosleep(&(struct timespec){0, pauses_ms[i] * 1000000}, NULL);
        moved = realloc(at, size);
    }
    if (!moved) mem_exhausted(size);
    return moved;
}

/* Pages that are fresh from the system need no second zeroing, and calloc knows which those are. */
void *mem_alloc(size_t size) {
    if (size == 0) size = 1;
    void *at = calloc(1, size);
    return at ? at : memset(resize(NULL, size), 0, size);
}

void *mem_resize(void *at, size_t size) {
    return resize(at, size ? size : 1);
}

void *mem_alloc_list(size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) mem_exhausted(SIZE_MAX);
    return mem_alloc(count * size);
}

size_t mem_size(void *at) {
    return malloc_usable_size(at);
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
