/* Regular expressions whose time can grow with every character doubled: told from their text alone,
 * and only where it is certain. What PCRE refuses is nothing to this. */
#ifndef BASE_REGEX_RISK_H
#define BASE_REGEX_RISK_H

#include "base/str.h"

/* Why the expression can take long, static; NULL where nothing is known against it. */
const char *regex_risk(struct str regex);

#endif
