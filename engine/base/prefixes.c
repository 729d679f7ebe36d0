/* Once sealed the list is in order, and none begins another. So of all that do not stand behind a
 * text only the last can begin it: what lies between a prefix and the text begins with the prefix. */
#include "base/prefixes.h"

#include "base/mem.h"

#include <stdlib.h>

void prefixes_add(struct prefixes *prefixes, struct str prefix) {
    prefixes->list = mem_grow(prefixes->list, prefixes->count);
    prefixes->list[prefixes->count++] = prefix;
}

static int in_order(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

void prefixes_seal(struct prefixes *prefixes) {
    size_t kept = 0;
    if (prefixes->count) qsort(prefixes->list, prefixes->count, sizeof(struct str), in_order);
    for (size_t i = 0; i < prefixes->count; i++)
        if (!kept || !str_starts(prefixes->list[i], prefixes->list[kept - 1]))
            prefixes->list[kept++] = prefixes->list[i];
    prefixes->count = kept;
}

bool prefixes_begin(const struct prefixes *prefixes, struct str text) {
    size_t low = 0, high = prefixes->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(prefixes->list[middle], text) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && str_starts(text, prefixes->list[low - 1]);
}

void prefixes_release(struct prefixes *prefixes) {
    mem_free(prefixes->list);
    *prefixes = (struct prefixes){0};
}
