/* Names that Lua or another language has and rules do not. */
#ifndef SCRIPT_ABSENT_H
#define SCRIPT_ABSENT_H

#include "base/str.h"

/* Why it is not there, or what is written instead; NULL: it is none of these names. */
const char *absent_why(struct str name);

#endif
