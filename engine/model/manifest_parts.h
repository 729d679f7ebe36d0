/* What the files of the manifest reader share; for them alone. Each function reports what is wrong
 * and returns false then; those that end in _read are `parse` of a schema row. */
#ifndef MODEL_MANIFEST_PARTS_H
#define MODEL_MANIFEST_PARTS_H

#include "model/manifest.h"

/* One document; `manifest` is zeroed. */
bool manifest_read(
    struct schema_context *context, const struct yaml *document, struct manifest *manifest);

/* Into struct manifest_lua. */
bool manifest_lua_read(struct schema_context *context, const struct yaml *value, void *into);

/* `tests`, into the struct manifest: list and count. */
bool manifest_tests_read(struct schema_context *context, const struct yaml *value, void *into);

/* The content of a file that `value` names, which lies beside or below the manifest's directory;
 * `path` becomes its path. NULL bytes when it cannot be had. */
struct str manifest_file_read(
    struct schema_context *context, const struct yaml *value, const char **path);

#endif
