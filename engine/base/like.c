#include "base/like.h"

/* Only the last star is tried again: what stood before it has found its first place already. */
bool like_matches(struct str text, struct str like) {
    size_t at = 0, in = 0, star = 0, from = 0; /* star: behind it */
    while (at < text.len || in < like.len) {
        bool more = in < like.len;
        if (more && like.at[in] == '*') {
            star = ++in;
            from = at;
        } else if (more && at < text.len && (like.at[in] == '?' || like.at[in] == text.at[at])) {
            in++;
            at++;
        } else if (star && from < text.len) {
            at = ++from;
            in = star;
        } else {
            return false;
        }
    }
    return true;
}
