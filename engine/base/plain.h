/* Text from outside, made safe to show on a terminal: it stays one line, moves no cursor and does
 * not change the order in which its neighbours are read. */
#ifndef BASE_PLAIN_H
#define BASE_PLAIN_H

#include "base/buf.h"

/* Appends `text`; control characters, invalid UTF-8 and characters that are invisible or turn the
 * direction of writing become "\n", "\x1b" or "\u202e". */
void plain_print(struct buf *to, struct str text);

/* How many columns valid text takes, counting every character as one. */
size_t plain_width(struct str text);

#endif
