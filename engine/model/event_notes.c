#include "model/event_notes.h"

#include <math.h>

/* The bits of enum json_note, and what is told of the value itself. */
enum { NOTE_LONG_INTEGER = 1 << 8, NOTE_HUGE_NUMBER = 1 << 9, NOTE_OMITTED = 1 << 10 };

static const struct {
    unsigned bit;
    const char *name;
} rows[] = {
    {JSON_NOTE_DUPLICATE_KEY, "duplicate-key"},
    {JSON_NOTE_INVALID_UTF8, "invalid-utf8"},
    {JSON_NOTE_LONE_SURROGATE, "lone-surrogate"},
    {JSON_NOTE_NUL, "nul"},
    {NOTE_LONG_INTEGER, "long-integer"},
    {NOTE_HUGE_NUMBER, "huge-number"},
    {NOTE_OMITTED, "omitted"},
};

enum { KINDS = sizeof rows / sizeof *rows };

const char *event_note_name(size_t kind) {
    return kind < KINDS ? rows[kind].name : NULL;
}

/* ---- paths ---- */

static const char ELLIPSIS[] = "\xE2\x80\xA6";

/* How a value was come to. */
struct step {
    const struct step *up; /* NULL: from the part itself */
    struct str key;
    size_t index; /* from 1; 0: by its key */
};

static void add_byte(struct event_note *note, char byte) {
    if (note->path_len < EVENT_NOTE_PATH) note->path[note->path_len] = byte;
    note->path_len++;
}

static void add_key(struct event_note *note, struct str key) {
    for (size_t i = 0; i < key.len && note->path_len <= EVENT_NOTE_PATH; i++) {
        if (key.at[i] == '.') add_byte(note, '\\');
        add_byte(note, key.at[i]);
    }
}

static void add_step(struct event_note *note, const struct step *step) {
    char digits[24];
    if (!step) return;
    add_step(note, step->up);
    if (step->up) add_byte(note, '.');
    if (step->index) snprintf(digits, sizeof digits, "%zu", step->index);
    add_key(note, step->index ? str_of(digits) : step->key);
}

static void cut(struct event_note *note) {
    size_t len = EVENT_NOTE_PATH - (sizeof ELLIPSIS - 1);
    while (len && (note->path[len] & 0xC0) == 0x80) len--;
    memcpy(note->path + len, ELLIPSIS, sizeof ELLIPSIS - 1);
    note->path_len = len + sizeof ELLIPSIS - 1;
}

/* ---- finding ---- */

struct search {
    struct event_notes *notes;
    struct str omitted; /* the log type's; may be empty */
    const char *only;   /* NULL: every kind */
};

static void add(struct event_notes *notes, const char *name, const struct step *step) {
    if (notes->count == EVENT_NOTES) {
        notes->more++;
        return;
    }
    struct event_note *note = &notes->list[notes->count++];
    note->name = name;
    note->path_len = 0;
    add_step(note, step);
    if (note->path_len > EVENT_NOTE_PATH) cut(note);
}

/* -0 is a float too, since no integer can be it. */
static unsigned number_bits(const struct json *json) {
    if (json->type != JSON_FLOAT) return 0;
    struct str digits = json->number.digits;
    bool integer = digits.len && strcspn(digits.at, ".eE") >= digits.len && !str_is(digits, "-0");
    if (integer) return NOTE_LONG_INTEGER;
    return isinf(json->number.value) ? NOTE_HUGE_NUMBER : 0;
}

static bool is_omitted(const struct search *search, const struct json *json) {
    if (search->omitted.len == 0) return false;
    const struct json *mark = json_get(json, search->omitted);
    return mark && mark->type == JSON_BOOL && mark->boolean;
}

static unsigned bits_of(const struct search *search, const struct json *json) {
    unsigned bits = json->notes | number_bits(json);
    if (is_omitted(search, json)) bits |= NOTE_OMITTED;
    return bits;
}

static void note(
    struct search *search, const struct json *json, unsigned bits, const struct step *step) {
    bits |= bits_of(search, json);
    for (size_t i = 0; bits && i < KINDS; i++) {
        bool wanted = !search->only || strcmp(search->only, rows[i].name) == 0;
        if (wanted && bits & rows[i].bit) add(search->notes, rows[i].name, step);
    }
}

static void look(struct search *search, const struct json *json, const struct step *step) {
    search->notes->looked += json->count;
    for (size_t i = 0; i < json->count && json->type >= JSON_ARRAY; i++) {
        bool array = json->type == JSON_ARRAY;
        const struct json *below = array ? &json->items[i] : &json->members[i].value;
        struct step down = {.up = step};
        if (array) down.index = i + 1;
        if (!array) down.key = json->members[i].key;
        note(search, below, 0, &down);
        look(search, below, &down);
    }
}

void event_notes_find(struct event_notes *notes, const struct event *event, const struct json *part,
    const char *only) {
    struct search search = {.notes = notes, .only = only};
    bool whole = event && part == event->root;
    notes->count = notes->more = 0;
    notes->looked = 1;
    if (event && event->log) search.omitted = event->log->omitted;
    note(&search, part, whole ? event->notes : 0, NULL);
    look(&search, part, NULL);
}

/* ---- as JSON ---- */

void event_notes_print(struct buf *to, const struct event_notes *notes) {
    for (size_t i = 0; i < notes->count; i++) {
        const struct event_note *note = &notes->list[i];
        buf_add_format(to, "%c{\"note\":\"%s\",\"path\":", i ? ',' : '[', note->name);
        json_print_string(to, (struct str){note->path, note->path_len});
        buf_add_char(to, '}');
    }
    if (notes->more) buf_add_format(to, ",{\"note\":\"more\",\"count\":%zu}", notes->more);
    if (notes->count) buf_add_char(to, ']');
}
