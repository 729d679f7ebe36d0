/* Memory that is freed all at once. One arena for what lives as long as the rule set, one for what
 * lives as long as a batch. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

#include <stdalign.h>

struct arena_block;

struct arena {
    struct arena_block *block; /* the newest; each knows the one before it */
    char *at, *end;            /* what is left of it */
};

void arena_widen(struct arena *arena, size_t size); /* private: a block with so much left */

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);
void arena_reset(struct arena *arena); /* forgets all, keeps the newest block when it is not huge */

void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */

/* The same, not zeroed: for who writes all of it at once. */
static inline void *arena_room(struct arena *arena, size_t size) {
    size_t step = alignof(max_align_t);
    size_t wanted = (size + step - 1) / step * step;
    if ((size_t)(arena->end - arena->at) < wanted || !arena->block) arena_widen(arena, wanted);
    char *at = arena->at;
    arena->at = at + wanted;
    return at;
}

/* Gives back what is behind `used` bytes of the room that was taken last. */
static inline void arena_trim(struct arena *arena, void *room, size_t used) {
    arena->at = room;
    arena_room(arena, used);
}

/* Copies live in the arena and carry a NUL behind their last byte. */
struct str arena_copy(struct arena *arena, struct str s);
char *arena_text(struct arena *arena, const char *text);
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* arena_new(a, T) makes one T, arena_list(a, T, n) makes n of them. */
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_list(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (count)))
#define arena_list_room(arena, type, count) ((type *)arena_room((arena), sizeof(type) * (count)))

/* Room for one more element behind the `count` of a list made by this macro, or NULL: the list, or
 * a copy of twice the room; what it was copied from stays in the arena. As mem_grow does. */
#define arena_grow(arena, list, count) arena_grow_list((arena), (list), (count), sizeof *(list))
void *arena_grow_list(struct arena *arena, void *list, size_t count, size_t size);

#endif
