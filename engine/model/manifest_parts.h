/* What the files of the manifest reader share; for them alone. Each function reports what is wrong
 * and returns false then; those that end in _read are `parse` of a schema row. */
#ifndef MODEL_MANIFEST_PARTS_H
#define MODEL_MANIFEST_PARTS_H

#include "model/manifest.h"

/* The rows of each key's map, or of each map in its list. */
extern const struct schema_row manifest_test_rows[], manifest_timeline_rows[],
    manifest_expect_rows[], manifest_listed_rows[], manifest_exception_rows[],
    manifest_resolve_rows[], manifest_given_rows[];
extern const struct schema_row memory_threshold_rows[], memory_first_seen_rows[],
    memory_sequence_rows[], memory_aggregate_rows[], memory_bounds_rows[];

extern const char *const manifest_expect_words[]; /* by enum expectation */

/* A map, or JSON text. */
#define EVENT_SHAPE                                                                                \
    { .json = "\"type\":[\"object\",\"string\"]" }

/* One document; `manifest` is zeroed. */
bool manifest_read(
    struct schema_context *context, const struct yaml *document, struct manifest *manifest);

/* Into a struct pattern *. */
bool manifest_when_read(struct schema_context *context, const struct yaml *value, void *into);

/* Into struct manifest_lua. */
bool manifest_lua_read(struct schema_context *context, const struct yaml *value, void *into);

/* `tests`, into the struct manifest: list and count. */
bool manifest_tests_read(struct schema_context *context, const struct yaml *value, void *into);

/* `expect` of the test that the map is, and whether it fits what there is to judge. */
bool manifest_expect_read(
    struct schema_context *context, const struct yaml *map, struct manifest_test *test);

/* `given` of a test, into struct manifest_given; what it makes of a rule that was read, for each of
 * its tests; and what that holds outside the arena. */
bool manifest_given_read(struct schema_context *context, const struct yaml *value, void *into);
void manifest_given_apply(struct arena *arena, const struct manifest *manifest);
void manifest_given_release(struct manifest_given *given);

/* `params`, into a const struct json *. */
bool manifest_params_read(struct schema_context *context, const struct yaml *value, void *into);

/* Into struct manifest_resolve, and what it needs of the rest. */
bool manifest_resolve_read(struct schema_context *context, const struct yaml *value, void *into);
bool manifest_resolve_check(struct schema_context *context, const struct manifest *manifest);

/* `exceptions`, into the struct manifest, or another list and count. */
bool manifest_exceptions_read(struct schema_context *context, const struct yaml *value, void *into);
bool manifest_exceptions_list(struct schema_context *context, const struct yaml *value,
    struct manifest_exception **list, size_t *count);

/* What each of these keys says, into struct memory_rule, which has its defaults. */
bool memory_threshold_read(struct schema_context *context, const struct yaml *value, void *into);
bool memory_first_seen_read(struct schema_context *context, const struct yaml *value, void *into);
bool memory_sequence_read(struct schema_context *context, const struct yaml *value, void *into);
bool memory_aggregate_read(struct schema_context *context, const struct yaml *value, void *into);
bool memory_bounds_read(struct schema_context *context, const struct yaml *value, void *into);

void memory_rule_defaults(struct memory_rule *rule);

/* What no key can know alone, of a rule that was read without a fault. */
bool memory_rule_check(
    struct schema_context *context, const struct manifest *manifest, const struct yaml *document);

/* An event of a test, which is a JSON object: `value` is a map or JSON text, under the key `key`, or
 * names a file of JSON. NULL when it cannot be had. */
const struct json *manifest_event_read(
    struct schema_context *context, const char *key, const struct yaml *value);
const struct json *manifest_event_file_read(
    struct schema_context *context, const struct yaml *value);

/* The content of a file that `value` names, which lies beside or below the manifest's directory;
 * `path` becomes its path. NULL bytes when it cannot be had. */
struct str manifest_file_read(
    struct schema_context *context, const struct yaml *value, const char **path);

#endif
