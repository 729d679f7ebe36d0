/* A line: the matches of one step of one key, by (time, id), as the store holds them, kept at hand
 * while they are in use. What is in a line is in the store, too, in the same transaction; who
 * rolls back forgets all lines. */
#ifndef MODEL_MEMORY_LINE_H
#define MODEL_MEMORY_LINE_H

#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

struct memory_row {
    int64_t time_ms;
    int64_t keep_ms; /* its time, or the newest time when it came, if it came late */
    struct str event;
    uint32_t value; /* which of the line's; 0 where it has none */
    bool counted, fired;
};

/* A text that rows of the line have as their value. */
struct memory_value {
    struct str text;
    double number; /* that it spells; 0 for none */
    size_t uses;
};

struct memory_line {
    struct memory_line *next;
    int64_t key;
    uint32_t step;
    bool valued;             /* rows have values that matter */
    struct memory_row *list; /* inside `room`, behind those that went */
    size_t count;
    struct memory_value *values;
    size_t value_count;
    size_t different;        /* values in use */
    struct memory_row *room; /* private, as all below */
    size_t capacity;
    uint32_t *slots; /* values by hash */
    size_t slot_count;
};

struct memory_lines;

struct memory_lines *memory_lines_new(void);
void memory_lines_free(struct memory_lines *lines);
void memory_lines_clear(struct memory_lines *lines);
void memory_lines_drop(struct memory_lines *lines, int64_t key);

/* Forgets all where they are many: nobody may hold one then. */
void memory_lines_trim(struct memory_lines *lines);

/* NULL: it is not at hand. */
struct memory_line *memory_line_find(struct memory_lines *lines, int64_t key, uint32_t step);
struct memory_line *memory_line_make(
    struct memory_lines *lines, int64_t key, uint32_t step, bool valued);

/* (time, id) */
int memory_row_cmp(const struct memory_row *a, const struct memory_row *b);

/* Where a match of this time and id is, or would be. */
size_t memory_line_place(const struct memory_line *line, int64_t time_ms, struct str event);

/* Copies the row, whose value is `value`. */
void memory_line_add(struct memory_lines *lines, struct memory_line *line,
    const struct memory_row *row, struct str value);

/* The oldest `count` go. */
void memory_line_cut(struct memory_lines *lines, struct memory_line *line, size_t count);

#endif
