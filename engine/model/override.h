/* What tocsin.yaml changes in rules that are somebody else's. Works on YAML before a manifest is read
 * from it, so that whatever is said of a manifest is said of the changed one. Does not know what the
 * keys mean; places stay those of the file that each value came from. */
#ifndef MODEL_OVERRIDE_H
#define MODEL_OVERRIDE_H

#include "text/schema.h"

struct manifests;

struct override {
    struct schema_strings rules; /* ids, in which `*` stands for any characters and `?` for one */
    struct yaml changes;         /* the map without `rules` */
};

struct overrides {
    const struct yaml *tree; /* what they were read from, NULL where there are none; borrows */
    struct override *list;
    size_t count;
};

extern const struct schema_row override_rows[];

/* `overrides` of the configuration: parse of a schema row. Where false, there are none. */
bool overrides_read(struct schema_context *context, const struct yaml *value, void *into);

/* The document of a rule as the overrides that name its id make it, one after the other: `params`,
 * `dedup` and `threshold` key by key, `exceptions` added, all else replaced. False: one does not fit
 * the rule, which is reported, and is left out. `changed` borrows all. */
bool overrides_apply(const struct overrides *overrides, struct schema_context *context,
    const struct yaml *document, struct yaml *changed);

/* Whether each name stands for a rule; all that do not are reported. */
bool overrides_check(
    const struct overrides *overrides, const struct manifests *manifests, struct diags *diags);

#endif
