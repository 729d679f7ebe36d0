#include "base/utf8.h"
#include "text/yaml_parts.h"

/* YAML 1.2 section 5.1: what a file may hold, of the characters that are no text. */
static bool is_printable(const char *at, size_t len) {
    unsigned char first = (unsigned char)at[0];
    if (len == 1)
        return first >= 0x20 ? first != 0x7F
                             : first >= '\t' && first <= '\r' && first != '\v' && first != '\f';
    if (len == 2) return memcmp(at, "\xC2\xA0", 2) >= 0 || memcmp(at, "\xC2\x85", 2) == 0;
    return len != 3 || memcmp(at, "\xEF\xBF\xBE", 3) < 0;
}

static const char *fault_at(struct str rest, size_t *len) {
    if (!utf8_next(rest.at, rest.len, len)) return "invalid UTF-8";
    return is_printable(rest.at, *len) ? NULL : "control character";
}

/* libyaml compares each with all before it: a file of them takes hours. */
static bool is_tag_directive(struct str rest, struct place place) {
    return place.column == 1 && str_starts(rest, STR("%TAG"));
}

/* Most of a file: bytes that need no second look, behind the first column. */
static size_t plain_run(struct str rest, struct place place) {
    size_t len = 0;
    while (place.column > 1 && len < rest.len && rest.at[len] >= ' ' && rest.at[len] < 0x7F) len++;
    return len;
}

bool yaml_check_bytes(const char *file, struct str text, struct diags *diags) {
    struct place place = {file, 1, 1};
    for (size_t offset = 0, len; offset < text.len; offset += len) {
        struct str rest = {text.at + offset, text.len - offset};
        if ((len = plain_run(rest, place)) > 0) {
            place.column += (unsigned)len;
            continue;
        }
        const char *fault = fault_at(rest, &len);
        if (fault)
            return diags_reject(
                diags, "TC001", place, "%s 0x%02x in a YAML file", fault, (unsigned char)*rest.at);
        if (is_tag_directive(rest, place))
            return diags_reject(diags, "TC003", place, "tags ('%%TAG') are not supported");
        place.column += (unsigned)len;
        if (*rest.at == '\n') place = (struct place){file, place.line + 1, 1};
    }
    return true;
}
