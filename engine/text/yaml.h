/* YAML to a tree with places. Knows nothing of rules or configuration.
 *
 * YAML 1.2 core schema with one change: a number is written in decimal and begins with no
 * superfluous 0; all else is a string. So 5, -0, +5, 1.5, .5, 5. and 1e3 are numbers, and 007, 0x10,
 * 0o7, 1_000, .inf and .nan strings, as are no, on and yes. Whatever is in quotes or a block is a
 * string. An integer that does not fit 64 bits is a float and keeps its digits.
 *
 * Anchors, aliases, tags and merge keys are refused, duplicate keys and keys that are no scalars
 * too. */
#ifndef TEXT_YAML_H
#define TEXT_YAML_H

#include "base/arena.h"
#include "base/diag.h"
#include "text/json.h"

/* Bounds, so that no file makes its reader hang or run out of memory. Behind the first that is met
 * the rest of the file is given up. */
enum {
    YAML_LIMIT = 4 * 1024 * 1024, /* bytes of a file */
    YAML_DEPTH = 32,      /* lists and maps inside one another; an event in a test needs 15 */
    YAML_VALUES = 500000, /* keys, scalars, lists and maps: up to 150 bytes each */
    YAML_DOCUMENTS = 1000,
};

enum yaml_type { YAML_NULL, YAML_BOOL, YAML_INTEGER, YAML_FLOAT, YAML_STRING, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_type type;
    struct place place;
    struct str text; /* a scalar as it is spelled in the file (unquoted content) */
    bool is_block;   /* a literal or folded block scalar: its text begins on the next line */
    bool is_folded;  /* a folded one: its lines are not those of the file */
    bool bad;        /* what is wrong with it was reported: readers say no more about it */
    bool boolean;
    int64_t integer;
    double number; /* of integers too */
    size_t count;
    struct yaml *items;          /* of a list */
    struct yaml_member *members; /* of a map, in order */
};

struct yaml_member {
    struct str key;
    struct place place; /* of the key */
    struct yaml value;
};

struct yaml_documents {
    struct yaml *list;
    size_t count;
};

/* Reports every problem it can go on after; false when there was any. After a syntax error the rest
 * is given up; the documents before it are there. `file` is what places say; it is borrowed as long
 * as the arena, `text` is not. */
bool yaml_parse(struct yaml_documents *documents, struct arena *arena, const char *file,
    struct str text, struct diags *diags);
bool yaml_parse_file(
    struct yaml_documents *documents, struct arena *arena, const char *path, struct diags *diags);

const struct yaml *yaml_get(const struct yaml *map, const char *key); /* NULL where absent */
const char *yaml_type_name(enum yaml_type type);                      /* "a string", "a map" … */

/* The same value as JSON (test events, params). */
const struct json *yaml_to_json(struct arena *arena, const struct yaml *yaml);

#endif
