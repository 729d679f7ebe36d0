/* The look before the parse: whether a record, an object of JSON that is an event or an envelope of
 * some, could hold an event that a pattern matches, told from its bytes. Yes costs a parse; no is
 * certain, for every way in which JSON can be spelled.
 *
 * A branch of a pattern matches only events in which one of its fields, the access, has a scalar
 * that passes a test, under the last key of its path or in arrays under it. So a record is wanted
 * where any member of such a name, however deep, has a value that may pass. Why no is certain:
 *
 * - Names are sought as bytes in quotes. They are ASCII without quote, backslash and slash, so that
 *   only \u spells them otherwise: a record with \u is wanted. What is no UTF-8 becomes U+FFFD, and
 *   never a byte of a name. A pattern whose name is otherwise leaves nothing to look for.
 * - All members of a name are looked at: which of two equal keys counts, and where, is no matter.
 * - A string is asked only when each byte stands for itself: ASCII without escapes. Any other is
 *   wanted, as an array is, and whatever is no JSON. An object is no scalar, and its members are
 *   looked at by themselves. A number is wanted where any might pass.
 * - JSON text within a string has its quotes escaped: a record in which an envelope's key has a
 *   string with an escape is wanted. That holds for text within text, too: the outermost shows.
 * - What is cut or broken holds no event. It is mostly wanted, too, so that it is told of. */
#ifndef MODEL_PATTERN_LOOK_H
#define MODEL_PATTERN_LOOK_H

#include "model/pattern_access.h"
#include "text/records.h"

struct look;

/* NULL: there is nothing to look for, or too much; every record is wanted. Borrows the patterns.
 * `wrappers`: the envelopes' keys, NULL-terminated; borrowed, NULL for none. */
struct look *look_new(const struct pattern_accesses *accesses, const char *const *wrappers);
void look_free(struct look *look); /* NULL is fine */

/* For who reads records: those that are wanted. NULL wants all. */
struct record_filter look_filter(const struct look *look);

/* Takes about 0.1 ns a byte for one name and 0.4 ns for five. Any number of threads may ask. */
bool look_wants(const struct look *look, struct str record);

#endif
