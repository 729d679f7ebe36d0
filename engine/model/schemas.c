#include "model/schemas.h"

#include "base/file.h"
#include "model/alert_rows.h"
#include "model/config.h"
#include "model/log_type.h"
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

enum asked { NO_PATTERNS, PATHS_OF_EVENTS, PATHS_OF_ALERTS };

static const struct {
    const char *title;
    const struct schema_row *rows;
    const char *also;
    enum asked asked; /* that its patterns ask about */
} documents[] = {
    {"A rule of Tocsin", manifest_rows, manifest_also, PATHS_OF_EVENTS},
    {"The configuration of Tocsin, tocsin.yaml", config_rows, NULL, PATHS_OF_ALERTS},
    {"An alert of Tocsin", alert_rows, NULL, NO_PATTERNS},
};

/* ---- what an editor offers below `when` ---- */

static void add_path(struct arena *arena, struct schema_strings *paths, struct str path) {
    for (size_t i = 0; i < paths->count; i++)
        if (str_eq(paths->list[i], path)) return;
    paths->list = arena_grow(arena, paths->list, paths->count);
    paths->list[paths->count++] = path;
}

/* What the shipped log types know of their events. */
static void add_event_paths(struct arena *arena, struct schema_strings *paths) {
    struct log_types types = {0};
    struct diags ignored = {0};
    log_types_load(&types, arena, path_join(arena, file_data_dir(arena), "rules/logs"), &ignored);
    for (size_t i = 0; i < types.count; i++)
        for (size_t j = 0; j < types.list[i]->fields.count; j++)
            add_path(arena, paths, types.list[i]->fields.list[j]);
    log_types_release(&types);
    diags_release(&ignored);
}

static void add_alert_paths(struct arena *arena, struct schema_strings *paths) {
    for (const struct schema_row *row = alert_rows; row->key; row++)
        add_path(arena, paths, str_of(row->key));
}

static void print_patterns(struct buf *to, enum asked asked) {
    struct arena arena = {0};
    struct schema_strings paths = {0};
    if (asked == NO_PATTERNS) return;
    (asked == PATHS_OF_EVENTS ? add_event_paths : add_alert_paths)(&arena, &paths);
    pattern_print_definitions(to, &paths);
    arena_release(&arena);
}

/* ---- all of it ---- */

static void print(struct buf *to, size_t number) {
    struct buf definitions = {0};
    print_patterns(&definitions, documents[number].asked);
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
