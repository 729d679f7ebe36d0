#include "text/json.h"

#include "base/utf8.h"
#include "text/json_keys.h"
#include "text/json_mend.h"
#include "text/json_scan.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

/* ---- cJSON's memory ---- */

/* cJSON's allocator is one for the whole process: each thread puts the arena of the tree behind it for
 * as long as it parses. The tree takes over cJSON's strings. */
static _Thread_local struct arena *cjson_arena;

static void *take(size_t size) {
    return arena_room(cjson_arena, size);
}

static void leave(void *at) {
    (void)at;
}

static void set_hooks(void) {
    cJSON_InitHooks(&(cJSON_Hooks){take, leave});
}

static cJSON *parse_with(struct arena *arena, struct str text) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_hooks);
    cjson_arena = arena;
    cJSON *root = cJSON_ParseWithLength(text.at, text.len);
    cjson_arena = NULL;
    return root;
}

/* ---- cJSON's tree to ours ---- */

struct convert {
    struct arena *arena;
    bool mended; /* strings may hold marks */
    unsigned notes;
};

static void convert_value(struct convert *convert, const cJSON *from, struct json *to);

/* What a mark stands for, into `to`; the length of the mark. */
static size_t restore_mark(const char *mark, char **to, unsigned *notes) {
    if (mark[1] == MEND_NUL[1]) {
        *notes |= JSON_NOTE_NUL;
        *(*to)++ = '\0';
        return sizeof MEND_NUL - 1;
    }
    bool utf8 = mark[1] == MEND_INVALID_UTF8[1];
    *notes |= utf8 ? JSON_NOTE_INVALID_UTF8 : JSON_NOTE_LONE_SURROGATE;
    memcpy(*to, UTF8_REPLACEMENT, sizeof MEND_INVALID_UTF8 - 1);
    *to += sizeof MEND_INVALID_UTF8 - 1;
    return sizeof MEND_INVALID_UTF8 - 1;
}

static struct str restore(struct convert *convert, char *text, unsigned *notes) {
    char *to = strchrnul(text, MEND_MARK);
    for (const char *at = to; *at;)
        if (*at == MEND_MARK)
            at += restore_mark(at, &to, notes);
        else
            *to++ = *at++;
    *to = '\0';
    convert->notes |= *notes;
    return (struct str){text, (size_t)(to - text)};
}

static inline struct str convert_string(struct convert *convert, char *text, unsigned *notes) {
    return convert->mended ? restore(convert, text, notes) : str_of(text);
}

static void convert_text(struct convert *convert, char *text, struct json *to) {
    *to = (struct json){.type = JSON_STRING};
    to->string = convert_string(convert, text, &to->notes);
}

static bool read_integer(const char *digits, int64_t *value) {
    if (strpbrk(digits, ".eE") || strcmp(digits, "-0") == 0) return false;
    errno = 0;
    *value = strtoll(digits, NULL, 10);
    return errno == 0;
}

static void convert_digits(const char *digits, struct json *to) {
    *to = (struct json){.type = JSON_INTEGER};
    if (read_integer(digits, &to->integer)) return;
    *to = (struct json){.type = JSON_FLOAT};
    to->number.value = strtod(digits, NULL);
    to->number.digits = str_of(digits);
}

static size_t count_children(const cJSON *from) {
    size_t count = 0;
    for (const cJSON *child = from->child; child; child = child->next) count++;
    return count;
}

static void convert_array(struct convert *convert, const cJSON *from, struct json *to) {
    *to = (struct json){.type = JSON_ARRAY, .count = count_children(from)};
    to->items = arena_list_room(convert->arena, struct json, to->count);
    struct json *item = to->items;
    for (const cJSON *child = from->child; child; child = child->next)
        convert_value(convert, child, item++);
}

static void convert_object(struct convert *convert, const cJSON *from, struct json *to) {
    size_t count = count_children(from);
    *to = (struct json){.type = JSON_OBJECT, .count = count};
    to->members = arena_list_room(convert->arena, struct json_member, count);
    struct json_member *member = to->members;
    for (const cJSON *child = from->child; child; child = child->next, member++) {
        convert_value(convert, child, &member->value);
        member->key = convert_string(convert, child->string, &member->value.notes);
    }
    json_keys_settle(convert->arena, to);
    if (to->count < count) convert->notes |= JSON_NOTE_DUPLICATE_KEY;
}

static void convert_value(struct convert *convert, const cJSON *from, struct json *to) {
    char *text = from->valuestring;
    switch (from->type) {
    case cJSON_Object: convert_object(convert, from, to); break;
    case cJSON_Array: convert_array(convert, from, to); break;
    case cJSON_String:
        if (*text == MEND_NUMBER)
            convert_digits(text + 1, to);
        else
            convert_text(convert, text, to);
        break;
    case cJSON_Number:
        *to = (struct json){.type = JSON_INTEGER, .integer = (int64_t)from->valuedouble};
        break;
    case cJSON_True:
    case cJSON_False:
        *to = (struct json){.type = JSON_BOOL, .boolean = from->type == cJSON_True};
        break;
    default: *to = (struct json){.type = JSON_NULL};
    }
}

/* ---- parsing ---- */

struct bounds {
    unsigned depth;
    uint64_t values;
    size_t size;
};

static const struct bounds of_json = {JSON_DEPTH, JSON_VALUES, JSON_SIZE};
static const struct bounds of_record = {RECORD_DEPTH, RECORD_VALUES, RECORD_LIMIT};

static bool refuse(const struct json_scan *scan, struct str text, struct diag *diag) {
    char fault[SCAN_FAULT];
    bool ended = scan->offset >= text.len;
    json_scan_explain(scan, ended ? -1 : (unsigned char)text.at[scan->offset], fault);
    unsigned long long line = scan->line + 1, byte = scan->offset + 1;
    if (text.len && memchr(text.at, '\n', text.len))
        return diag_set(diag, "%s at line %llu column %llu", fault, line, byte - scan->line_begin);
    return diag_set(diag, "%s at byte %llu", fault, byte);
}

static bool check(
    struct json_scan *scan, const struct bounds *bounds, struct str text, struct diag *diag) {
    size_t used;
    json_scan_init(scan, bounds->depth, bounds->values);
    if (text.len > bounds->size)
        return diag_set(
            diag, "longer than %zu MiB at byte %zu", bounds->size >> 20, bounds->size + 1);
    bool broken = false;
    do {
        struct str rest = {text.at + scan->offset, text.len - scan->offset};
        broken = json_scan_feed(scan, rest, &used) == SCAN_BROKEN;
    } while (!broken && scan->offset < text.len);
    return (!broken && json_scan_finish(scan)) || refuse(scan, text, diag);
}

static const struct json *convert_root(
    struct arena *arena, const cJSON *root, bool mended, unsigned *notes) {
    struct convert convert = {arena, mended, 0};
    struct json *json = arena_list_room(arena, struct json, 1);
    convert_value(&convert, root, json);
    if (notes) *notes |= convert.notes;
    return json;
}

static const struct json *parse(struct arena *arena, const struct bounds *bounds, struct str text,
    unsigned *notes, struct diag *diag) {
    struct json_scan scan;
    if (text.len == 0) text = STR("");
    if (!check(&scan, bounds, text, diag)) return NULL;
    bool odd = scan.odd || (scan.foreign && !utf8_valid(text));
    if (odd) text = json_mend(arena, text);
    const cJSON *root = parse_with(arena, text);
    if (!root) diag_set(diag, "refused by cJSON at byte 1"); /* never, as far as we know */
    return root ? convert_root(arena, root, odd, notes) : NULL;
}

const struct json *json_parse(
    struct arena *arena, struct str text, unsigned *notes, struct diag *diag) {
    return parse(arena, &of_json, text, notes, diag);
}

const struct json *json_parse_record(
    struct arena *arena, struct str text, unsigned *notes, struct diag *diag) {
    return parse(arena, &of_record, text, notes, diag);
}
