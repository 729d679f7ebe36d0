/* Finds where a JSON object ends, at the speed of memory: looks at its strings and brackets, 64 bytes
 * at a time, and at nothing between them. For what is regular; leaves all else to the grammar.
 *
 * Brackets must fit, and open where a value may stand: in an object behind a colon, in an array
 * behind `[` or a comma. Strings must stand between what may be beside them and hold no line's end.
 * So a bracket or a quote too few or too many is odd and takes no other object with it. Whatever else
 * is wrong is found by who parses the object. Private to text/. */
#ifndef TEXT_SKIM_H
#define TEXT_SKIM_H

#include "base/str.h"

#include <stdint.h>

enum skim_answer {
    SKIM_WHOLE, /* `length` is set */
    SKIM_MORE,  /* the object does not end in these bytes */
    SKIM_ODD, /* the grammar has to look: it is broken, nests deep or begins a line with a bracket */
};

/* All zero is the beginning. */
struct skim {
    size_t length; /* of the object */
    bool lines;    /* a line may end in it */

    /* May be NULL. Asked of each array that is a member of the object, with the bytes before its
     * bracket; true: that is odd. */
    bool (*odd_array)(const void *context, struct str before);
    const void *context; /* borrowed */

    size_t done;    /* the rest is private: bytes gone through, in whole blocks; */
    uint64_t kinds; /* of what is open, the innermost the lowest: 1 for an object */
    unsigned depth;
    uint64_t in_string; /* all ones or zero */
    uint64_t escaped;   /* 1: the next byte is */
    uint64_t behind;    /* 1: the last byte may stand before a string */
    uint64_t closed;    /* 1: the last byte ended a string */
};

/* The bytes from the object's `{` on, all there are. After SKIM_MORE call again with those and more:
 * it goes on where it was. */
enum skim_answer skim_object(struct skim *skim, struct str bytes);

#endif
