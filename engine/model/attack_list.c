#include "model/attack_list.h"

#include "base/file.h"
#include "text/json.h"

#include <ctype.h>
#include <stdlib.h>

enum { FILE_LIMIT = 64 << 20 };

/* Where reading stands. */
struct reader {
    struct attack_list *list;
    struct arena *arena;
    const char *path;
    struct diag *diag;
};

static bool is_technique(struct str id) {
    static const char shape[] = "T0000.000";
    if (id.len != strlen("T0000") && id.len != strlen(shape)) return false;
    for (size_t i = 0; i < id.len; i++)
        if (shape[i] == '0' ? !isdigit((unsigned char)id.at[i]) : id.at[i] != shape[i])
            return false;
    return true;
}

static void add(struct reader *reader, struct str id) {
    struct attack_list *list = reader->list;
    list->ids = arena_grow(reader->arena, list->ids, list->count);
    list->ids[list->count++] = arena_copy(reader->arena, id);
}

/* ---- text ---- */

static struct str until(struct str text, const char *ends) {
    size_t len = 0;
    while (len < text.len && !(text.at[len] && strchr(ends, text.at[len]))) len++;
    return (struct str){text.at, len};
}

static struct str behind(struct str text, size_t len) {
    return (struct str){text.at + len, text.len - len};
}

static bool read_line(struct reader *reader, struct str line, unsigned number) {
    while (line.len && isspace((unsigned char)line.at[0])) line = behind(line, 1);
    struct str id = until(line, " \t\r,;#");
    if (line.len == 0 || line.at[0] == '#') return true;
    if (!is_technique(id))
        return diag_set(reader->diag, "%s:%u: no technique '%.*s' (such as T1098 or T1098.001)",
            reader->path, number, STR_ARG(id));
    add(reader, id);
    return true;
}

static bool read_lines(struct reader *reader, struct str text) {
    for (unsigned number = 1; text.len; number++) {
        struct str line = until(text, "\n");
        if (!read_line(reader, line, number)) return false;
        text = behind(text, line.len + (line.len < text.len));
    }
    return true;
}

/* ---- layers ---- */

static bool is_true(const struct json *json) {
    return json && json->type == JSON_BOOL && json->boolean;
}

/* Navigator writes a technique without a score where only its opening was saved. */
static bool is_wanted(const struct json *technique) {
    const struct json *enabled = json_get_text(technique, "enabled");
    if (enabled && !is_true(enabled)) return false;
    return json_get_text(technique, "score") ||
           !is_true(json_get_text(technique, "showSubtechniques"));
}

static bool read_layer(struct reader *reader, const struct json *layer) {
    const struct json *techniques = json_get_text(layer, "techniques");
    if (!techniques || techniques->type != JSON_ARRAY)
        return diag_set(reader->diag, "%s: no layer: it has no list 'techniques'", reader->path);
    for (size_t i = 0; i < techniques->count; i++) {
        struct str id = json_string(json_get_text(&techniques->items[i], "techniqueID"));
        if (!is_technique(id))
            return diag_set(
                reader->diag, "%s: no technique '%.*s' in the layer", reader->path, STR_ARG(id));
        if (is_wanted(&techniques->items[i])) add(reader, id);
    }
    return true;
}

static bool read_json(struct reader *reader, struct str text) {
    struct diag fault = {0};
    const struct json *json = json_parse(reader->arena, text, NULL, &fault);
    if (!json) return diag_set(reader->diag, "%s: %s", reader->path, fault.text);
    if (json->type != JSON_ARRAY) return read_layer(reader, json);
    for (size_t i = 0; i < json->count; i++)
        if (!read_layer(reader, &json->items[i])) return false;
    return true;
}

/* ---- the whole ---- */

static int by_bytes(const void *left, const void *right) {
    const struct str *a = left, *b = right;
    return str_cmp(*a, *b);
}

static void settle(struct attack_list *list) {
    size_t kept = 0;
    if (list->count) qsort(list->ids, list->count, sizeof *list->ids, by_bytes);
    for (size_t i = 0; i < list->count; i++)
        if (!kept || !str_eq(list->ids[i], list->ids[kept - 1])) list->ids[kept++] = list->ids[i];
    list->count = kept;
}

static bool is_json(struct str text) {
    while (text.len && isspace((unsigned char)text.at[0])) text = behind(text, 1);
    return text.len && (text.at[0] == '{' || text.at[0] == '[');
}

bool attack_list_read(
    struct attack_list *list, struct arena *arena, const char *path, struct diag *diag) {
    struct buf file = {0};
    struct reader reader = {list, arena, path, diag};
    *list = (struct attack_list){0};
    bool good = file_read(path, FILE_LIMIT, &file, diag);
    struct str text = buf_str(&file);
    if (good) good = is_json(text) ? read_json(&reader, text) : read_lines(&reader, text);
    buf_release(&file);
    settle(list);
    if (good && !list->count) return diag_set(diag, "%s: no technique in it", path);
    return good;
}
