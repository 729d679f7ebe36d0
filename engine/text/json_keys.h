/* The keys of an object that is being made. Private to text/json*.c. */
#ifndef TEXT_JSON_KEYS_H
#define TEXT_JSON_KEYS_H

#include "text/json.h"

/* Of members with equal keys the last stays, at its place and with a note; finds an order by key where
 * there are many. */
void json_keys_settle(struct arena *arena, struct json *object);

#endif
