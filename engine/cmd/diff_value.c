#include "cmd/diff.h"

#include "base/plain.h"
#include "text/json_short.h"

enum { TITLE_MOST = 200 };

static const char more[] = "…";

void diff_print_value(struct buf *to, const struct json *value, size_t limit) {
    struct buf text = {0};
    json_print_short(&text, value, limit);
    plain_print(to, buf_str(&text));
    buf_release(&text);
}

/* Bytes of the lines that both begin with. */
static size_t equal_lines(struct str a, struct str b) {
    size_t lines = 0;
    for (size_t i = 0; i < a.len && i < b.len && a.at[i] == b.at[i]; i++)
        if (a.at[i] == '\n') lines = i + 1;
    return lines;
}

void diff_print_side(
    struct buf *to, const struct diff_change *change, enum diff_side side, size_t limit) {
    const struct json *old = change->values[DIFF_OLD], *new = change->values[DIFF_NEW];
    const struct json *value = change->values[side];
    if (!value) {
        buf_add_text(to, "none");
        return;
    }
    struct json rest = *value;
    bool texts = old && new &&json_is_string(old) && json_is_string(new);
    size_t equal = texts ? equal_lines(old->string, new->string) : 0;
    if (equal) rest.string = (struct str){rest.string.at + equal, rest.string.len - equal};
    if (equal) buf_add_text(to, more);
    diff_print_value(to, &rest, limit);
}

static void print_title(struct buf *to, struct str title) {
    size_t len = title.len < TITLE_MOST ? title.len : TITLE_MOST;
    while (len < title.len && len > 0 && ((unsigned char)title.at[len] & 0xC0) == 0x80) len--;
    plain_print(to, (struct str){title.at, len});
    if (len < title.len) buf_add_text(to, more);
}

void diff_print_sample(struct buf *to, const struct diff_sample *sample) {
    char time[CLOCK_TEXT];
    buf_add_text(to, alert_format_time(sample->time_ms, time) ? time : "-");
    buf_add_char(to, ' ');
    plain_print(to, sample->severity);
    buf_add_char(to, ' ');
    print_title(to, sample->title);
    if (sample->count > 1) buf_add_format(to, " (%lld times)", (long long)sample->count);
    buf_add_format(to, "  %.*s", STR_ARG(sample->id));
}
