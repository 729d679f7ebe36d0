/* A set of prefixes, or of suffixes, that is filled once and then asked often whether one of them
 * begins, or ends, a string: one binary search, however many there are. */
#ifndef BASE_AFFIXES_H
#define BASE_AFFIXES_H

#include "base/str.h"

/* Begins zeroed, but for `at_end`. */
struct affixes {
    bool at_end; /* suffixes */
    struct str *list;
    size_t count;
};

void affixes_release(struct affixes *affixes);

void affixes_add(struct affixes *affixes, struct str affix);      /* borrows the bytes */
void affixes_seal(struct affixes *affixes);                       /* after the last was added */
bool affixes_fit(const struct affixes *affixes, struct str text); /* sealed */

#endif
