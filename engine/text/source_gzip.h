/* Inflates gzip (RFC 1952) as its bytes come: several members, with zeros that may pad their end (as
 * tapes and block devices do) and nothing else behind. Knows nothing of files. The one home of zlib.
 * Private to text/. */
#ifndef TEXT_SOURCE_GZIP_H
#define TEXT_SOURCE_GZIP_H

#include "base/str.h"

struct gzip;

struct gzip *gzip_new(void);
void gzip_free(struct gzip *gzip);

/* Uses bytes from the front; gives up to `room` and says how many. 0: more bytes are needed, or there
 * is a fault. */
size_t gzip_inflate(struct gzip *gzip, struct str *bytes, char *to, size_t room);

/* For good; what was inflated before it was given. NULL: there is none. */
const char *gzip_fault(const struct gzip *gzip);
bool gzip_is_inside(const struct gzip *gzip); /* of a member, from its first byte on */

/* For who may take the next member whole: passes over padding; true when a member begins with the
 * next byte, of which nothing was used. */
bool gzip_begins(struct gzip *gzip, struct str *bytes);
void gzip_take(struct gzip *gzip); /* that one was */

#endif
