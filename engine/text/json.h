/* One JSON text (RFC 8259, strict) to a tree and back. The one home of cJSON, whose traps stay
 * inside json.c: what cJSON would lose (NUL in strings, 64-bit integers, digits) is kept, what it
 * would wrongly accept is refused. Knows nothing of records or events.
 *
 * A tree lives in the arena it was parsed into and is never changed. */
#ifndef TEXT_JSON_H
#define TEXT_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

#include <stdint.h>

/* Bounds, so that no text makes a reader run out of stack or memory, or take long. What becomes an
 * event has tighter ones: an alert wraps an event and repeats parts of it, and must be readable too.
 * A record of CloudTrail nests 11 deep, and one of 1 MB, its largest, has some 40,000 values. */
enum {
    JSON_DEPTH = 512,      /* arrays and objects inside one another: readers and printers recurse */
    JSON_VALUES = 2000000, /* of every kind, keys not counted: each takes up to 160 bytes */
    JSON_SIZE = 64 << 20,  /* bytes of text */

    RECORD_DEPTH = 500,
    RECORD_VALUES = 250000,
    RECORD_LIMIT = 4 << 20, /* bytes */
};

enum json_type {
    JSON_NULL,
    JSON_BOOL,
    JSON_INTEGER, /* fits int64_t and was written without fraction or exponent */
    JSON_FLOAT,   /* any other number */
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

/* What had to be mended or was odd. The last of equal keys wins, at the place of the last. */
enum json_note {
    JSON_NOTE_DUPLICATE_KEY = 1,
    JSON_NOTE_INVALID_UTF8 = 2,   /* became U+FFFD */
    JSON_NOTE_LONE_SURROGATE = 4, /* became U+FFFD */
    JSON_NOTE_NUL = 8, /* U+0000, which is kept, and where others see the end of a string */
};

struct json {
    enum json_type type;
    unsigned notes; /* enum json_note, of the value and of the key it stands under */
    size_t count;   /* elements or members */
    union {
        bool boolean;
        int64_t integer;
        struct {
            double value;      /* nearest; may be infinite */
            struct str digits; /* as written */
        } number;
        struct str string; /* UTF-8, may hold NUL, carries one more NUL behind */
        struct json *items;
        struct json_member *members; /* in the order of the text; a key stands once */
    };
    const uint32_t *by_key; /* members sorted by key, NULL where they are few */
};

struct json_member {
    struct str key;
    struct json value;
};

/* NULL: no JSON; the diagnostic's text ends in "at byte N" (from 1) or "at line L column C" when
 * the text has several lines. `notes` may be NULL; those of all values are added
 * to it. */
const struct json *json_parse(
    struct arena *arena, struct str text, unsigned *notes, struct diag *diag);

/* The same for what becomes an event: held to the bounds of a record. */
const struct json *json_parse_record(
    struct arena *arena, struct str text, unsigned *notes, struct diag *diag);

/* NULL when `object` is NULL, no object, or has no such key. */
const struct json *json_get(const struct json *object, struct str key);
#define json_get_text(object, key) json_get((object), str_of(key))

/* Follows a dotted path through objects; `\.` is a dot inside a key. */
const struct json *json_path(const struct json *root, struct str path);

/* Whether anything but null stands there, in arrays on the way and at its end in any element. */
bool json_path_holds(const struct json *root, struct str path);

bool json_is_string(const struct json *json);    /* NULL is none */
struct str json_string(const struct json *json); /* "" when it is no string */
bool json_equal(const struct json *a, const struct json *b);

/* Compact JSON, keys in their order, numbers as written, always valid UTF-8. */
void json_print(struct buf *to, const struct json *json);
void json_print_string(struct buf *to, struct str s); /* with the quotes; invalid UTF-8 is mended */

/* For building output by hand: `{` and `[` are the caller's. A key, which must need no escape, writes
 * the comma that separates it from what stands before it in the same object. */
void json_print_key(struct buf *to, const char *key);
void json_print_member(struct buf *to, const char *key, struct str value);
void json_print_member_integer(struct buf *to, const char *key, int64_t value);
void json_print_member_bool(struct buf *to, const char *key, bool value);
void json_print_comma(
    struct buf *to); /* before an element of an array, where one stands before it */
void json_print_integer(struct buf *to, int64_t value);

#endif
