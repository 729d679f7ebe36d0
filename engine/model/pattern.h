/* Patterns: the one language for selecting. Those of Amazon EventBridge, with regex, contains and
 * not added. Compiled once from YAML, then asked about any number of JSON trees, from any thread.
 * What they mean to users is said in rules/PATTERNS.md. Knows nothing of events, rules or alerts.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html and
 * https://github.com/aws/event-ruler. */
#ifndef MODEL_PATTERN_H
#define MODEL_PATTERN_H

#include "text/json.h"
#include "text/yaml.h"

struct pattern;

/* NULL when there was any problem; all are reported, each at its place. The pattern lives in the
 * arena and borrows `yaml`; what it holds outside the arena is freed by pattern_release, before the
 * arena is. */
struct pattern *pattern_compile(struct arena *arena, const struct yaml *yaml, struct diags *diags);
void pattern_release(struct pattern *pattern);

/* Matches what any of the patterns does. Borrows them, and holds nothing outside the arena. */
struct pattern *pattern_any(
    struct arena *arena, const struct pattern *const *patterns, size_t count);

/* Whether `value` matches; what is no object never does. `failed`, where not NULL, becomes true when
 * a regular expression met its limit, which counts as not found, inside `not` too. Allocates
 * nothing, and takes time in proportion to the value for each field of the pattern. */
bool pattern_matches(const struct pattern *pattern, const struct json *value, bool *failed);

/* Whether a map below a field is an operator, `{prefix: a}`, and no further path. */
bool pattern_is_operator(const struct yaml *map);

/* The shape of a pattern in a schema row, and the definitions that it refers to. `paths` are offered
 * as keys; a last name `*` is left off. */
#define PATTERN_SHAPE                                                                              \
    { .json = "\"$ref\":\"#/definitions/pattern\"" }

struct schema_strings;
void pattern_print_definitions(struct buf *to, const struct schema_strings *paths);

#endif
