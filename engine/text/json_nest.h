/* Which arrays and objects are open around a byte of JSON: a stack of bits. Levels beyond its room
 * are counted and taken for arrays. Private to text/. */
#ifndef TEXT_JSON_NEST_H
#define TEXT_JSON_NEST_H

#include "text/json.h"

enum { NEST_ROOM = JSON_DEPTH + 64 };

struct json_nest {
    unsigned depth;
    unsigned char object[NEST_ROOM / 8];
};

static inline void nest_push(struct json_nest *nest, bool object) {
    unsigned level = nest->depth++;
    if (level >= NEST_ROOM) return;
    unsigned char bit = (unsigned char)(1u << (level % 8));
    if (object)
        nest->object[level / 8] |= bit;
    else
        nest->object[level / 8] &= (unsigned char)~bit;
}

/* Level 0 is the outermost. */
static inline bool nest_level_is_object(const struct json_nest *nest, unsigned level) {
    return level < NEST_ROOM && (nest->object[level / 8] >> (level % 8) & 1);
}

/* What the innermost level is; false at the top. */
static inline bool nest_is_object(const struct json_nest *nest) {
    return nest->depth && nest_level_is_object(nest, nest->depth - 1);
}

#endif
