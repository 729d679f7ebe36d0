/* What the files of the YAML reader share; for them alone. None but yaml.c knows libyaml. */
#ifndef TEXT_YAML_PARTS_H
#define TEXT_YAML_PARTS_H

#include "text/yaml.h"

/* Sets type and value of an unquoted scalar from its text. */
void yaml_resolve(struct yaml *scalar);

/* What libyaml takes for the end of the text or refuses with only an offset: NUL, bytes that are
 * not UTF-8, control characters; and what it reads for ever, %TAG. One error, at the first. */
bool yaml_check_bytes(const char *file, struct str text, struct diags *diags);

/* A message of libyaml in words that say what to do. */
struct yaml_wording {
    const char *theirs, *ours;
    bool at_context; /* the place to show is where the construct began */
};

/* Never NULL; an unknown message stays as it is. */
struct yaml_wording yaml_word(const char *theirs);

#endif
