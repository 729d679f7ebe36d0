/* Finds the members of given names in the bytes of a JSON text without reading the rest of it, which
 * is much faster than a parse. Every member of such a name is found, however deep it lies, unless
 * its name is spelled with \u; it may be one more that stands inside a string, or in what is no
 * JSON. Knows nothing of why they are sought. */
#ifndef TEXT_JSON_NAMES_H
#define TEXT_JSON_NAMES_H

#include "base/pairs.h"

enum { JSON_NAMES = 32 };

/* A name, and the pair by which it is found: its place in "name", of the quote before it. */
struct json_name {
    struct str text; /* borrowed */
    size_t pair;
};

/* Begins zeroed. */
struct json_names {
    struct pairs pairs;
    struct json_name list[JSON_NAMES];
    size_t count;
};

/* `number` is the name's place in the list; one that is there already keeps its own. False: there is
 * no room, or the name has other spellings than itself and \u: it holds a quote, a backslash, a
 * slash, a control character, or what is not ASCII. */
bool json_names_add(struct json_names *names, struct str name, size_t *number);

struct json_names_search {
    const struct json_names *names; /* borrowed, as the text is */
    struct pairs_search pairs;
};

void json_names_begin(
    struct json_names_search *search, const struct json_names *names, struct str text);

/* The next member: its name's number, and where its value begins: the end of the text where that is
 * cut there. False: there are no more. */
bool json_names_next(struct json_names_search *search, size_t *number, size_t *value);

/* Whether the value that begins at `at`, where a quote stands, is a string whose bytes stand for
 * themselves: ASCII, no escape. It is borrowed from the text. */
bool json_plain_string(struct str text, size_t at, struct str *string);

#endif
