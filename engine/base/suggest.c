#include "base/suggest.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>

enum { LONGEST = 63 };

static unsigned least(unsigned a, unsigned b, unsigned c) {
    unsigned m = a < b ? a : b;
    return m < c ? m : c;
}

static bool same(char a, char b) {
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Optimal string alignment: insert, delete, change, or swap two neighbours; case costs nothing. */
static unsigned distance(struct str a, struct str b) {
    unsigned rows[3][LONGEST + 2];
    for (unsigned j = 0; j <= b.len; j++) rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        unsigned *row = rows[i % 3], *up = rows[(i + 2) % 3], *upper = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.len; j++) {
            unsigned change = up[j - 1] + !same(a.at[i - 1], b.at[j - 1]);
            row[j] = least(up[j] + 1, row[j - 1] + 1, change);
            bool swapped = i > 1 && j > 1 && same(a.at[i - 1], b.at[j - 2]) &&
                           same(a.at[i - 2], b.at[j - 1]);
            if (swapped && upper[j - 2] + 1 < row[j]) row[j] = upper[j - 2] + 1;
        }
    }
    return rows[a.len % 3][b.len];
}

struct suggest suggest_for(struct str wanted) {
    return (struct suggest){wanted, NULL, UINT_MAX, false};
}

void suggest_offer(struct suggest *suggest, const char *candidate) {
    struct str name = str_of(candidate);
    if (suggest->wanted.len > LONGEST || name.len > LONGEST) return;
    unsigned d = distance(suggest->wanted, name);
    bool nearer = d < suggest->distance ||
                  (d == suggest->distance && suggest->best && strcmp(candidate, suggest->best) < 0);
    bool has_rival = d == suggest->distance || (suggest->has_rival && d > suggest->distance);
    suggest->has_rival = has_rival;
    if (nearer) *suggest = (struct suggest){suggest->wanted, candidate, d, has_rival};
}

const char *suggest_best(const struct suggest *suggest) {
    unsigned enough = suggest->wanted.len < 4 ? 1 : suggest->wanted.len < 8 ? 2 : 3;
    return suggest->distance <= enough ? suggest->best : NULL;
}

const char *suggest_sure(const struct suggest *suggest) {
    return suggest->has_rival || suggest->distance > 2 ? NULL : suggest_best(suggest);
}

const char *suggest_from(struct str wanted, const char *const *names) {
    struct suggest suggest = suggest_for(wanted);
    for (; *names; names++) suggest_offer(&suggest, *names);
    return suggest_best(&suggest);
}

const char *suggest_text(const char *best) {
    static _Thread_local char text[LONGEST + 32];
    if (!best) return "";
    snprintf(text, sizeof text, " (did you mean '%s'?)", best);
    return text;
}
