/* What every fuzz target includes. A target is a file fuzz_NAME.c with the one function below, which
 * libFuzzer and replay.c ask about one input after the other, and a folder seeds/NAME. It holds what
 * it reads against something that must be true of it, and stops the program where it is not. */
#ifndef FUZZ_H
#define FUZZ_H

#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Says what is not true, and stops. */
#define demand(truth, ...)                                                                         \
    do {                                                                                           \
        if (truth) break;                                                                          \
        fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #truth);                        \
        fprintf(stderr, __VA_ARGS__);                                                              \
        fputc('\n', stderr);                                                                       \
        abort();                                                                                   \
    } while (0)

static inline struct str fuzz_input(const uint8_t *bytes, size_t size) {
    return (struct str){size ? (const char *)bytes : "", size};
}

/* Takes what stands before the first `end`, or all there is, off the input. */
static inline struct str fuzz_take(struct str *input, char end) {
    const char *found = input->len ? memchr(input->at, end, input->len) : NULL;
    struct str taken = {input->at, found ? (size_t)(found - input->at) : input->len};
    size_t used = taken.len + (found != NULL);
    *input = (struct str){input->at + used, input->len - used};
    return taken;
}

#endif
