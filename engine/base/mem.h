/* Memory that is never NULL: every allocation of the program goes through here or an arena. Knows
 * nothing of who asks. An allocation that fails is tried again for a tenth of a second, then the hook
 * is called, which must not return. The same holds for malloc(3) itself, and so for foreign libraries;
 * only what no machine has is refused them (and under a sanitizer, whose allocator that is). */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);               /* zeroed; caller frees with mem_free */
void *mem_resize(void *at, size_t size);    /* takes `at`, or NULL; what is new is not zeroed */
char *mem_copy(const char *at, size_t len); /* adds a NUL */
void mem_free(void *at);

/* Sets what happens when memory runs out; the default aborts. */
void mem_on_exhausted(void (*hook)(size_t wanted));

/* For who has memory that is not ours, and was told that there is none. */
_Noreturn void mem_exhausted(size_t wanted);

/* Makes room for one more element in a growing array of `count` elements; the capacity doubles at
 * powers of two, so it need not be kept. `list` is any array made by this macro, or NULL. */
#define mem_grow(list, count) mem_grow_array((list), (count), sizeof *(list))
void *mem_grow_array(void *list, size_t count, size_t size);

#endif
