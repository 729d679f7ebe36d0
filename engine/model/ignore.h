/* `ignore_findings` of a manifest and of the configuration: which findings are fine there, and why. */
#ifndef MODEL_IGNORE_H
#define MODEL_IGNORE_H

#include "model/finding.h"
#include "text/schema.h"

struct ignore {
    const struct finding *finding;
    struct str code, reason;
    struct place place;
    bool was_needed; /* ignores_apply found what it ignores */
};

struct ignores {
    struct ignore *list;
    size_t count;
};

/* `parse` of a schema row, into a struct ignores. */
bool ignores_read(struct schema_context *context, const struct yaml *value, void *into);

/* The lines of a rule: those of its document, and those of its Lua file. */
struct extent {
    const char *file;
    unsigned first, last;
    const char *lua_file; /* NULL: none of its own */
};

/* Takes away the findings that are ignored, within `extent`, which NULL makes all there are. */
void ignores_apply(struct ignores *ignores, struct diags *diags, const struct extent *extent);

/* Once all that can be found was looked for: what ignores nothing is a finding. */
void ignores_check(const struct ignores *ignores, struct diags *diags);

#endif
