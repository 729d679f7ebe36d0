/* Log types: what a kind of log is called, how its records are recognised, and where a record says
 * who it is and when it happened. Read from rules/logs/ID.yaml. */
#ifndef MODEL_LOG_TYPE_H
#define MODEL_LOG_TYPE_H

#include "model/pattern.h"
#include "text/schema.h"

#define LOG_OF_ALERTS "tocsin.alert" /* alerts of the engine, as events */

/* The list of what a field may say, which only `check` reads (model/log_names.h). */
struct log_names {
    const char *file;  /* NULL: there is none */
    struct str of;     /* path of the field: "eventName" */
    struct str by;     /* path of what it depends on: "eventSource" */
    struct str suffix; /* of each value of `by`, which the list leaves out */
};

struct log_type {
    struct str id; /* aws.cloudtrail */
    struct str title;
    struct str time_path;        /* "eventTime": RFC 3339 text or epoch seconds or milliseconds */
    struct str identity_path;    /* "eventID"; empty: a hash of the record stands for it */
    struct str address_path;     /* "sourceIPAddress"; empty: nothing is known of addresses */
    struct schema_strings actor; /* paths of who did it and of where, for reports: the first that */
    struct schema_strings region; /* holds a text counts; none: nothing is known */
    struct str omitted;    /* "omitted": member that is true in an object whose content was left
                                 out by the sender; empty: there is none */
    int64_t lateness_ms;   /* how much later than the newest an event may come and count in full;
                                 default 1 h */
    struct pattern *match; /* what a record must look like to be one */
    struct schema_strings fields;   /* paths its records may have (model/log_fields.h); none: any */
    struct schema_strings booleans; /* those that hold true or false */
    struct log_names names;
    const struct json *base; /* what events of tests are laid over; NULL: they say all themselves */
    /* Keys of a wrapping object under which events are found: an array of them ("Records"), one
     * ("detail"), or JSON text that holds either ("Message"). */
    struct schema_strings envelopes;
};

struct log_types {
    struct log_type **list;
    size_t count;
    const char **wrappers; /* every envelope key of every type, NULL-terminated, for records_new */
};

/* Adds those of every .yaml and .yml file under `dir`. False when there was any problem; all are
 * reported. */
bool log_types_load(
    struct log_types *types, struct arena *arena, const char *dir, struct diags *diags);
/* The same of those whose id is none of a type that there is. */
bool log_types_fill(
    struct log_types *types, struct arena *arena, const char *dir, struct diags *diags);
void log_types_release(struct log_types *types);

const struct log_type *log_types_find(const struct log_types *types, struct str id);

/* The type whose pattern the object matches, or NULL. */
const struct log_type *log_types_recognise(
    const struct log_types *types, const struct json *object);

#endif
