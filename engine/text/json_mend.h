/* Rewrites JSON so that cJSON reads it without loss. Private to text/json*.c.
 *
 * Two bytes that valid UTF-8 never holds carry what cJSON would drop: U+0000 travels as C0 80, and
 * a number that is no integer of a few digits as a string that begins with MEND_NUMBER. */
#ifndef TEXT_JSON_MEND_H
#define TEXT_JSON_MEND_H

#include "base/buf.h"

#define MEND_NUL "\xC0\x80"
#define MEND_NUMBER '\xC1'

/* `text` keeps the grammar. Adds enum json_note to `notes`. */
void json_mend(struct buf *to, struct str text, unsigned *notes);

#endif
