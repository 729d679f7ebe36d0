#include "flow/wire.h"

void wire_put(struct wire_out *out, const void *bytes, size_t len) {
    if (len > out->room - out->len) out->full = true;
    if (out->full) return;
    if (len) memcpy(out->at + out->len, bytes, len);
    out->len += len;
}

void wire_put_number(struct wire_out *out, uint64_t value) {
    wire_put(out, &value, sizeof value);
}

void wire_put_str(struct wire_out *out, struct str s) {
    wire_put_number(out, s.len);
    wire_put(out, s.at, s.len);
}

void wire_put_text(struct wire_out *out, const char *text) {
    wire_put_str(out, str_of(text ? text : ""));
}

static const char *take(struct wire_in *in, size_t len) {
    if (in->bad || len > (size_t)(in->end - in->at)) {
        in->bad = true;
        return NULL;
    }
    const char *from = in->at;
    in->at += len;
    return from;
}

void wire_take(struct wire_in *in, void *to, size_t len) {
    const char *from = take(in, len);
    if (from)
        memcpy(to, from, len);
    else
        memset(to, 0, len);
}

uint64_t wire_number(struct wire_in *in) {
    uint64_t value;
    wire_take(in, &value, sizeof value);
    return value;
}

struct str wire_str(struct wire_in *in) {
    size_t len = (size_t)wire_number(in);
    const char *from = take(in, len);
    return from ? (struct str){from, len} : (struct str){0};
}

bool wire_ended(const struct wire_in *in) {
    return in->bad || in->at == in->end;
}

struct str wire_copy(struct wire_in *in, struct arena *arena) {
    return arena_copy(arena, wire_str(in));
}
