/* UTF-8 as RFC 3629 section 4 has it: no surrogates, no overlong forms. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

#define UTF8_REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* Bytes of the character at `at`, of which `len` (at least 1) are left. Where it is not valid,
 * false, and the bytes that one U+FFFD stands for. */
bool utf8_next(const char *at, size_t len, size_t *bytes);

bool utf8_valid(struct str text); /* all of it */

#endif
