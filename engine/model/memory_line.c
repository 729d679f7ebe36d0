#include "model/memory_line.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* About 100 bytes each. */
enum { BUCKETS = 4096, PARTS_MOST = 1 << 17, PARTS_A_LINE = 4, SLOTS_FIRST = 8 };

struct memory_lines {
    struct memory_line *buckets[BUCKETS];
    size_t parts; /* rows, values and lines, in the measure of rows */
};

struct memory_lines *memory_lines_new(void) {
    return mem_alloc(sizeof(struct memory_lines));
}

static struct memory_line **bucket_of(struct memory_lines *lines, int64_t key) {
    return &lines->buckets[(uint64_t)key % BUCKETS];
}

static void free_line(struct memory_lines *lines, struct memory_line *line) {
    for (size_t i = 0; i < line->count; i++) mem_free((char *)line->list[i].event.at);
    for (size_t i = 0; i < line->value_count; i++) mem_free((char *)line->values[i].text.at);
    lines->parts -= line->count + line->value_count + PARTS_A_LINE;
    mem_free(line->room);
    mem_free(line->values);
    mem_free(line->slots);
    mem_free(line);
}

static void free_where(
    struct memory_lines *lines, struct memory_line **link, bool all, int64_t key) {
    while (*link) {
        struct memory_line *line = *link;
        if (all || line->key == key) {
            *link = line->next;
            free_line(lines, line);
        } else {
            link = &line->next;
        }
    }
}

void memory_lines_clear(struct memory_lines *lines) {
    for (size_t i = 0; lines->parts && i < BUCKETS; i++)
        free_where(lines, &lines->buckets[i], true, 0);
}

void memory_lines_drop(struct memory_lines *lines, int64_t key) {
    free_where(lines, bucket_of(lines, key), false, key);
}

void memory_lines_trim(struct memory_lines *lines) {
    if (lines->parts > PARTS_MOST) memory_lines_clear(lines);
}

void memory_lines_free(struct memory_lines *lines) {
    if (!lines) return;
    memory_lines_clear(lines);
    mem_free(lines);
}

struct memory_line *memory_line_find(struct memory_lines *lines, int64_t key, uint32_t step) {
    struct memory_line *line = *bucket_of(lines, key);
    while (line && (line->key != key || line->step != step)) line = line->next;
    return line;
}

struct memory_line *memory_line_make(
    struct memory_lines *lines, int64_t key, uint32_t step, bool valued) {
    struct memory_line **bucket = bucket_of(lines, key);
    struct memory_line *line = mem_alloc(sizeof *line);
    *line = (struct memory_line){.next = *bucket, .key = key, .step = step, .valued = valued};
    lines->parts += PARTS_A_LINE;
    return *bucket = line;
}

/* ---- values ---- */

/* FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_of(struct str text) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * 0x100000001b3u;
    return hash;
}

/* The slot of the text: its value's number and one, or 0 for none. */
static uint32_t *slot_of(const struct memory_line *line, struct str text) {
    size_t mask = line->slot_count - 1, at = hash_of(text) & mask;
    while (line->slots[at] && !str_eq(line->values[line->slots[at] - 1].text, text))
        at = (at + 1) & mask;
    return &line->slots[at];
}

static void widen(struct memory_line *line) {
    if (line->slots && line->value_count * 2 < line->slot_count) return;
    line->slot_count = line->slots ? line->slot_count * 2 : SLOTS_FIRST;
    mem_free(line->slots);
    line->slots = mem_alloc(line->slot_count * sizeof *line->slots);
    for (size_t i = 0; i < line->value_count; i++)
        *slot_of(line, line->values[i].text) = (uint32_t)i + 1;
}

static struct str copy_of(struct str text) {
    return (struct str){mem_copy(text.at, text.len), text.len};
}

static uint32_t use_value(struct memory_lines *lines, struct memory_line *line, struct str text) {
    widen(line);
    uint32_t *slot = slot_of(line, text);
    if (!*slot) {
        struct memory_value value = {.text = copy_of(text)};
        value.number = strtod(value.text.at, NULL);
        line->values = mem_grow(line->values, line->value_count);
        line->values[line->value_count++] = value;
        *slot = (uint32_t)line->value_count;
        lines->parts++;
    }
    struct memory_value *value = &line->values[*slot - 1];
    if (value->uses++ == 0) line->different++;
    return *slot - 1;
}

/* ---- rows ---- */

int memory_row_cmp(const struct memory_row *a, const struct memory_row *b) {
    if (a->time_ms != b->time_ms) return a->time_ms < b->time_ms ? -1 : 1;
    return str_cmp(a->event, b->event);
}

size_t memory_line_place(const struct memory_line *line, int64_t time_ms, struct str event) {
    const struct memory_row row = {.time_ms = time_ms, .event = event};
    size_t low = 0, high = line->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memory_row_cmp(&line->list[middle], &row) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Room for one more behind the last. */
static void make_room(struct memory_line *line) {
    size_t skipped = line->room ? (size_t)(line->list - line->room) : 0;
    if (skipped + line->count < line->capacity) return;
    if (skipped > line->capacity / 2) {
        memmove(line->room, line->list, line->count * sizeof *line->room);
        skipped = 0;
    } else {
        line->capacity = line->capacity ? line->capacity * 2 : 1;
        line->room = mem_resize(line->room, line->capacity * sizeof *line->room);
    }
    line->list = line->room + skipped;
}

void memory_line_add(struct memory_lines *lines, struct memory_line *line,
    const struct memory_row *row, struct str value) {
    size_t at = memory_line_place(line, row->time_ms, row->event);
    make_room(line);
    memmove(&line->list[at + 1], &line->list[at], (line->count - at) * sizeof *line->list);
    line->list[at] = *row;
    line->list[at].event = copy_of(row->event);
    line->list[at].value = line->valued ? use_value(lines, line, value) : 0;
    line->count++;
    lines->parts++;
}

static void drop_value(struct memory_line *line, uint32_t value) {
    if (line->valued && --line->values[value].uses == 0) line->different--;
}

void memory_line_cut(struct memory_lines *lines, struct memory_line *line, size_t count) {
    for (size_t i = 0; i < count; i++) {
        drop_value(line, line->list[i].value);
        mem_free((char *)line->list[i].event.at);
    }
    line->list += count;
    line->count -= count;
    lines->parts -= count;
}
