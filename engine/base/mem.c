#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void (*exhausted)(size_t wanted);

static void *checked(void *at, size_t wanted) {
    if (at) return at;
    if (exhausted) exhausted(wanted);
    abort();
}

void mem_on_exhausted(void (*hook)(size_t wanted)) {
    exhausted = hook;
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
    if (room > SIZE_MAX / size) return checked(NULL, SIZE_MAX);
    return mem_resize(list, room * size);
}
