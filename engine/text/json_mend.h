/* Rewrites JSON so that cJSON reads it without loss. Private to text/json*.c.
 *
 * Bytes that valid UTF-8 never holds carry what cJSON would drop, and what is to be noted: U+0000
 * travels as C0 80, the U+FFFD of a mended text as three bytes that say why, and a number that is no
 * integer of a few digits as a string that begins with MEND_NUMBER. */
#ifndef TEXT_JSON_MEND_H
#define TEXT_JSON_MEND_H

#include "base/arena.h"

#define MEND_MARK '\xC0' /* the first byte of each of these three */
#define MEND_NUL "\xC0\x80"
#define MEND_INVALID_UTF8 "\xC0\x81\x81"
#define MEND_LONE_SURROGATE "\xC0\x82\x82"
#define MEND_NUMBER '\xC1'

/* A copy in the arena. `text` keeps the grammar. */
struct str json_mend(struct arena *arena, struct str text);

#endif
