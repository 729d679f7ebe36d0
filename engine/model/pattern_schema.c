/* What a pattern may be, as JSON Schema: from the rows of the operator_rows. */
#include "model/pattern_internal.h"
#include "text/schema.h"

static const char pattern[] =
    "\"pattern\":{\"type\":\"object\",\"minProperties\":1,"
    "\"description\":\"paths of fields and what may stand there; all of them must hold\","
    "\"properties\":{\"$or\":{\"description\":\"any of these patterns\",\"type\":\"array\","
    "\"minItems\":2,\"items\":{\"$ref\":\"#/definitions/pattern\"}}";

static const char definitions[] =
    "},\"additionalProperties\":{\"$ref\":\"#/definitions/field\"}},"
    "\"scalar\":{\"type\":[\"string\",\"number\",\"boolean\",\"null\"]},"
    "\"field\":{\"anyOf\":[{\"$ref\":\"#/definitions/scalar\"},"
    "{\"$ref\":\"#/definitions/operator\"},{\"$ref\":\"#/definitions/pattern\"},"
    "{\"type\":\"array\",\"minItems\":1,\"items\":{\"anyOf\":["
    "{\"$ref\":\"#/definitions/scalar\"},{\"$ref\":\"#/definitions/operator\"}]}}]},"
    "\"operator\":{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":1,"
    "\"additionalProperties\":false,\"properties\":{";

static void print_path(struct buf *to, struct str path) {
    if (str_ends(path, STR(".*"))) path.len -= 2;
    buf_add_char(to, ',');
    json_print_string(to, path);
    buf_add_text(to, ":{\"$ref\":\"#/definitions/field\"}");
}

void pattern_print_definitions(struct buf *to, const struct schema_strings *paths) {
    buf_add_text(to, pattern);
    for (size_t i = 0; i < paths->count; i++) print_path(to, paths->list[i]);
    buf_add_text(to, definitions);
    for (const struct operator_row *row = operator_rows; row->name; row++)
        buf_add_format(to, "%s\"%s\":{\"description\":\"%s\",%s}", row == operator_rows ? "" : ",",
            row->name, row->help, row->takes);
    buf_add_text(to, "}}");
}
