/* Lua's string patterns (section 6.4.1 of its manual) with a budget of steps, because Lua's own
 * matcher cannot be stopped and needs more than linear time for many a pattern. Knows no Lua state. */
#ifndef SCRIPT_MATCH_H
#define SCRIPT_MATCH_H

#include "base/str.h"

#include <stdint.h>

enum { MATCH_CAPTURES = 32 };

enum match_result { MATCH_NO, MATCH_YES, MATCH_BAD /* error says why */ };

/* The length of a capture that the pattern never closes: an error for who asks for it, and for
 * nobody else, as in Lua. */
#define MATCH_OPEN SIZE_MAX

struct match_capture {
    const char *at;
    size_t len;
    bool is_position; /* `()`: where it stands */
};

struct match {
    struct str subject, pattern; /* borrowed */
    size_t steps;                /* left; a match that needs more is MATCH_BAD */
    const char *error;           /* borrows a literal */
    size_t count;                /* captures of the last match */
    struct match_capture captures[MATCH_CAPTURES];
    const char *end; /* of the last match */
    int depth;
};

/* Tries exactly at `from`. A leading ^ is the caller's to cut off. */
enum match_result match_at(struct match *match, const char *from);

/* Whether the pattern is plain text. */
bool match_is_plain(struct str pattern);

#endif
