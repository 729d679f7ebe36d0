/* Where to go on after a record that breaks the grammar, so that the good ones behind it are not
 * lost. A guess, made of the bytes alone, in one pass and whatever their chunks. Private to text/.
 *
 * Outside of any array, at the next line that begins with { or [. Inside an array of records, at
 * whichever comes first of
 *   - the comma behind the element or the end of the array, when strings are taken for what they
 *     seem and closing brackets close what they fit. A line's end also ends a string, and a byte
 *     that no JSON has outside of strings begins one: so a quote too few or too many is outlived;
 *   - a { where none can stand, or that begins a line: the next element, the one before was cut;
 *   - a { or [ that begins a line where a comma should stand: the array was cut, a new text begins.
 *
 * A record is looked at from its first byte, not from the one that broke it: one that was cut may
 * have taken the good lines behind it for its own values. What no rule can see: an element that was
 * cut inside an array of its own takes what follows on the same line for that array's. */
#ifndef TEXT_RECORDS_RESYNC_H
#define TEXT_RECORDS_RESYNC_H

#include "text/json_nest.h"

enum resync_outcome {
    RESYNC_NONE,
    RESYNC_TOP,     /* a text of its own begins */
    RESYNC_ELEMENT, /* an element of the same array begins */
    RESYNC_AFTER,   /* a comma or the end of the array comes */
};

struct resync {
    enum resync_outcome outcome;
    struct json_nest nest;
    unsigned home; /* depth of the array of records, 0 for none */
    bool moved;    /* the next byte may be where to go on */
    bool at_line;  /* the next byte begins a line */
    bool in_string, escaped;
    char last; /* outside of strings and white space */
};

/* Where it begins: inside `nest`, with what the grammar says of the next byte. Of a record that is
 * read anew from its first byte, that byte does not count. */
void resync_init(struct resync *resync, const struct json_nest *nest, unsigned home, bool anew,
    bool in_string, bool at_line);

/* True when the place is found: behind the `used` bytes. */
bool resync_feed(struct resync *resync, struct str bytes, size_t *used);

#endif
