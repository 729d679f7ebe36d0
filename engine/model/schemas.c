#include "model/schemas.h"

#include "model/alert_rows.h"
#include "model/config.h"
#include "model/manifest.h"
#include "text/schema_json.h"

const char *const schema_names[] = {"manifest", "config", "alert", NULL};

#define NOT_BOTH(a, b) "{\"not\":{\"required\":[\"" a "\",\"" b "\"]}}"

/* What rows of their own cannot say: what decides, and that a rule has one memory. */
static const char manifest_also[] =
    "\"anyOf\":[{\"required\":[\"when\"]},{\"required\":[\"lua\"]},{\"required\":[\"sequence\"]}],"
    "\"allOf\":[" NOT_BOTH("threshold", "first_seen") "," NOT_BOTH(
        "threshold", "sequence") "," NOT_BOTH("threshold", "aggregate") "," NOT_BOTH("first_seen",
        "sequence") "," NOT_BOTH("first_seen", "aggregate") "," NOT_BOTH("sequence",
        "aggregate") "]";

static const struct {
    const char *title;
    const struct schema_row *rows;
    const char *also;
    bool patterns;
} documents[] = {
    {"A rule of Tocsin", manifest_rows, manifest_also, true},
    {"The configuration of Tocsin, tocsin.yaml", config_rows, NULL, true},
    {"An alert of Tocsin", alert_rows, NULL, false},
};

static void print(struct buf *to, size_t number) {
    struct buf definitions = {0};
    if (documents[number].patterns) pattern_print_definitions(&definitions);
    struct schema_document document = {documents[number].title, documents[number].rows,
        documents[number].also, buf_str(&definitions)};
    schema_json_print(to, &document);
    buf_release(&definitions);
}

bool schemas_print(struct buf *to, const char *name) {
    for (size_t i = 0; schema_names[i]; i++)
        if (strcmp(schema_names[i], name) == 0) {
            print(to, i);
            return true;
        }
    return false;
}
