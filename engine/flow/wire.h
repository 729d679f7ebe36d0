/* Bytes that pass from one process of the engine to another: numbers in the machine's own order,
 * strings with their length before them. The reader trusts nothing: what does not fit is `bad`, and
 * reads as zero and empty from there on. */
#ifndef FLOW_WIRE_H
#define FLOW_WIRE_H

#include "base/arena.h"

#include <stdint.h>

/* Writes into room of a fixed size. Once something did not fit, nothing more is written. */
struct wire_out {
    char *at; /* borrows */
    size_t len, room;
    bool full;
};

static inline struct str wire_written(const struct wire_out *out) {
    return (struct str){out->at, out->len};
}

void wire_put(struct wire_out *out, const void *bytes, size_t len);
void wire_put_number(struct wire_out *out, uint64_t value);
void wire_put_str(struct wire_out *out, struct str s);
void wire_put_text(struct wire_out *out, const char *text); /* NULL as "" */

struct wire_in {
    const char *at, *end; /* borrows */
    bool bad;
};

uint64_t wire_number(struct wire_in *in);
void wire_take(struct wire_in *in, void *to, size_t len); /* zeros where it is bad */
struct str wire_str(struct wire_in *in);                  /* borrows the bytes; no NUL behind it */
bool wire_ended(const struct wire_in *in);                /* all was read, or it is bad */

/* A copy in the arena, with a NUL behind it. */
struct str wire_copy(struct wire_in *in, struct arena *arena);

#endif
