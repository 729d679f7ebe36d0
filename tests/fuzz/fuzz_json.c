/* JSON: taken when a second reader of RFC 8259 takes it, the same whole and byte by byte, and the same
 * when printed and read again. */
#include "fuzz.h"

#include "base/utf8.h"
#include "scan_twice.h"
#include "text/json.h"

/* ---- RFC 8259, as plainly as it can be read ---- */

struct reader {
    const char *at, *end;
};

static bool value(struct reader *r, int depth);

static bool take(struct reader *r, char c) {
    bool taken = r->at < r->end && *r->at == c;
    r->at += taken;
    return taken;
}

static bool take_one_of(struct reader *r, const char *list) {
    bool taken = r->at < r->end && memchr(list, *r->at, strlen(list));
    r->at += taken;
    return taken;
}

static bool blanks(struct reader *r) {
    while (take_one_of(r, " \t\r\n")) continue;
    return true;
}

static bool word(struct reader *r, const char *text) {
    while (*text && take(r, *text)) text++;
    return !*text;
}

static bool digits(struct reader *r) {
    bool any = false;
    while (take_one_of(r, "0123456789")) any = true;
    return any;
}

static bool number(struct reader *r) {
    take(r, '-');
    if (!take(r, '0') && !digits(r)) return false;
    if (take(r, '.') && !digits(r)) return false;
    if (!take_one_of(r, "eE")) return true;
    take_one_of(r, "+-");
    return digits(r);
}

static bool escape(struct reader *r) {
    if (!take(r, 'u')) return take_one_of(r, "\"\\/bfnrt");
    for (int i = 0; i < 4; i++)
        if (!take_one_of(r, "0123456789abcdefABCDEF")) return false;
    return true;
}

static bool string(struct reader *r) {
    if (!take(r, '"')) return false;
    while (!take(r, '"')) {
        if (r->at == r->end || (unsigned char)*r->at < ' ') return false;
        if (*r->at++ == '\\' && !escape(r)) return false;
    }
    return true;
}

static bool many(struct reader *r, char close, int depth) {
    blanks(r);
    if (depth > JSON_DEPTH) return false;
    if (take(r, close)) return true;
    do {
        bool named = close == ']' || (blanks(r) && string(r) && blanks(r) && take(r, ':'));
        if (!named || !value(r, depth)) return false;
    } while (take(r, ','));
    return take(r, close);
}

static bool bare(struct reader *r, int depth) {
    if (take(r, '{')) return many(r, '}', depth + 1);
    if (take(r, '[')) return many(r, ']', depth + 1);
    switch (r->at < r->end ? *r->at : '\0') {
    case '"': return string(r);
    case 't': return word(r, "true");
    case 'f': return word(r, "false");
    case 'n': return word(r, "null");
    default: return number(r);
    }
}

static bool value(struct reader *r, int depth) {
    return blanks(r) && bare(r, depth) && blanks(r);
}

static bool is_json(struct str text) {
    struct reader reader = {text.at, text.at + text.len};
    return value(&reader, 0) && reader.at == reader.end;
}

/* ---- what must hold ---- */

static void check_utf8(struct str text) {
    for (size_t i = 0, bytes; i < text.len; i += bytes)
        demand(utf8_next(text.at + i, text.len - i, &bytes), "printed: %.*s", STR_ARG(text));
}

static void check_members(const struct json *json) {
    for (size_t i = 0; i < json->count && json->type == JSON_ARRAY; i++)
        check_members(&json->items[i]);
    for (size_t i = 0; i < json->count && json->type == JSON_OBJECT; i++) {
        const struct json_member *member = &json->members[i];
        demand(json_get(json, member->key) == &member->value, "key %.*s", STR_ARG(member->key));
        check_members(&member->value);
    }
}

static void check_scan(struct str text) {
    for (unsigned watch = 0; watch < 3; watch++) {
        const char *differs = scan_twice(text, JSON_DEPTH, 64, watch);
        demand(!differs, "%s differs bytewise", differs);
    }
}

static unsigned notes_below(const struct json *json) {
    unsigned notes = json->notes;
    for (size_t i = 0; i < json->count && json->type == JSON_ARRAY; i++)
        notes |= notes_below(&json->items[i]);
    for (size_t i = 0; i < json->count && json->type == JSON_OBJECT; i++)
        notes |= notes_below(&json->members[i].value);
    return notes;
}

static void check_tree(struct arena *arena, const struct json *json) {
    struct buf printed = {0}, again = {0};
    struct diag diag = {0};
    unsigned notes = 0;
    json_print(&printed, json);
    const struct json *copy = json_parse(arena, buf_str(&printed), &notes, &diag);
    demand(copy, "%s: %s", buf_text(&printed), diag.text);
    demand((notes & ~JSON_NOTE_NUL) == 0 && json_equal(json, copy), "%s", buf_text(&printed));
    json_print(&again, copy);
    demand(str_eq(buf_str(&printed), buf_str(&again)), "%s", buf_text(&printed));
    check_utf8(buf_str(&printed));
    check_members(json);
    buf_release(&printed);
    buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct str text = fuzz_input(bytes, size);
    struct arena arena = {0};
    struct diag diag = {0};
    unsigned notes = 0;
    const struct json *json = json_parse(&arena, text, &notes, &diag);
    check_scan(text);
    demand(is_json(text) == (json != NULL), "%s", json ? "was taken" : diag.text);
    demand(diag.set == !json, "%s", diag.text);
    if (json) check_tree(&arena, json);
    /* What stood under a key that stood again is gone, with its notes. */
    unsigned lost = json ? notes & ~notes_below(json) : 0;
    demand(!lost || notes & JSON_NOTE_DUPLICATE_KEY, "notes %u of %u are nowhere", lost, notes);
    demand(!json || (notes_below(json) & ~notes) == 0, "notes beside %u", notes);
    arena_release(&arena);
    return 0;
}
