/* JSON Schema (draft-07, which editors read best) printed from the rows that check a file. It refuses
 * less than they do: what only `parse` knows is in no row. */
#ifndef TEXT_SCHEMA_JSON_H
#define TEXT_SCHEMA_JSON_H

#include "text/schema.h"

struct schema_document {
    const char *title;
    const struct schema_row *rows;
    const char *also;       /* as in struct schema_shape */
    struct str definitions; /* members of `definitions`, JSON */
};

/* Appends it, indented, with a newline behind. */
void schema_json_print(struct buf *to, const struct schema_document *document);

#endif
