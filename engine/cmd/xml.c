#include "cmd/xml.h"

#include "base/utf8.h"

/* XML 1.0 can hold neither controls nor U+FFFE and U+FFFF, not even escaped. */
static bool is_refused(const char *at, size_t len) {
    unsigned char c = (unsigned char)*at;
    if (len == 1) return c < ' ' && c != '\t' && c != '\n' && c != '\r';
    return len == 3 && (memcmp(at, "\xEF\xBF\xBE", 3) == 0 || memcmp(at, "\xEF\xBF\xBF", 3) == 0);
}

/* In an attribute a line's end would become a space. */
static void add_character(struct buf *to, const char *at, size_t len, bool is_attribute) {
    if (!is_attribute && (*at == '\n' || *at == '\t' || *at == '"')) {
        buf_add(to, at, len);
        return;
    }
    switch (*at) {
    case '&': buf_add_text(to, "&amp;"); return;
    case '<': buf_add_text(to, "&lt;"); return;
    case '>': buf_add_text(to, "&gt;"); return;
    case '"': buf_add_text(to, "&quot;"); return;
    case '\n':
    case '\r':
    case '\t': buf_add_format(to, "&#%d;", *at); return;
    default: buf_add(to, at, len);
    }
}

static void add_escaped(struct buf *to, struct str text, bool is_attribute) {
    for (size_t i = 0, len; i < text.len; i += len) {
        bool valid = utf8_next(text.at + i, text.len - i, &len);
        if (!valid) len = 1;
        if (!valid || is_refused(text.at + i, len))
            buf_add_text(to, "\xEF\xBF\xBD");
        else
            add_character(to, text.at + i, len, is_attribute);
    }
}

void xml_add_text(struct buf *to, struct str text) {
    add_escaped(to, text, false);
}

void xml_add_attribute(struct buf *to, const char *name, struct str text) {
    buf_add_format(to, " %s=\"", name);
    add_escaped(to, text, true);
    buf_add_char(to, '"');
}
