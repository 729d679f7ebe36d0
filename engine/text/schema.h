/* Rows that say what a YAML map may hold: checks it, reports what is wrong with a suggestion, and
 * fills a struct. Manifests, log types, configuration and tests are all read through it. */
#ifndef TEXT_SCHEMA_H
#define TEXT_SCHEMA_H

#include "text/yaml.h"

enum schema_type {
    SCHEMA_STRING, /* struct str; a number or boolean is an error, "" too */
    SCHEMA_NAME,   /* struct str of a-z, 0-9, '.', '_' and '-' */
    SCHEMA_BOOL,   /* bool */
    SCHEMA_INTEGER, /* int64_t; like DURATION and SIZE at least `low`, at most `high` if high > low */
    SCHEMA_DURATION, /* int64_t milliseconds: 90s, 15m, 1h, 7d, 0 */
    SCHEMA_NUMBER,   /* double */
    SCHEMA_SIZE,     /* int64_t bytes: 64kB, 10MB, 1GB (powers of 1000), 0 */
    SCHEMA_CHOICE,   /* int: index into `choices` */
    SCHEMA_STRINGS,  /* struct schema_strings; a single string is a list of one */
    SCHEMA_YAML,     /* const struct yaml *: taken as it is */
    SCHEMA_CUSTOM,   /* `parse` is called; never for null */
};

struct schema_strings {
    struct str *list;
    struct place *places;
    size_t count;
};

struct schema_context {
    struct arena *arena;
    struct diags *diags;
    const char *subject; /* "a rule", "'dedup'": for "unknown key 'x' in a rule" */
};

/* What SCHEMA_CUSTOM and SCHEMA_YAML take, for the JSON Schema: any one of these. Nothing: anything. */
struct schema_shape {
    const struct schema_row *map;   /* a map by these rows */
    const struct schema_row *list;  /* a list of such maps */
    const struct schema_row *names; /* a map from names to such maps */
    const char *
        json; /* members of a JSON Schema for what else it may be, beside `choices`; of any other type: what
                         holds beside it, of SCHEMA_STRINGS for each */
    const char *also; /* members of a JSON Schema that hold for each of those maps, too */
    bool open;        /* such a map takes other keys, too */
};

struct schema_row {
    const char *key; /* NULL ends the table */
    enum schema_type type;
    bool required;
    size_t offset;              /* of the field in the struct that is filled */
    const char *const *choices; /* NULL-terminated */
    int64_t low, high;
    bool (*parse)(struct schema_context *context, const struct yaml *value, void *into);
    const char *help; /* one line, for people and for the JSON Schema */
    struct schema_shape shape;
};

/* Checks `map` against the rows and fills `into` (whose defaults are already there). All problems
 * are reported; false when there was any. */
bool schema_read(struct schema_context *context, const struct schema_row *rows,
    const struct yaml *map, void *into);

/* For names that are keys of a map: the check of SCHEMA_NAME. `what` is "id", "destination". */
bool schema_check_name(
    struct schema_context *context, const char *what, struct str name, struct place place);

/* Paths into events (`a.b\.c`): no name in them is empty. */
bool schema_check_paths(struct schema_context *context, const struct schema_strings *paths);

/* The place of a key's value; of the map itself where the key is absent. */
struct place schema_place(const struct yaml *map, const char *key);

#endif
