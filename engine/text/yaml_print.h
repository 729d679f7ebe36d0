/* JSON written as YAML that text/yaml.h reads back as the same. */
#ifndef TEXT_YAML_PRINT_H
#define TEXT_YAML_PRINT_H

#include "text/json.h"

/* A scalar, in quotes where it would be read as something else. */
void yaml_print_string(struct buf *to, struct str text);

/* On one line, `{a: 1, b: [x]}`. */
void yaml_print_flow(struct buf *to, const struct json *json);

/* What stands behind `key:` in a map whose keys stand at `indent` blanks, up to its last newline:
 * one line for a scalar, else lines that stand two blanks deeper. */
void yaml_print_value(struct buf *to, const struct json *json, unsigned indent);

/* Whether `text`, a document, has this value at `key`, which is in its first level. */
bool yaml_prints_as(struct str text, const char *key, const struct json *json);

#endif
