#include "base/plain.h"

#include <stdint.h>

/* Length of the UTF-8 sequence at the beginning (RFC 3629: no overlong form, no surrogate, nothing
 * above U+10FFFF), 0 when it is none. */
static size_t take_character(struct str text, uint32_t *character) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)text.at[0];
    size_t len = first < 0x80 ? 1 : first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (len == 0 || len > text.len || first > 0xF4) return 0;
    *character = len == 1 ? first : first & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        unsigned char next = (unsigned char)text.at[i];
        if ((next & 0xC0) != 0x80) return 0;
        *character = *character << 6 | (next & 0x3F);
    }
    bool surrogate = *character >= 0xD800 && *character <= 0xDFFF;
    return *character < least[len] || *character > 0x10FFFF || surrogate ? 0 : len;
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
    while (text.len) {
        uint32_t character = 0;
        size_t len = take_character(text, &character);
        if (len == 0)
            buf_add_format(to, "\\x%02x", (unsigned char)text.at[0]);
        else if (is_hidden(character))
            print_escape(to, character);
        else
            buf_add(to, text.at, len);
        size_t used = len ? len : 1;
        text = (struct str){text.at + used, text.len - used};
    }
}

size_t plain_width(struct str text) {
    size_t width = 0;
    for (size_t i = 0; i < text.len; i++) width += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return width;
}
