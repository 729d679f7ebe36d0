#include "model/log_fields.h"

#include "base/suggest.h"

enum { SHORTEST = 5 };

static bool is_open(struct str field) {
    return str_ends(field, STR(".*"));
}

static struct str without_star(struct str field) {
    return is_open(field) ? (struct str){field.at, field.len - 2} : field;
}

/* The first is the second, or leads to it. */
static bool leads_to(struct str path, struct str field) {
    return str_starts(field, path) && (field.len == path.len || field.at[path.len] == '.');
}

bool log_fields_know(const struct log_type *log, struct str path) {
    if (!log || !log->fields.count || !path.len) return true;
    for (size_t i = 0; i < log->fields.count; i++) {
        struct str field = without_star(log->fields.list[i]);
        if (leads_to(path, field)) return true;
        if (is_open(log->fields.list[i]) && leads_to(field, path)) return true;
    }
    return false;
}

static bool is_listed(const struct schema_strings *paths, struct str path) {
    for (size_t i = 0; i < paths->count; i++)
        if (str_eq(paths->list[i], path)) return true;
    return false;
}

enum log_field_type log_fields_type(const struct log_type *log, struct str path) {
    if (is_listed(&log->booleans, path)) return LOG_FIELD_BOOLEAN;
    return is_listed(&log->fields, path) ? LOG_FIELD_STRING : LOG_FIELD_ANY;
}

/* ---- what is meant ---- */

/* The length of the path up to the end of its first name that is not known. */
static size_t first_unknown(const struct log_type *log, struct str path) {
    for (size_t end = 1; end <= path.len; end++)
        if ((end == path.len || path.at[end] == '.') &&
            !log_fields_know(log, (struct str){path.at, end}))
            return end;
    return path.len;
}

static size_t parent_length(struct str path) {
    size_t len = path.len;
    while (len > 0 && path.at[len - 1] != '.') len--;
    return len;
}

/* The name that follows the first `from` bytes of the field. */
static struct str name_at(struct str field, size_t from) {
    const char *dot = memchr(field.at + from, '.', field.len - from);
    size_t len = dot ? (size_t)(dot - field.at) - from : field.len - from;
    return (struct str){field.at + from, len};
}

/* One that is misspelt: its neighbours are the names at the same place. */
static const char *near(const struct log_type *log, struct str path, struct arena *arena) {
    size_t parent = parent_length(path);
    struct suggest suggest = suggest_for((struct str){path.at + parent, path.len - parent});
    for (size_t i = 0; i < log->fields.count; i++) {
        struct str field = without_star(log->fields.list[i]);
        if (field.len > parent && str_starts(field, (struct str){path.at, parent}))
            suggest_offer(&suggest, arena_copy(arena, name_at(field, parent)).at);
    }
    const char *best = suggest_best(&suggest);
    return best ? arena_format(arena, "%.*s%s", (int)parent, path.at, best) : NULL;
}

/* Of `sourceIP` the only name that begins so. */
static const char *begun(const struct log_type *log, struct str path, struct arena *arena) {
    struct str found = {0};
    if (path.len - parent_length(path) < SHORTEST) return NULL;
    for (size_t i = 0; i < log->fields.count; i++) {
        struct str field = without_star(log->fields.list[i]);
        if (!str_starts(field, path)) continue;
        field.len = path.len + name_at(field, path.len).len;
        if (found.at && !str_eq(found, field)) return NULL;
        found = field;
    }
    return found.at ? arena_copy(arena, found).at : NULL;
}

/* How long the field is up to where one of its names, not before `from`, is `.name`; 0: none is. */
static size_t ends_at(struct str field, size_t from, struct str name) {
    for (size_t i = from; i + name.len <= field.len; i++)
        if (memcmp(field.at + i, name.at, name.len) == 0 &&
            (i + name.len == field.len || field.at[i + name.len] == '.'))
            return i + name.len;
    return 0;
}

/* One that is further down: of `userName` the first field that has such a name. */
static const char *further(const struct log_type *log, struct str path, struct arena *arena) {
    size_t parent = parent_length(path);
    struct str name = str_of(
        arena_format(arena, ".%.*s", (int)(path.len - parent), path.at + parent));
    for (size_t i = 0; i < log->fields.count; i++) {
        struct str field = without_star(log->fields.list[i]);
        bool is_below = str_starts(field, (struct str){path.at, parent});
        size_t len = is_below ? ends_at(field, parent, name) : 0;
        if (len) return arena_copy(arena, (struct str){field.at, len}).at;
    }
    return NULL;
}

const char *log_fields_meant(const struct log_type *log, struct str path, struct arena *arena) {
    path.len = first_unknown(log, path);
    const char *meant = further(log, path, arena);
    if (!meant) meant = near(log, path, arena);
    return meant ? meant : begun(log, path, arena);
}
