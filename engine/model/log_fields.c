#include "model/log_fields.h"

#include "base/suggest.h"

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

/* One that is somewhere else: of `userName` the only field that ends so. */
static const char *elsewhere(const struct log_type *log, struct str path, struct arena *arena) {
    size_t parent = parent_length(path);
    struct str end = str_of(arena_format(arena, ".%.*s", (int)(path.len - parent), path.at + parent));
    const char *found = NULL;
    for (size_t i = 0; i < log->fields.count; i++) {
        struct str field = without_star(log->fields.list[i]);
        bool is_below = str_starts(field, (struct str){path.at, parent});
        if (!is_below || !str_ends(field, end)) continue;
        if (found && strlen(found) <= field.len) continue;
        found = arena_copy(arena, field).at;
    }
    return found;
}

const char *log_fields_meant(const struct log_type *log, struct str path, struct arena *arena) {
    path.len = first_unknown(log, path);
    const char *meant = elsewhere(log, path, arena);
    return meant ? meant : near(log, path, arena);
}
