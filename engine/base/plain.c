#include "base/plain.h"

#include "base/utf8.h"

#include <stdint.h>

/* The code point of a valid sequence. */
static uint32_t decode(const char *at, size_t len) {
    const unsigned char *byte = (const unsigned char *)at;
    uint32_t character = len == 1 ? byte[0] : byte[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) character = character << 6 | (byte[i] & 0x3Fu);
    return character;
}

/* Unicode's controls, line separators, direction marks, and what takes no room. */
static bool is_hidden(uint32_t character) {
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x1F},
        {0x7F, 0x9F},
        {0xAD, 0xAD},
        {0x61C, 0x61C},
        {0x180E, 0x180E},
        {0x200B, 0x200F},
        {0x2028, 0x202E},
        {0x2060, 0x206F},
        {0xFEFF, 0xFEFF},
        {0xFFF9, 0xFFFB},
        {0xE0000, 0xE0FFF},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (character >= ranges[i].first && character <= ranges[i].last) return true;
    return false;
}

static void print_escape(struct buf *to, uint32_t character) {
    static const char letters[] = "abtnvfr";
    if (character >= 7 && character <= 13)
        buf_add_format(to, "\\%c", letters[character - 7]);
    else
        buf_add_format(to, character < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)character);
}

void plain_print(struct buf *to, struct str text) {
    for (size_t i = 0, len; i < text.len; i += len) {
        const char *at = text.at + i;
        bool valid = utf8_next(at, text.len - i, &len);
        uint32_t character = valid ? decode(at, len) : 0;
        if (!valid) {
            len = 1;
            buf_add_format(to, "\\x%02x", (unsigned char)*at);
        } else if (is_hidden(character)) {
            print_escape(to, character);
        } else {
            buf_add(to, at, len);
        }
    }
}

size_t plain_width(struct str text) {
    size_t width = 0;
    for (size_t i = 0; i < text.len; i++) width += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return width;
}
