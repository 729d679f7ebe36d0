#include "text/records_window.h"

enum { CHUNK = 256 * 1024 };

void window_init(struct window *window, struct source *source, uint64_t offset) {
    *window = (struct window){.source = source, .offset = offset};
}

void window_release(struct window *window) {
    source_close(window->source);
    buf_release(&window->bytes);
}

struct str window_from(const struct window *window, uint64_t offset) {
    size_t at = (size_t)(offset - window->offset);
    return (struct str){buf_text(&window->bytes) + at, window->bytes.len - at};
}

ssize_t window_fill(struct window *window, uint64_t needed, struct diag *diag) {
    buf_drop(&window->bytes, (size_t)(needed - window->offset));
    window->offset = needed;
    ssize_t got = source_read(window->source, buf_reserve(&window->bytes, CHUNK), CHUNK, diag);
    if (got > 0) window->bytes.len += (size_t)got;
    return got;
}

ssize_t window_read_mark(struct window *window, struct diag *diag) {
    const struct str mark = STR("\xEF\xBB\xBF");
    ssize_t got = 1;
    while (got > 0 && window->bytes.len < mark.len && str_starts(mark, buf_str(&window->bytes)))
        got = window_fill(window, 0, diag);
    if (got < 0) return -1;
    return str_starts(buf_str(&window->bytes), mark) ? (ssize_t)mark.len : 0;
}
