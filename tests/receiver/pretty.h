/* Messages as people would see them: what Slack and PagerDuty make of what they are sent. */
#ifndef RECEIVER_PRETTY_H
#define RECEIVER_PRETTY_H

#include "base/str.h"

void pretty_print(const char *path, struct str body, int answered);

#endif
