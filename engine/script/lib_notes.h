/* Gives the code of a rule the global function event_notes. */
#ifndef SCRIPT_LIB_NOTES_H
#define SCRIPT_LIB_NOTES_H

#include "model/event.h"

#include <lua.h>

#define NOTES_NAME "event_notes"

/* Pushes it. `event` is where the present one stands, NULL between events; borrowed as long as the
 * state. */
void notes_push(lua_State *L, const struct event *const *event);

#endif
