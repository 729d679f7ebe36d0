/* How many alerts a rule may raise: "5/day", "0.5/day", "0/day". */
#ifndef MODEL_BUDGET_H
#define MODEL_BUDGET_H

#include "base/str.h"

#include <stdint.h>

#define BUDGET_NONE (-1.0) /* as many as it likes */

/* In alerts a day. */
bool budget_parse(struct str text, double *a_day);

/* Whether so many alerts on so many days are more than it. */
bool budget_exceeded(double a_day, int64_t alerts, size_t days);

#endif
