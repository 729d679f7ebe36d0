#include "base/arena.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

enum { BLOCK_SIZE = 32 * 1024, KEPT_SIZE = 1024 * 1024 };

struct arena_block {
    struct arena_block *before;
    size_t size;
    alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena) {
    *arena = (struct arena){0};
}

static void free_blocks(struct arena_block *block) {
    while (block) {
        struct arena_block *before = block->before;
        mem_free(block);
        block = before;
    }
}

void arena_release(struct arena *arena) {
    free_blocks(arena->block);
    arena_init(arena);
}

static void use_block(struct arena *arena, struct arena_block *block) {
    *arena = (struct arena){block, block->bytes, block->bytes + block->size};
}

void arena_reset(struct arena *arena) {
    struct arena_block *kept = arena->block;
    if (kept && kept->size <= KEPT_SIZE) {
        free_blocks(kept->before);
        kept->before = NULL;
        use_block(arena, kept);
    } else {
        arena_release(arena);
    }
}

void arena_widen(struct arena *arena, size_t wanted) {
    size_t size = arena->block ? arena->block->size * 2 : BLOCK_SIZE;
    if (size > KEPT_SIZE) size = KEPT_SIZE;
    if (size < wanted) size = wanted;
    struct arena_block *block = mem_resize(NULL, sizeof *block + size);
    block->before = arena->block;
    block->size = size;
    use_block(arena, block);
}

void *arena_alloc(struct arena *arena, size_t size) {
    return memset(arena_room(arena, size), 0, size);
}

void *arena_grow_list(struct arena *arena, void *list, size_t count, size_t size) {
    if (list && (count & (count - 1))) return list;
    void *wider = arena_alloc(arena, (count ? count * 2 : 1) * size);
    return list ? memcpy(wider, list, count * size) : wider;
}

struct str arena_copy(struct arena *arena, struct str s) {
    char *copy = arena_room(arena, s.len + 1);
    if (s.len) memcpy(copy, s.at, s.len);
    copy[s.len] = '\0';
    return (struct str){copy, s.len};
}

char *arena_text(struct arena *arena, const char *text) {
    return (char *)arena_copy(arena, str_of(text)).at;
}

char *arena_format(struct arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    char *text = arena_room(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}
