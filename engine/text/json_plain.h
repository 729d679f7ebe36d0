/* Runs of text that need no look at each byte. Private to text/. */
#ifndef TEXT_JSON_PLAIN_H
#define TEXT_JSON_PLAIN_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool is_plain(unsigned char c) {
    return c >= ' ' && c < 0x80 && c != '"' && c != '\\';
}

/* The high bit of each of eight bytes that is not plain: the usual trick of finding a zero byte (a byte
 * below 0x20) with one subtraction, which may also mark bytes behind one of these. */
static inline uint64_t plain_stops(uint64_t bytes) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quotes = bytes ^ ones * '"', slashes = bytes ^ ones * '\\';
    return (bytes | (bytes - ones * ' ') | (quotes - ones) | (slashes - ones)) & ones * 0x80;
}

/* To the first quote, backslash, control character, or byte of 0x80 and above. */
static inline const char *plain_end(const char *at, const char *end) {
    for (uint64_t bytes; end - at >= (ptrdiff_t)sizeof bytes; at += sizeof bytes) {
        memcpy(&bytes, at, sizeof bytes);
        uint64_t stops = plain_stops(le64toh(bytes));
        if (stops) return at + __builtin_ctzll(stops) / 8;
    }
    while (at < end && is_plain((unsigned char)*at)) at++;
    return at;
}

#endif
