/* Once sealed the list is in order, and none begins another. So of all that do not stand behind a
 * text only the last can begin it: what lies between a prefix and the text begins with the prefix.
 * Suffixes are the same, read from their ends. */
#include "base/affixes.h"

#include "base/mem.h"

#include <stdlib.h>

void affixes_add(struct affixes *affixes, struct str affix) {
    affixes->list = mem_grow(affixes->list, affixes->count);
    affixes->list[affixes->count++] = affix;
}

static int order_forwards(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int order_backwards(const void *left, const void *right) {
    struct str a = *(const struct str *)left, b = *(const struct str *)right;
    while (a.len && b.len && a.at[a.len - 1] == b.at[b.len - 1]) a.len--, b.len--;
    if (!a.len || !b.len) return (a.len > 0) - (b.len > 0);
    return (unsigned char)a.at[a.len - 1] < (unsigned char)b.at[b.len - 1] ? -1 : 1;
}

static int order(const struct affixes *affixes, struct str a, struct str b) {
    return affixes->at_end ? order_backwards(&a, &b) : order_forwards(&a, &b);
}

static bool fits(const struct affixes *affixes, struct str affix, struct str text) {
    return affixes->at_end ? str_ends(text, affix) : str_starts(text, affix);
}

void affixes_seal(struct affixes *affixes) {
    size_t kept = 0;
    struct str *list = affixes->list;
    if (!list) return;
    qsort(list, affixes->count, sizeof *list, affixes->at_end ? order_backwards : order_forwards);
    for (size_t i = 0; i < affixes->count; i++)
        if (!kept || !fits(affixes, list[kept - 1], list[i])) list[kept++] = list[i];
    affixes->count = kept;
}

bool affixes_fit(const struct affixes *affixes, struct str text) {
    size_t low = 0, high = affixes->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (order(affixes, affixes->list[middle], text) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && fits(affixes, affixes->list[low - 1], text);
}

void affixes_release(struct affixes *affixes) {
    mem_free(affixes->list);
    *affixes = (struct affixes){0};
}
