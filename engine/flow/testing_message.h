/* What a test expects of the message to a destination. */
#ifndef FLOW_TESTING_MESSAGE_H
#define FLOW_TESTING_MESSAGE_H

#include "flow/testing.h"

/* The destinations of `config` as far as it goes, and for each type of which there is a
 * destination/TYPE.lua in one of the `dirs` (NULL-terminated) one of that name, with placeholders for
 * its url and its routing_key. In the arena. */
struct config testing_destinations(
    const struct config *config, const char *const *dirs, struct arena *arena);

/* Whether the message about the alert to the destination that is the member's key holds what its
 * value asks for. */
bool testing_message_holds(const struct testing *testing, const struct yaml_member *member,
    const struct json *alert, struct differences *to);

#endif
