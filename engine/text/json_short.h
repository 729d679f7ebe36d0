/* JSON for people to glance at. */
#ifndef TEXT_JSON_SHORT_H
#define TEXT_JSON_SHORT_H

#include "text/json.h"

/* Appends the JSON in about `limit` bytes: what is more is "…", and no JSON any more. Takes time in
 * proportion to the limit. */
void json_print_short(struct buf *to, const struct json *json, size_t limit);

/* The same of a string: quoted, whole characters. */
void json_print_string_short(struct buf *to, struct str s, size_t limit);

/* The same, and JSON all the same: the "…" is the end of the string. */
void json_print_string_cut(struct buf *to, struct str s, size_t limit);

#endif
