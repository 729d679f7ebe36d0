#include "text/json.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "text/json_mend.h"
#include "text/json_scan.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

enum { FEW_MEMBERS = 16 }; /* so many are searched one by one */

/* ---- cJSON's memory ---- */

/* cJSON's allocator is one for the whole process: each thread puts its own arena behind it for as
 * long as it parses. */
static _Thread_local struct arena *cjson_arena;

static void *take(size_t size) {
    return arena_alloc(cjson_arena, size);
}

static void leave(void *at) {
    (void)at;
}

static void set_hooks(void) {
    cJSON_InitHooks(&(cJSON_Hooks){take, leave});
}

static const cJSON *parse_with(struct arena *scratch, struct str text) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_hooks);
    cjson_arena = scratch;
    const cJSON *root = cJSON_ParseWithLength(text.at, text.len);
    cjson_arena = NULL;
    return root;
}

/* ---- cJSON's tree to ours ---- */

struct convert {
    struct arena *arena;
    char *strings; /* room for all of them: decoded and with a NUL, none is longer than its text */
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

static size_t restore(char *text, unsigned *notes) {
    char *to = text;
    for (const char *at = text; *at;)
        if (*at == MEND_MARK)
            at += restore_mark(at, &to, notes);
        else
            *to++ = *at++;
    *to = '\0';
    return (size_t)(to - text);
}

static struct str convert_string(struct convert *convert, const char *from, unsigned *notes) {
    size_t len = strlen(from);
    char *to = memcpy(convert->strings, from, len + 1);
    if (memchr(to, (unsigned char)MEND_MARK, len)) len = restore(to, notes);
    convert->strings += len + 1;
    return (struct str){to, len};
}

static void convert_text(struct convert *convert, const char *from, struct json *to) {
    *to = (struct json){.type = JSON_STRING};
    to->string = convert_string(convert, from, &to->notes);
    convert->notes |= to->notes;
}

static bool read_integer(struct str digits, int64_t *value) {
    if (strcspn(digits.at, ".eE") < digits.len || str_is(digits, "-0")) return false;
    errno = 0;
    *value = strtoll(digits.at, NULL, 10);
    return errno == 0;
}

static void convert_number(struct convert *convert, const char *from, struct json *to) {
    struct str digits = convert_string(convert, from, &convert->notes);
    int64_t integer;
    if (read_integer(digits, &integer)) {
        *to = (struct json){.type = JSON_INTEGER, .integer = integer};
    } else {
        *to = (struct json){.type = JSON_FLOAT};
        to->number.value = strtod(digits.at, NULL);
        to->number.digits = digits;
    }
}

static size_t count_children(const cJSON *from) {
    size_t count = 0;
    for (const cJSON *child = from->child; child; child = child->next) count++;
    return count;
}

static void convert_array(struct convert *convert, const cJSON *from, struct json *to) {
    *to = (struct json){.type = JSON_ARRAY, .count = count_children(from)};
    to->items = arena_list(convert->arena, struct json, to->count);
    struct json *item = to->items;
    for (const cJSON *child = from->child; child; child = child->next)
        convert_value(convert, child, item++);
}

static void note_duplicate(struct json_member *winner) {
    winner->value.notes |= JSON_NOTE_DUPLICATE_KEY;
}

static bool is_last_of_key(struct json *object, size_t at) {
    for (size_t i = at + 1; i < object->count; i++)
        if (str_eq(object->members[i].key, object->members[at].key)) {
            note_duplicate(&object->members[i]);
            return false;
        }
    return true;
}

static void drop_few_duplicates(struct json *object) {
    size_t kept = 0, count = object->count;
    for (size_t i = 0; i < count; i++)
        if (is_last_of_key(object, i)) object->members[kept++] = object->members[i];
    object->count = kept;
}

static int by_key_and_place(const void *a, const void *b, void *members) {
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    const struct json_member *list = members;
    int order = str_cmp(list[i].key, list[j].key);
    return order ? order : (i > j) - (i < j);
}

static uint32_t *sort_members(struct arena *arena, struct json *object) {
    uint32_t *order = arena_list(arena, uint32_t, object->count);
    for (size_t i = 0; i < object->count; i++) order[i] = (uint32_t)i;
    qsort_r(order, object->count, sizeof *order, by_key_and_place, object->members);
    return order;
}

/* Members that stand again later lose their place: `order` tells which. */
static void drop_many_duplicates(struct json *object, const uint32_t *order) {
    size_t count = object->count, kept = 0;
    bool *again = mem_alloc(count);
    for (size_t i = 1; i < count; i++) {
        struct json_member *one = &object->members[order[i - 1]],
                           *next = &object->members[order[i]];
        again[order[i - 1]] = str_eq(one->key, next->key);
        if (again[order[i - 1]]) note_duplicate(next);
    }
    for (size_t i = 0; i < count; i++)
        if (!again[i]) object->members[kept++] = object->members[i];
    object->count = kept;
    mem_free(again);
}

static void index_members(struct arena *arena, struct json *object) {
    size_t count = object->count;
    if (count <= FEW_MEMBERS) {
        drop_few_duplicates(object);
        return;
    }
    uint32_t *order = sort_members(arena, object);
    drop_many_duplicates(object, order);
    object->by_key = object->count == count ? order : sort_members(arena, object);
}

static void convert_object(struct convert *convert, const cJSON *from, struct json *to) {
    size_t count = count_children(from);
    *to = (struct json){.type = JSON_OBJECT, .count = count};
    to->members = arena_list(convert->arena, struct json_member, count);
    struct json_member *member = to->members;
    for (const cJSON *child = from->child; child; child = child->next, member++) {
        unsigned notes = 0;
        member->key = convert_string(convert, child->string, &notes);
        convert_value(convert, child, &member->value);
        member->value.notes |= notes;
        convert->notes |= notes;
    }
    index_members(convert->arena, to);
    if (to->count < count) convert->notes |= JSON_NOTE_DUPLICATE_KEY;
}

static void convert_value(struct convert *convert, const cJSON *from, struct json *to) {
    if (cJSON_IsObject(from))
        convert_object(convert, from, to);
    else if (cJSON_IsArray(from))
        convert_array(convert, from, to);
    else if (cJSON_IsString(from) && from->valuestring[0] == MEND_NUMBER)
        convert_number(convert, from->valuestring + 1, to);
    else if (cJSON_IsString(from))
        convert_text(convert, from->valuestring, to);
    else if (cJSON_IsNumber(from))
        *to = (struct json){.type = JSON_INTEGER, .integer = (int64_t)from->valuedouble};
    else if (cJSON_IsBool(from))
        *to = (struct json){.type = JSON_BOOL, .boolean = cJSON_IsTrue(from)};
    else
        *to = (struct json){.type = JSON_NULL};
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
    struct arena *arena, const cJSON *root, size_t room, unsigned *notes) {
    struct convert convert = {arena, arena_alloc(arena, room + 1), 0};
    struct json *json = arena_new(arena, struct json);
    convert_value(&convert, root, json);
    if (notes) *notes |= convert.notes;
    return json;
}

static const struct json *parse(struct arena *arena, const struct bounds *bounds, struct str text,
    unsigned *notes, struct diag *diag) {
    struct json_scan scan;
    if (text.len == 0) text = STR("");
    if (!check(&scan, bounds, text, diag)) return NULL;
    struct buf mended;
    buf_init(&mended);
    if (scan.odd) json_mend(&mended, text);
    if (scan.odd) text = buf_str(&mended);

    struct arena scratch;
    arena_init(&scratch);
    const cJSON *root = parse_with(&scratch, text);
    const struct json *json = root ? convert_root(arena, root, text.len, notes) : NULL;
    if (!root) diag_set(diag, "refused by cJSON at byte 1"); /* never, as far as we know */
    arena_release(&scratch);
    buf_release(&mended);
    return json;
}

const struct json *json_parse(
    struct arena *arena, struct str text, unsigned *notes, struct diag *diag) {
    return parse(arena, &of_json, text, notes, diag);
}

const struct json *json_parse_record(
    struct arena *arena, struct str text, unsigned *notes, struct diag *diag) {
    return parse(arena, &of_record, text, notes, diag);
}
