/* Regular expressions with limits, so that no pattern and no text can hold the caller. The one home
 * of PCRE2; syntax: https://www.pcre.org/current/doc/html/pcre2pattern.html (UTF, no \C).
 * A compiled regex does not change; any number of threads may search with it. */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/diag.h"
#include "base/str.h"

enum { REGEX_GROUPS = 32, REGEX_WORK = 400000, REGEX_LONGEST = 16384 };

struct regex;

enum regex_result { REGEX_NO, REGEX_YES, REGEX_LIMIT };

/* Where the match and each group lie in the subject; group 0 is the whole match. A group that took
 * no part has at == NULL. */
struct regex_groups {
    struct str list[REGEX_GROUPS];
    size_t count;
};

/* NULL with "the expression is too long", "missing closing parenthesis at character 7" when it does not compile. */
struct regex *regex_new(struct str pattern, struct diag *diag);
void regex_free(struct regex *regex);
size_t regex_size(const struct regex *regex); /* bytes */

/* Searches from byte `from`; `groups` may be NULL. Invalid UTF-8 in the subject is matched around,
 * never an error. REGEX_LIMIT when it takes more than REGEX_WORK. */
enum regex_result regex_search(
    const struct regex *regex, struct str subject, size_t from, struct regex_groups *groups);

/* The same, for as much work as there is left; what was done is taken off. An item of the pattern
 * that is tried somewhere is one, and so are 8 bytes passed over. */
enum regex_result regex_search_within(const struct regex *regex, struct str subject, size_t from,
    struct regex_groups *groups, size_t *work);

#endif
