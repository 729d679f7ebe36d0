/* Patterns: the one language for selecting. Those of Amazon EventBridge, with regex, contains and
 * not added. Compiled once from YAML, then asked about any number of JSON trees, from any thread.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html and
 * https://github.com/aws/event-ruler. */
#ifndef MODEL_PATTERN_H
#define MODEL_PATTERN_H

#include "text/json.h"
#include "text/yaml.h"

struct pattern;

/* NULL when there was any problem; all are reported. The pattern lives in the arena; compiled
 * regular expressions outside it are freed by pattern_release. `yaml` is borrowed as long. */
struct pattern *pattern_compile(struct arena *arena, const struct yaml *yaml, struct diags *diags);
void pattern_release(struct pattern *pattern);

/* Whether `value` (an object) matches. `failed`, where not NULL, becomes true when a regular
 * expression met its limit, which counts as no match. */
bool pattern_matches(const struct pattern *pattern, const struct json *value, bool *failed);

#endif
