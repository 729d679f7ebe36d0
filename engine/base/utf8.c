#include "base/utf8.h"

#include <stdint.h>

/* What may follow a lead byte first; the bytes behind that one are 80 to BF. */
struct lead {
    unsigned char from, to, length, low, high;
};

static const struct lead leads[] = {
    {0x00, 0x7F, 1, 0, 0},
    {0xC2, 0xDF, 2, 0x80, 0xBF},
    {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F},
    {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF},
    {0xF4, 0xF4, 4, 0x80, 0x8F},
};

static const struct lead *find_lead(unsigned char byte) {
    enum { LEADS = sizeof leads / sizeof *leads };
    size_t i = 0;
    while (i < LEADS && byte > leads[i].to) i++;
    return i < LEADS && byte >= leads[i].from ? &leads[i] : NULL;
}

bool utf8_next(const char *at, size_t len, size_t *bytes) {
    const unsigned char *byte = (const unsigned char *)at;
    const struct lead *lead = find_lead(*byte);
    *bytes = 1;
    if (!lead) return false;
    unsigned char low = lead->low, high = lead->high;
    for (size_t i = 1; i < lead->length; *bytes = ++i, low = 0x80, high = 0xBF)
        if (i >= len || byte[i] < low || byte[i] > high) return false;
    return true;
}

static const char *ascii_end(const char *at, const char *end) {
    const uint64_t high = UINT64_C(0x8080808080808080);
    for (uint64_t bytes; end - at >= (ptrdiff_t)sizeof bytes; at += sizeof bytes) {
        memcpy(&bytes, at, sizeof bytes);
        if (bytes & high) break;
    }
    while (at < end && (unsigned char)*at < 0x80) at++;
    return at;
}

bool utf8_valid(struct str text) {
    const char *at = text.at, *end = text.at + text.len;
    while ((at = ascii_end(at, end)) < end) {
        size_t bytes;
        if (!utf8_next(at, (size_t)(end - at), &bytes)) return false;
        at += bytes;
    }
    return true;
}
