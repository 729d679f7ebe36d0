#include "flow/difference.h"

/* Nobody reads more of a value, and each stands in several places of a report. */
enum { VALUE_MOST = 2000 };

static struct str shorten(struct arena *arena, struct str value) {
    size_t len = VALUE_MOST;
    if (value.len <= VALUE_MOST) return arena_copy(arena, value);
    while (len > 0 && ((unsigned char)value.at[len] & 0xC0) == 0x80) len--;
    return str_of(arena_format(arena, "%.*s…", (int)len, value.at));
}

bool differences_add(struct differences *differences, struct place place, const char *what,
    struct str expected, struct str got) {
    struct arena *arena = differences->arena;
    const char *prefix = differences->prefix ? differences->prefix : "";
    const char *between = *prefix && *what ? ": " : "";
    differences->list = arena_grow(arena, differences->list, differences->count);
    differences->list[differences->count++] = (struct difference){
        .place = place,
        .what = str_of(arena_format(arena, "%s%s%s", prefix, between, what)),
        .expected = shorten(arena, expected),
        .got = shorten(arena, got),
    };
    return false;
}

void difference_print(struct buf *to, const struct difference *difference) {
    buf_add_str(to, difference->what);
    buf_add_format(to, "%sexpected ", difference->what.len ? ": " : "");
    buf_add_str(to, difference->expected);
    buf_add_text(to, ", got ");
    buf_add_str(to, difference->got);
}
