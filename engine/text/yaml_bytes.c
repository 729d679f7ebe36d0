#include "text/yaml_parts.h"

static bool follows(struct str text, size_t offset, size_t count) {
    if (text.len - offset <= count) return false;
    for (size_t i = 1; i <= count; i++)
        if (((unsigned char)text.at[offset + i] & 0xC0) != 0x80) return false;
    return true;
}

/* RFC 3629 section 4: what the second byte may be after the first ones that limit it. */
static bool second_is_allowed(unsigned char first, unsigned char second) {
    switch (first) {
    case 0xE0: return second >= 0xA0;
    case 0xED: return second <= 0x9F;
    case 0xF0: return second >= 0x90;
    case 0xF4: return second <= 0x8F;
    default: return true;
    }
}

size_t yaml_sequence(struct str text, size_t offset) {
    unsigned char first = (unsigned char)text.at[offset];
    if (first < 0x80) return 1;
    size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC2 || first > 0xF4 || !follows(text, offset, more)) return 0;
    return second_is_allowed(first, (unsigned char)text.at[offset + 1]) ? more + 1 : 0;
}

/* YAML 1.2 section 5.1: what a file may hold, of the characters that are no text. */
static bool is_printable(const char *at, size_t len) {
    unsigned char first = (unsigned char)at[0];
    if (len == 1)
        return first >= 0x20 ? first != 0x7F
                             : first >= '\t' && first <= '\r' && first != '\v' && first != '\f';
    if (len == 2) return memcmp(at, "\xC2\xA0", 2) >= 0 || memcmp(at, "\xC2\x85", 2) == 0;
    return len != 3 || memcmp(at, "\xEF\xBF\xBE", 3) < 0;
}

static const char *fault_at(struct str text, size_t offset, size_t len) {
    if (len == 0) return "invalid UTF-8";
    return is_printable(text.at + offset, len) ? NULL : "control character";
}

bool yaml_check_bytes(const char *file, struct str text, struct diags *diags) {
    struct place place = {file, 1, 1};
    for (size_t offset = 0, len; offset < text.len; offset += len) {
        len = yaml_sequence(text, offset);
        const char *fault = fault_at(text, offset, len);
        if (fault)
            return diags_error(
                diags, place, "%s 0x%02x in a YAML file", fault, (unsigned char)text.at[offset]);
        place.column += (unsigned)len;
        if (text.at[offset] == '\n') place = (struct place){file, place.line + 1, 1};
    }
    return true;
}
