#include "script/match.h"

#include <ctype.h>

enum { MOST_DEPTH = 200 };

/* Every function takes where the subject and the pattern stand and returns where the match ends,
 * NULL for no match; match->error tells a failure from that. */
static const char *go_on(struct match *match, const char *s, const char *p);

static const char *fail(struct match *match, const char *error) {
    if (!match->error) match->error = error;
    return NULL;
}

static const char *pattern_end(const struct match *match) {
    return match->pattern.at + match->pattern.len;
}

static const char *subject_end(const struct match *match) {
    return match->subject.at + match->subject.len;
}

enum { SET_BYTES_A_STEP = 8 };

static bool pay(struct match *match, size_t steps) {
    if (match->steps < steps) {
        match->steps = 0;
        return fail(match, "took too many steps");
    }
    match->steps -= steps;
    return true;
}

/* To read the item between p and end once; a set may be as long as the pattern. */
static bool pay_item(struct match *match, const char *p, const char *end) {
    return *p != '[' || pay(match, 1 + (size_t)(end - p) / SET_BYTES_A_STEP);
}

/* ---- one character ---- */

/* %z, which Lua keeps from the time when patterns could not hold a NUL. */
static int is_nul(int c) {
    return c == '\0';
}

static bool in_class(unsigned char c, unsigned char class) {
    static const struct {
        char name;
        int (*is)(int);
    } classes[] = {{'a', isalpha}, {'c', iscntrl}, {'d', isdigit}, {'g', isgraph}, {'l', islower},
        {'p', ispunct}, {'s', isspace}, {'u', isupper}, {'w', isalnum}, {'x', isxdigit},
        {'z', is_nul}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (tolower(class) == classes[i].name)
            return (classes[i].is(c) != 0) != (isupper(class) != 0);
    return class == c;
}

/* Behind the `]` of the set whose `[` is at p. */
static const char *set_end(struct match *match, const char *p) {
    const char *end = pattern_end(match);
    if (++p < end && *p == '^') p++;
    do {
        if (p >= end) return fail(match, "malformed pattern (missing ']')");
        if (*p++ == '%' && p < end) p++;
    } while (p >= end || *p != ']');
    return p + 1;
}

/* Behind the single character, class or set at p. */
static const char *item_end(struct match *match, const char *p) {
    if (*p == '[') {
        const char *end = set_end(match, p);
        return end && pay_item(match, p, end) ? end : NULL;
    }
    if (*p != '%') return p + 1;
    if (p + 1 >= pattern_end(match)) return fail(match, "malformed pattern (ends with '%')");
    return p + 2;
}

/* `p` is at `[`, `last` at `]`. */
static bool in_set(unsigned char c, const char *p, const char *last) {
    bool wanted = true;
    if (p[1] == '^') {
        wanted = false;
        p++;
    }
    while (++p < last) {
        if (*p == '%') {
            if (in_class(c, (unsigned char)*++p)) return wanted;
        } else if (p + 2 < last && p[1] == '-') {
            if ((unsigned char)*p <= c && c <= (unsigned char)p[2]) return wanted;
            p += 2;
        } else if ((unsigned char)*p == c) {
            return wanted;
        }
    }
    return !wanted;
}

static bool is_one(struct match *match, const char *s, const char *p, const char *end) {
    if (s >= subject_end(match) || !pay_item(match, p, end)) return false;
    unsigned char c = (unsigned char)*s;
    switch (*p) {
    case '.': return true;
    case '%': return in_class(c, (unsigned char)p[1]);
    case '[': return in_set(c, p, end - 1);
    default: return (unsigned char)*p == c;
    }
}

/* ---- repetition ---- */

static const char *most(struct match *match, const char *s, const char *p, const char *end) {
    const char *at = s;
    while (is_one(match, at, p, end)) {
        if (!pay(match, 1)) return NULL;
        at++;
    }
    for (;; at--) {
        const char *done = go_on(match, at, end + 1);
        if (done || match->error || at == s) return done;
    }
}

static const char *least(struct match *match, const char *s, const char *p, const char *end) {
    for (;; s++) {
        const char *done = go_on(match, s, end + 1);
        if (done || match->error) return done;
        if (!is_one(match, s, p, end)) return NULL;
    }
}

static const char *maybe(struct match *match, const char *s, const char *p, const char *end) {
    const char *done = is_one(match, s, p, end) ? go_on(match, s + 1, end + 1) : NULL;
    return done || match->error ? done : go_on(match, s, end + 1);
}

static const char *repeat(struct match *match, const char *s, const char *p, const char *end) {
    switch (*end) {
    case '*': return most(match, s, p, end);
    case '+': return is_one(match, s, p, end) ? most(match, s + 1, p, end) : NULL;
    case '-': return least(match, s, p, end);
    default: return maybe(match, s, p, end);
    }
}

/* ---- captures, %b, %f, %1 ---- */

static const char *open_capture(
    struct match *match, const char *s, const char *p, bool is_position) {
    if (match->count == MATCH_CAPTURES) return fail(match, "too many captures");
    match->captures[match->count++] = (struct match_capture){
        s, is_position ? 0 : MATCH_OPEN, is_position};
    const char *done = go_on(match, s, p);
    if (!done) match->count--;
    return done;
}

static const char *close_capture(struct match *match, const char *s, const char *p) {
    size_t i = match->count;
    while (i > 0 && match->captures[i - 1].len != MATCH_OPEN) i--;
    if (i == 0) return fail(match, "invalid pattern capture");
    struct match_capture *capture = &match->captures[i - 1];
    capture->len = (size_t)(s - capture->at);
    const char *done = go_on(match, s, p);
    if (!done) capture->len = MATCH_OPEN;
    return done;
}

static const char *balance(struct match *match, const char *s, const char *p) {
    if (p + 1 >= pattern_end(match))
        return fail(match, "malformed pattern (missing arguments to '%b')");
    if (s >= subject_end(match) || *s != p[0]) return NULL;
    int open = 1;
    for (const char *at = s + 1; at < subject_end(match); at++) {
        if (!pay(match, 1)) return NULL;
        if (*at == p[1]) {
            if (--open == 0) return go_on(match, at + 1, p + 2);
        } else if (*at == p[0]) {
            open++;
        }
    }
    return NULL;
}

static const char *frontier(struct match *match, const char *s, const char *p) {
    if (p >= pattern_end(match) || *p != '[')
        return fail(match, "missing '[' after '%f' in pattern");
    const char *end = item_end(match, p);
    if (!end || !pay_item(match, p, end)) return NULL;
    unsigned char before = s == match->subject.at ? '\0' : (unsigned char)s[-1];
    unsigned char here = s < subject_end(match) ? (unsigned char)*s : '\0';
    if (in_set(before, p, end - 1) || !in_set(here, p, end - 1)) return NULL;
    return go_on(match, s, end);
}

static const char *again(struct match *match, const char *s, const char *p) {
    size_t i = (size_t)(*p - '1');
    if (*p == '0' || i >= match->count || match->captures[i].len == MATCH_OPEN)
        return fail(match, "invalid capture index in pattern");
    const struct match_capture *capture = &match->captures[i];
    if (!pay(match, capture->len)) return NULL;
    if (capture->is_position || (size_t)(subject_end(match) - s) < capture->len) return NULL;
    if (memcmp(s, capture->at, capture->len) != 0) return NULL;
    return go_on(match, s + capture->len, p + 1);
}

static const char *special(struct match *match, const char *s, const char *p) {
    switch (p[1]) {
    case 'b': return balance(match, s, p + 2);
    case 'f': return frontier(match, s, p + 2);
    default: return again(match, s, p + 1);
    }
}

/* ---- the rest of the pattern ---- */

static const char *begin_capture(struct match *match, const char *s, const char *p) {
    bool is_position = p + 1 < pattern_end(match) && p[1] == ')';
    return open_capture(match, s, p + 1 + is_position, is_position);
}

static bool is_single(const struct match *match, const char *p) {
    const char *end = pattern_end(match);
    if (*p == '(' || *p == ')') return false;
    if (*p == '$') return p + 1 < end;
    return *p != '%' || p + 1 == end || !memchr("bf0123456789", p[1], 12);
}

static const char *step(struct match *match, const char *s, const char *p) {
    if (is_single(match, p)) {
        const char *end = item_end(match, p);
        return end ? repeat(match, s, p, end) : NULL;
    }
    switch (*p) {
    case '(': return begin_capture(match, s, p);
    case ')': return close_capture(match, s, p + 1);
    case '$': return s == subject_end(match) ? s : NULL;
    default: return special(match, s, p);
    }
}

static bool is_repeated(const struct match *match, const char *end) {
    return end < pattern_end(match) && memchr("*+?-", *end, 4);
}

/* Items that match one character need no deeper calls, so that long patterns are not too deep. */
static const char *singles(struct match *match, const char *s, const char **p) {
    while (*p < pattern_end(match) && is_single(match, *p)) {
        const char *end = item_end(match, *p);
        if (!end || !pay(match, 1)) return NULL;
        if (is_repeated(match, end)) break;
        if (!is_one(match, s, *p, end)) return NULL;
        s++;
        *p = end;
    }
    return s;
}

static const char *go_on(struct match *match, const char *s, const char *p) {
    if (!pay(match, 1)) return NULL;
    s = singles(match, s, &p);
    if (!s || p == pattern_end(match)) return s;
    if (match->depth == MOST_DEPTH) return fail(match, "pattern too complex");
    match->depth++;
    const char *done = step(match, s, p);
    match->depth--;
    return done;
}

enum match_result match_at(struct match *match, const char *from) {
    match->count = 0;
    match->depth = 0;
    match->end = go_on(match, from, match->pattern.at);
    if (match->error) return MATCH_BAD;
    return match->end ? MATCH_YES : MATCH_NO;
}

bool match_is_plain(struct str pattern) {
    for (size_t i = 0; i < pattern.len; i++)
        if (memchr("^$*+?.([%-", pattern.at[i], 10)) return false;
    return true;
}
