/* What is said of a log, of AWS and of ATT&CK, held against what is known of them: paths, names, ids,
 * and what an expression can take. Knows nothing of manifests. */
#ifndef MODEL_KNOWN_H
#define MODEL_KNOWN_H

#include "base/diag.h"
#include "model/attack.h"
#include "model/log_names.h"

/* What is known beside the rules; each may be NULL. */
struct known {
    const struct log_type *log;
    const struct name_list *names; /* of the log */
    const struct attack *attack;
    struct arena *arena; /* for what is passing */
};

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
