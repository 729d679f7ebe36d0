#include "text/json_mend.h"

#include "base/utf8.h"
#include "text/json_plain.h"

#include <stdlib.h>

struct mend {
    char *to;
    const char *at, *end;
};

static void put(struct mend *mend, const char *bytes, size_t len) {
    memcpy(mend->to, bytes, len);
    mend->to += len;
}

static void copy(struct mend *mend, size_t len) {
    put(mend, mend->at, len);
    mend->at += len;
}

static void mend_character(struct mend *mend) {
    size_t bytes;
    if (utf8_next(mend->at, (size_t)(mend->end - mend->at), &bytes)) {
        copy(mend, bytes);
    } else {
        put(mend, MEND_INVALID_UTF8, sizeof MEND_INVALID_UTF8 - 1);
        mend->at += bytes;
    }
}

/* The code unit of the escape \uXXXX at `at`; the grammar says that it is whole. */
static unsigned unit_at(const char *at) {
    char digits[5] = {at[2], at[3], at[4], at[5], '\0'};
    return (unsigned)strtoul(digits, NULL, 16);
}

static bool is_low_surrogate(const char *at) {
    return at[0] == '\\' && at[1] == 'u' && (unit_at(at) & 0xFC00) == 0xDC00;
}

static void mend_unit(struct mend *mend) {
    enum { LENGTH = 6 };
    unsigned unit = unit_at(mend->at);
    bool surrogate = (unit & 0xF800) == 0xD800;
    if (unit != 0 && !surrogate) {
        copy(mend, LENGTH);
    } else if (surrogate && unit < 0xDC00 && is_low_surrogate(mend->at + LENGTH)) {
        copy(mend, 2 * LENGTH);
    } else {
        const char *mark = surrogate ? MEND_LONE_SURROGATE : MEND_NUL;
        put(mend, mark, strlen(mark));
        mend->at += LENGTH;
    }
}

static void mend_string(struct mend *mend) {
    copy(mend, 1);
    while (*mend->at != '"') {
        copy(mend, (size_t)(plain_end(mend->at, mend->end) - mend->at));
        if ((unsigned char)*mend->at >= 0x80)
            mend_character(mend);
        else if (mend->at[0] == '\\' && mend->at[1] == 'u')
            mend_unit(mend);
        else if (mend->at[0] == '\\')
            copy(mend, 2);
    }
    copy(mend, 1);
}

static bool is_number(char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static void mend_number(struct mend *mend) {
    size_t len = 0;
    while (mend->at + len < mend->end && is_number(mend->at[len])) len++;
    const char mark[] = {'"', MEND_NUMBER};
    put(mend, mark, sizeof mark);
    copy(mend, len);
    put(mend, "\"", 1);
}

/* Up to the next string or number. */
static size_t structure_length(const char *at, const char *end) {
    const char *from = at;
    while (at < end && *at != '"' && *at != '-' && !(*at >= '0' && *at <= '9')) at++;
    return (size_t)(at - from);
}

/* A byte of a string becomes three at most. A number gets three bytes more, and has one beside it,
 * save where it is all of the text. */
static size_t room_for(struct str text) {
    return 3 * text.len + 3;
}

struct str json_mend(struct arena *arena, struct str text) {
    char *room = arena_room(arena, room_for(text));
    struct mend mend = {room, text.at, text.at + text.len};
    while (mend.at < mend.end) {
        copy(&mend, structure_length(mend.at, mend.end));
        if (mend.at == mend.end) break;
        if (*mend.at == '"')
            mend_string(&mend);
        else
            mend_number(&mend);
    }
    struct str mended = {room, (size_t)(mend.to - room)};
    arena_trim(arena, room, mended.len);
    return mended;
}
