#include "cmd/table.h"

#include "base/plain.h"

enum { GAP = 2, WIDEST = 72 };

struct table_row {
    struct table_row *next;
    struct str cells[TABLE_COLUMNS];
};

void table_init(struct table *table, size_t columns) {
    *table = (struct table){.columns = columns};
    arena_init(&table->arena);
    table->next = &table->first;
}

void table_release(struct table *table) {
    arena_release(&table->arena);
}

void table_add(struct table *table, const struct str *cells) {
    struct table_row *row = arena_new(&table->arena, struct table_row);
    struct buf plain;
    buf_init(&plain);
    for (size_t i = 0; i < table->columns; i++) {
        buf_reset(&plain);
        plain_print(&plain, cells[i]);
        size_t width = plain_width(buf_str(&plain));
        row->cells[i] = arena_copy(&table->arena, buf_str(&plain));
        if (width > table->widths[i]) table->widths[i] = width < WIDEST ? width : WIDEST;
    }
    buf_release(&plain);
    *table->next = row;
    table->next = &row->next;
}

static void print_cell(struct str cell, size_t width, FILE *to) {
    size_t used = plain_width(cell);
    fwrite(cell.at, 1, cell.len, to);
    fprintf(to, "%*s", GAP + (int)(used < width ? width - used : 0), "");
}

/* Nothing is cut: a cell that is too wide pushes its neighbours, and only in its own row. */
void table_print(const struct table *table, FILE *to) {
    for (const struct table_row *row = table->first; row; row = row->next) {
        size_t last = table->columns - 1;
        while (last && row->cells[last].len == 0) last--;
        for (size_t i = 0; i < last; i++) print_cell(row->cells[i], table->widths[i], to);
        fwrite(row->cells[last].at, 1, row->cells[last].len, to);
        fputc('\n', to);
    }
}
