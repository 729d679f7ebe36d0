#include "text/yaml.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/yaml_parts.h"

#include <stdlib.h>
#include <yaml.h>

/* A file with more problems than this is given up. */
enum { PROBLEM_LIMIT = 100 };

/* libyaml counts characters and takes more than '\n' for the end of a line: places are worked out
 * from the index of a mark, which only grows from event to event. */
struct cursor {
    size_t index, offset, line_start;
    unsigned line;
};

struct reader {
    yaml_parser_t parser;
    struct cursor cursor;
    struct arena *arena;
    struct diags *diags;
    size_t errors_before;
    const char *file;
    struct str text;
    unsigned depth;
    unsigned values;             /* begun so far */
    struct yaml_member *pending; /* children of what is still open; a stack */
    size_t pending_count;
};

static struct place last_place(const struct reader *reader) {
    const struct cursor *at = &reader->cursor;
    return (struct place){reader->file, at->line, (unsigned)(at->offset - at->line_start) + 1};
}

/* From the cursor on. */
static struct str rest_of(const struct reader *reader) {
    size_t offset = reader->cursor.offset;
    return (struct str){reader->text.at + offset, reader->text.len - offset};
}

static struct place place_at(struct reader *reader, yaml_mark_t mark) {
    struct cursor *at = &reader->cursor;
    if (mark.index < at->index) *at = (struct cursor){.line = 1};
    for (; at->index < mark.index && at->offset < reader->text.len; at->index++) {
        struct str rest = rest_of(reader);
        size_t len;
        utf8_next(rest.at, rest.len, &len);
        at->offset += len;
        if (*rest.at != '\n') continue;
        at->line++;
        at->line_start = at->offset;
    }
    return last_place(reader);
}

/* ---- syntax errors ---- */

/* Whatever libyaml stumbled over: where the line begins with a tab, that is why. */
static bool report_tab(struct reader *reader) {
    const char *line = reader->text.at + reader->cursor.line_start;
    struct str blanks = {line, 0};
    size_t most = reader->text.len - reader->cursor.line_start;
    while (blanks.len < most && line[blanks.len] == ' ') blanks.len++;
    if (blanks.len == most || line[blanks.len] != '\t') return false;
    struct place place = {reader->file, reader->cursor.line, (unsigned)blanks.len + 1};
    diags_reject(reader->diags, "TC001", place, "a tab cannot indent: use spaces");
    return true;
}

static bool is_first_of_line(const struct reader *reader) {
    struct str before = {reader->text.at + reader->cursor.line_start,
        reader->cursor.offset - reader->cursor.line_start};
    while (before.len && before.at[before.len - 1] == ' ') before.len--;
    return before.len == 0;
}

static bool report_start(struct reader *reader, struct place place) {
    struct str rest = rest_of(reader);
    size_t len = 0;
    if (rest.len) utf8_next(rest.at, rest.len, &len);
    return diags_reject(reader->diags, "TC001", place,
        "unexpected '%.*s' (quote the text if it begins so)", (int)len, rest.at);
}

/* Always false: the rest of the file cannot be understood. */
static bool report_syntax(struct reader *reader) {
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR) mem_exhausted(0);
    const char *problem = parser->problem ? parser->problem : "bad syntax";
    struct yaml_wording wording = yaml_word(problem);
    struct place place = place_at(reader, parser->problem_mark);
    if (report_tab(reader)) return false;
    if (strcmp(problem, "found character that cannot start any token") == 0)
        return report_start(reader, place);
    if (strcmp(problem, "did not find expected key") == 0 && !is_first_of_line(reader))
        return diags_reject(reader->diags, "TC001", place, "unexpected text behind the value");
    if (wording.at_context && parser->context) place = place_at(reader, parser->context_mark);
    return diags_reject(reader->diags, "TC001", place, "%s", wording.ours);
}

static bool has_enough_problems(const struct reader *reader) {
    return reader->diags->errors - reader->errors_before >= PROBLEM_LIMIT;
}

static bool next_event(struct reader *reader, yaml_event_t *event) {
    if (has_enough_problems(reader)) {
        diags_reject(reader->diags, "TC001", last_place(reader),
            "too many problems: the rest of the file is passed over");
        return false;
    }
    return yaml_parser_parse(&reader->parser, event) || report_syntax(reader);
}

/* ---- values ---- */

static void push(struct reader *reader, const struct yaml_member *child) {
    reader->pending = mem_grow(reader->pending, reader->pending_count);
    reader->pending[reader->pending_count++] = *child;
}

static void take_items(struct reader *reader, size_t first, struct yaml *list) {
    list->count = reader->pending_count - first;
    list->items = arena_list(reader->arena, struct yaml, list->count);
    for (size_t i = 0; i < list->count; i++) list->items[i] = reader->pending[first + i].value;
    reader->pending_count = first;
}

static void take_members(struct reader *reader, size_t first, struct yaml *map) {
    map->count = reader->pending_count - first;
    map->members = arena_list(reader->arena, struct yaml_member, map->count);
    if (map->count)
        memcpy(map->members, reader->pending + first, map->count * sizeof *map->members);
    reader->pending_count = first;
}

static int by_key(const void *a, const void *b) {
    const struct yaml_member *x = *(struct yaml_member *const *)a;
    const struct yaml_member *y = *(struct yaml_member *const *)b;
    int order = str_cmp(x->key, y->key);
    return order ? order : (x > y) - (x < y);
}

static void refuse_duplicates(struct reader *reader, struct yaml *map) {
    if (map->count < 2) return;
    struct yaml_member **sorted = mem_resize(NULL, map->count * sizeof *sorted);
    for (size_t i = 0; i < map->count; i++) sorted[i] = &map->members[i];
    qsort(sorted, map->count, sizeof *sorted, by_key);
    for (size_t first = 0, i = 1; i < map->count && !has_enough_problems(reader); i++) {
        if (!str_eq(sorted[first]->key, sorted[i]->key)) {
            first = i;
            continue;
        }
        sorted[i]->value.bad = true;
        diags_reject(reader->diags, "TC002", sorted[i]->place,
            "duplicate key '%.*s', first on line %u", STR_ARG(sorted[i]->key),
            sorted[first]->place.line);
    }
    mem_free(sorted);
}

static bool read_value(struct reader *reader, const yaml_event_t *event, struct yaml *value);

static bool read_list(struct reader *reader, struct yaml *list) {
    size_t first = reader->pending_count;
    list->type = YAML_LIST;
    for (yaml_event_t event;;) {
        if (!next_event(reader, &event)) return false;
        if (event.type == YAML_SEQUENCE_END_EVENT) break;
        struct yaml_member item = {0};
        bool goes_on = read_value(reader, &event, &item.value);
        yaml_event_delete(&event);
        if (!goes_on) return false;
        push(reader, &item);
    }
    take_items(reader, first, list);
    return true;
}

/* Whether the key can be used. */
static bool check_key(struct reader *reader, const struct yaml *key, bool is_plain) {
    if (key->bad) return false;
    if (key->type == YAML_LIST || key->type == YAML_MAP)
        return diags_reject(reader->diags, "TC003", key->place,
            "a key must be a name, not %s (quote text "
            "that begins with '{' or '[')",
            yaml_type_name(key->type));
    if (is_plain && key->text.len == 0)
        return diags_reject(reader->diags, "TC001", key->place, "expected a key before ':'");
    if (is_plain && str_is(key->text, "<<"))
        return diags_reject(
            reader->diags, "TC003", key->place, "merge keys ('<<') are not supported");
    return true;
}

static bool read_member(struct reader *reader, const yaml_event_t *key_event) {
    bool is_plain = key_event->type == YAML_SCALAR_EVENT &&
                    key_event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    struct yaml key = {0};
    yaml_event_t event;
    if (!read_value(reader, key_event, &key) || !next_event(reader, &event)) return false;
    bool usable = check_key(reader, &key, is_plain);
    struct yaml_member member = {.key = key.text, .place = key.place};
    bool goes_on = read_value(reader, &event, &member.value);
    yaml_event_delete(&event);
    if (goes_on && usable) push(reader, &member);
    return goes_on;
}

static bool read_map(struct reader *reader, struct yaml *map) {
    size_t first = reader->pending_count;
    size_t errors = reader->diags->errors;
    map->type = YAML_MAP;
    for (yaml_event_t event;;) {
        if (!next_event(reader, &event)) return false;
        if (event.type == YAML_MAPPING_END_EVENT) break;
        bool goes_on = read_member(reader, &event);
        yaml_event_delete(&event);
        if (!goes_on) return false;
    }
    take_members(reader, first, map);
    if (map->count == 0 && reader->diags->errors > errors) map->bad = true; /* as {{ x }} is */
    refuse_duplicates(reader, map);
    return true;
}

static void read_scalar(struct reader *reader, const yaml_event_t *event, struct yaml *value) {
    const char *text = (const char *)event->data.scalar.value;
    yaml_scalar_style_t style = event->data.scalar.style;
    value->type = YAML_STRING;
    value->text = arena_copy(reader->arena, (struct str){text, event->data.scalar.length});
    value->is_folded = style == YAML_FOLDED_SCALAR_STYLE;
    value->is_block = style == YAML_LITERAL_SCALAR_STYLE || value->is_folded;
    if (style == YAML_PLAIN_SCALAR_STYLE) yaml_resolve(value);
}

static bool read_deeper(struct reader *reader, struct yaml *value,
    bool (*read)(struct reader *reader, struct yaml *value)) {
    if (reader->depth == YAML_DEPTH)
        return diags_reject(reader->diags, "TC004", value->place,
            "more than %d lists and maps inside one another", YAML_DEPTH);
    reader->depth++;
    bool goes_on = read(reader, value);
    reader->depth--;
    return goes_on;
}

static void refuse(struct reader *reader, struct yaml *value, const char *what) {
    value->bad = true;
    diags_reject(reader->diags, "TC003", value->place,
        "%s are not supported (quote text that begins so)", what);
}

static void refuse_extras(
    struct reader *reader, struct yaml *value, yaml_char_t *anchor, yaml_char_t *tag) {
    if (anchor) refuse(reader, value, "anchors ('&')");
    if (tag) refuse(reader, value, "tags ('!')");
}

/* False when the rest of the file is given up. */
static bool read_value(struct reader *reader, const yaml_event_t *event, struct yaml *value) {
    value->place = place_at(reader, event->start_mark);
    if (++reader->values > YAML_VALUES)
        return diags_reject(reader->diags, "TC004", value->place,
            "more than %d keys and values in a file", YAML_VALUES);
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        refuse_extras(reader, value, event->data.scalar.anchor, event->data.scalar.tag);
        read_scalar(reader, event, value);
        return true;
    case YAML_SEQUENCE_START_EVENT:
        refuse_extras(
            reader, value, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        return read_deeper(reader, value, read_list);
    case YAML_MAPPING_START_EVENT:
        refuse_extras(
            reader, value, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        return read_deeper(reader, value, read_map);
    default:
        *value = (struct yaml){.type = YAML_STRING, .place = value->place};
        refuse(reader, value, "aliases ('*')");
        return true;
    }
}

/* ---- documents ---- */

static bool read_document(struct reader *reader) {
    struct yaml_member document = {0};
    yaml_event_t event;
    if (!next_event(reader, &event)) return false;
    bool goes_on = read_value(reader, &event, &document.value);
    yaml_event_delete(&event);
    if (goes_on) push(reader, &document);
    return goes_on;
}

static bool refuse_document(const struct reader *reader) {
    return diags_reject(reader->diags, "TC004", last_place(reader),
        "more than %d documents in a file", YAML_DOCUMENTS);
}

/* The number of documents that were read whole. */
static size_t read_stream(struct reader *reader) {
    size_t whole = 0;
    for (bool goes_on = true; goes_on;) {
        yaml_event_t event;
        if (!next_event(reader, &event)) break;
        if (event.type == YAML_STREAM_END_EVENT) goes_on = false;
        if (event.type == YAML_DOCUMENT_START_EVENT) {
            place_at(reader, event.start_mark);
            goes_on = whole < YAML_DOCUMENTS ? read_document(reader) : refuse_document(reader);
            whole += goes_on;
        }
        yaml_event_delete(&event);
    }
    return whole;
}

static void read_text(struct reader *reader, struct yaml_documents *documents) {
    if (!yaml_parser_initialize(&reader->parser)) mem_exhausted(0);
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &reader->parser, (const unsigned char *)reader->text.at, reader->text.len);
    reader->pending_count = read_stream(reader);
    yaml_parser_delete(&reader->parser);
    struct yaml list = {0};
    take_items(reader, 0, &list);
    mem_free(reader->pending);
    *documents = (struct yaml_documents){list.items, list.count};
}

static struct str without_bom(struct str text) {
    bool has_bom = str_starts(text, STR("\xEF\xBB\xBF"));
    return has_bom ? (struct str){text.at + 3, text.len - 3} : text;
}

bool yaml_parse(struct yaml_documents *documents, struct arena *arena, const char *file,
    struct str text, struct diags *diags) {
    *documents = (struct yaml_documents){0};
    if (text.len > YAML_LIMIT)
        return diags_reject(
            diags, "TC004", (struct place){file, 0, 0}, "YAML of more than %d bytes", YAML_LIMIT);
    struct reader reader = {
        .cursor = {.line = 1},
        .arena = arena,
        .diags = diags,
        .errors_before = diags->errors,
        .file = file,
        .text = without_bom(text),
    };
    if (!yaml_check_bytes(file, reader.text, diags)) return false;
    read_text(&reader, documents);
    return diags->errors == reader.errors_before;
}

bool yaml_parse_file(
    struct yaml_documents *documents, struct arena *arena, const char *path, struct diags *diags) {
    *documents = (struct yaml_documents){0};
    struct buf text;
    struct diag diag = {0};
    buf_init(&text);
    bool good = file_read(path, YAML_LIMIT, &text, &diag);
    if (good)
        good = yaml_parse(documents, arena, path, buf_str(&text), diags);
    else
        diags_reject(diags, "TC005", (struct place){path, 0, 0}, "%s", diag.text);
    buf_release(&text);
    return good;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key) {
    if (!map || map->type != YAML_MAP) return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (str_is(map->members[i].key, key)) return &map->members[i].value;
    return NULL;
}

const char *yaml_type_name(enum yaml_type type) {
    static const char *const names[] = {
        [YAML_NULL] = "null",
        [YAML_BOOL] = "a boolean",
        [YAML_INTEGER] = "a number",
        [YAML_FLOAT] = "a number",
        [YAML_STRING] = "a string",
        [YAML_LIST] = "a list",
        [YAML_MAP] = "a map",
    };
    return names[type];
}
