/* The list that a log type names: what its records have in one field, such as the names of the API
 * calls of each service. A line is `WORD: NAME NAME …`, `#` begins a comment. */
#ifndef MODEL_LOG_NAMES_H
#define MODEL_LOG_NAMES_H

#include "model/log_type.h"

struct name_list;

/* NULL: the log type has none, or it cannot be read, which is reported. Lives in the arena. */
const struct name_list *name_list_load(
    const struct log_names *names, struct arena *arena, struct diags *diags);

/* Whether the list has a line for this value of the field `by`. */
bool name_list_has_source(const struct name_list *list, struct str source);
const char *name_list_meant_source(const struct name_list *list, struct str source);

/* Whether it has the name in the line of `source`; of an empty source, in any. A version at the end
 * of either, as in CreateFunction20150331v2, makes no difference. */
bool name_list_has(const struct name_list *list, struct str source, struct str name);

/* The name that is meant: at most 2 letters away, NULL where there is none. */
const char *name_list_meant(const struct name_list *list, struct str source, struct str name);

/* The first source that has the name, NULL: none has. */
const char *name_list_source_of(const struct name_list *list, struct str name);

#endif
