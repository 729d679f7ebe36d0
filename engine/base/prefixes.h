/* A set of prefixes that is filled once and then asked often whether one of them begins a string:
 * one binary search, however many there are. */
#ifndef BASE_PREFIXES_H
#define BASE_PREFIXES_H

#include "base/str.h"

/* Begins zeroed. */
struct prefixes {
    struct str *list;
    size_t count;
};

void prefixes_release(struct prefixes *prefixes);

void prefixes_add(struct prefixes *prefixes, struct str prefix); /* borrows the bytes */
void prefixes_seal(struct prefixes *prefixes);                   /* after the last was added */
bool prefixes_begin(const struct prefixes *prefixes, struct str text); /* sealed */

#endif
