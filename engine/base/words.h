/* A set of strings that is filled once and then asked often: at most one hash, and mostly one
 * comparison, however many strings there are. Who could choose what is in it could make it slow. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/str.h"

#include <stdint.h>

struct words_slot;

struct words {
    struct words_slot *slots;
    size_t room, count; /* room: a power of two, or 0 */
    uint64_t lengths;   /* a bit for each length that there is; the last for all that are longer */
};

void words_release(struct words *words);

void words_add(struct words *words, struct str word); /* borrows the bytes */
bool words_has(const struct words *words, struct str word);

#endif
