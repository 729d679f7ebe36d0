/* Columns for people: cells are collected and printed as wide as the widest of their column. */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include "base/arena.h"

#include <stdio.h>

enum { TABLE_COLUMNS = 9 };

struct table {
    struct arena arena;
    size_t columns;
    struct table_row *first, **next; /* in the order they were added */
    size_t widths[TABLE_COLUMNS];
};

void table_init(struct table *table, size_t columns);
void table_release(struct table *table);

/* Copies as many cells as there are columns. What is no plain text is escaped (base/plain.h). */
void table_add(struct table *table, const struct str *cells);
void table_print(const struct table *table, FILE *to);

#endif
