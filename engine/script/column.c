#include "script/column.h"

static struct str nth_line(struct str text, unsigned line) {
    while (line > 1 && text.len) {
        const char *end = memchr(text.at, '\n', text.len);
        size_t len = end ? (size_t)(end - text.at) + 1 : text.len;
        text = (struct str){text.at + len, text.len - len};
        line--;
    }
    const char *end = text.len ? memchr(text.at, '\n', text.len) : NULL;
    return (struct str){text.at, end ? (size_t)(end - text.at) : text.len};
}

static bool is_word(struct str line, size_t at) {
    unsigned char c = at < line.len ? (unsigned char)line.at[at] : ' ';
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

unsigned column_of(
    struct str file, const struct manifest_lua *lua, unsigned line, struct str name) {
    struct str text = nth_line(file, line);
    struct str code = nth_line(lua->code, line - lua->line + 1);
    if (!code.len || !str_ends(text, code)) return 0;
    for (size_t at = text.len - code.len; at + name.len <= text.len; at++)
        if (memcmp(text.at + at, name.at, name.len) == 0 && !is_word(text, at + name.len) &&
            (at == 0 || !is_word(text, at - 1)))
            return (unsigned)at + 1;
    return 0;
}

static struct str without_return(struct str line) {
    if (str_ends(line, STR("\r"))) line.len--;
    return line;
}

struct place column_place(
    struct str file, const struct manifest_lua *lua, unsigned line, unsigned column) {
    struct place place = {lua->file, lua->line + line - 1, 0};
    struct str text = without_return(nth_line(file, place.line));
    struct str code = without_return(nth_line(lua->code, line));
    if (code.len && str_ends(text, code)) place.column = (unsigned)(text.len - code.len) + column;
    return place;
}
