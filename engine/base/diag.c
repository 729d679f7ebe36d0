#include "base/diag.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/plain.h"

#include <stdlib.h>
#include <string.h>

bool diag_set(struct diag *diag, const char *format, ...) {
    if (!diag || diag->set) return false;
    va_list args;
    va_start(args, format);
    vsnprintf(diag->text, sizeof diag->text, format, args);
    va_end(args);
    diag->set = true;
    return false;
}

void diag_clear(struct diag *diag) {
    diag->set = false;
    diag->text[0] = '\0';
}

void diags_init(struct diags *diags) {
    *diags = (struct diags){0};
}

void diags_release(struct diags *diags) {
    for (size_t i = 0; i < diags->count; i++) {
        mem_free((char *)diags->list[i].place.file);
        mem_free(diags->list[i].text);
    }
    mem_free(diags->list);
    diags_init(diags);
}

static void add(struct diags *diags, enum diag_level level, struct place place, const char *format,
    va_list args) {
    struct buf text;
    buf_init(&text);
    buf_add_vformat(&text, format, args);
    if (place.file) place.file = mem_copy(place.file, strlen(place.file));
    diags->list = mem_grow(diags->list, diags->count);
    diags->list[diags->count++] = (struct diag_entry){
        level, place, mem_copy(buf_text(&text), text.len)};
    diags->errors += level == DIAG_ERROR;
    buf_release(&text);
}

bool diags_error(struct diags *diags, struct place place, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(diags, DIAG_ERROR, place, format, args);
    va_end(args);
    return false;
}

void diags_warn(struct diags *diags, struct place place, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(diags, DIAG_WARNING, place, format, args);
    va_end(args);
}

static int by_place(const struct diag_entry *a, const struct diag_entry *b) {
    int order = strcmp(a->place.file ? a->place.file : "", b->place.file ? b->place.file : "");
    if (order) return order;
    if (a->place.line != b->place.line) return a->place.line < b->place.line ? -1 : 1;
    return (a->place.column > b->place.column) - (a->place.column < b->place.column);
}

void diags_sort(struct diags *diags) {
    for (size_t i = 1; i < diags->count; i++) {
        struct diag_entry entry = diags->list[i];
        size_t j = i;
        for (; j > 0 && by_place(&entry, &diags->list[j - 1]) < 0; j--)
            diags->list[j] = diags->list[j - 1];
        diags->list[j] = entry;
    }
}

static bool read_line(const char *file, unsigned line, char **text, size_t *room) {
    FILE *in = file && line ? fopen(file, "r") : NULL;
    if (!in) return false;
    bool found = true;
    for (unsigned i = 0; i < line && found; i++) found = getline(text, room, in) >= 0;
    fclose(in);
    if (found) (*text)[strcspn(*text, "\r\n")] = '\0';
    return found;
}

/* A tab in the source stays a tab under it, so that the caret stands right. */
static void print_caret(FILE *to, const char *line, unsigned column, bool color) {
    fputs("    ", to);
    for (unsigned i = 1; i < column && line[i - 1]; i++)
        if (((unsigned char)line[i - 1] & 0xC0) != 0x80)
            fputc(line[i - 1] == '\t' ? '\t' : ' ', to);
    fputs(color ? "\033[1;32m^\033[0m\n" : "^\n", to);
}

/* A message may quote what a file or an event holds. */
static void print_plain(const char *text, FILE *to) {
    struct buf plain = {0};
    plain_print(&plain, (struct str){text, strlen(text)});
    fprintf(to, "%s\n", buf_text(&plain));
    buf_release(&plain);
}

static void print_source(const struct place *place, FILE *to, bool color) {
    char *line = NULL;
    size_t room = 0;
    if (place->column && read_line(place->file, place->line, &line, &room)) {
        fprintf(to, "    %s\n", line);
        print_caret(to, line, place->column, color);
    }
    free(line);
}

static void print_place(const struct place *place, FILE *to) {
    if (!place->file) return;
    fputs(place->file, to);
    if (place->line) fprintf(to, ":%u", place->line);
    if (place->line && place->column) fprintf(to, ":%u", place->column);
    fputs(": ", to);
}

void diags_print(const struct diags *diags, FILE *to, bool color) {
    static const struct {
        const char *plain, *colored;
    } level[] = {
        [DIAG_ERROR] = {"error: ", "\033[1;31merror: \033[0m"},
        [DIAG_WARNING] = {"warning: ", "\033[1;33mwarning: \033[0m"},
    };
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag_entry *entry = &diags->list[i];
        print_place(&entry->place, to);
        fputs(color ? level[entry->level].colored : level[entry->level].plain, to);
        print_plain(entry->text, to);
        print_source(&entry->place, to, color);
    }
}
