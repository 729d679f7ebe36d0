/* Names by example: `*` stands for any characters, `?` for one. */
#ifndef BASE_LIKE_H
#define BASE_LIKE_H

#include "base/str.h"

bool like_matches(struct str text, struct str like);

#endif
