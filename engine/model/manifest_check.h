/* What can be known of a manifest without an event or Lua: paths that its log does not have, names
 * that no service has, ATT&CK ids that there are not, expressions that can take long. */
#ifndef MODEL_MANIFEST_CHECK_H
#define MODEL_MANIFEST_CHECK_H

#include "model/attack.h"
#include "model/log_names.h"
#include "model/manifest.h"

/* What is known beside the rules; each may be NULL. */
struct known {
    const struct log_type *log;
    const struct name_list *names; /* of the log */
    const struct attack *attack;
    struct arena *arena; /* for what is passing */
};

void manifest_check(
    const struct manifest *manifest, const struct known *known, struct diags *diags);

/* Whether `when` names no service that the list does not know, whose calls could be any. */
bool manifest_sources_known(const struct manifest *manifest, const struct known *known);

/* Reports a path that the log does not know; false when it did. */
bool known_check_path(
    const struct known *known, struct str path, struct place place, struct diags *diags);

/* The same for what is compared with the field that the list is `of`. `source`: the value of the
 * field that it depends on, empty where that is not said. */
void known_check_name(const struct known *known, struct str source, struct str name,
    struct place place, struct diags *diags);
void known_check_source(
    const struct known *known, struct str source, struct place place, struct diags *diags);

/* Reports an expression that can take long. */
void known_check_regex(struct str regex, struct place place, struct diags *diags);

#endif
