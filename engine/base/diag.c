#include "base/diag.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/overlay.h"
#include "base/plain.h"

#include <stdlib.h>
#include <string.h>

const char *diag_level_name(enum diag_level level) {
    static const char *const names[] = {
        [DIAG_ERROR] = "error", [DIAG_WARNING] = "warning", [DIAG_NOTE] = "note"};
    return names[level];
}

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

static void release(struct diag_entry *entry) {
    mem_free((char *)entry->place.file);
    mem_free(entry->text);
    mem_free(entry->was);
    mem_free(entry->fix);
}

void diags_release(struct diags *diags) {
    for (size_t i = 0; i < diags->count; i++) release(&diags->list[i]);
    mem_free(diags->list);
    diags_init(diags);
}

static bool same_file(const char *a, const char *b) {
    return a && b && strcmp(a, b) == 0;
}

/* What several rules take from one place is wrong once. */
static bool is_known(const struct diags *diags, struct place place, const char *text) {
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag_entry *entry = &diags->list[i];
        if (entry->place.line == place.line && entry->place.column == place.column &&
            same_file(entry->place.file, place.file) && strcmp(entry->text, text) == 0)
            return true;
    }
    return false;
}

static void keep(struct diags *diags, const char *code, enum diag_level level, struct place place,
    const struct buf *text) {
    if (place.file) place.file = mem_copy(place.file, strlen(place.file));
    diags->list = mem_grow(diags->list, diags->count);
    diags->list[diags->count] = (struct diag_entry){.level = level,
        .code = code,
        .place = place,
        .found = diags->count,
        .text = mem_copy(buf_text(text), text->len)};
    diags->count++;
}

static void add(struct diags *diags, const char *code, enum diag_level level, struct place place,
    const char *format, va_list args) {
    struct buf text = {0};
    bool room = diags->count < DIAGS_MOST;
    if (room)
        buf_add_vformat(&text, format, args);
    else
        buf_add_text(&text, "too many findings: no more are kept");
    bool known = room && is_known(diags, place, buf_text(&text));
    diags->errors += level == DIAG_ERROR && !known;
    diags->is_fresh = room && !known;
    if (diags->count <= DIAGS_MOST && !known) keep(diags, room ? code : NULL, level, place, &text);
    buf_release(&text);
}

bool diags_error(struct diags *diags, struct place place, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(diags, NULL, DIAG_ERROR, place, format, args);
    va_end(args);
    return false;
}

void diags_warn(struct diags *diags, struct place place, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(diags, NULL, DIAG_WARNING, place, format, args);
    va_end(args);
}

bool diags_reject(
    struct diags *diags, const char *code, struct place place, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(diags, code, DIAG_ERROR, place, format, args);
    va_end(args);
    return false;
}

void diags_find(struct diags *diags, const char *code, enum diag_level level, struct place place,
    const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(diags, code, level, place, format, args);
    va_end(args);
}

void diags_suggest(struct diags *diags, struct str was, const char *fix) {
    if (!diags->is_fresh || !fix) return;
    struct diag_entry *entry = &diags->list[diags->count - 1];
    entry->was = mem_copy(was.at, was.len);
    entry->fix = mem_copy(fix, strlen(fix));
}

void diags_keep(struct diags *diags, bool (*wanted)(const struct diag_entry *entry, void *context),
    void *context) {
    size_t kept = 0;
    for (size_t i = 0; i < diags->count; i++) {
        struct diag_entry entry = diags->list[i];
        if (wanted(&entry, context)) {
            diags->list[kept++] = entry;
            continue;
        }
        diags->errors -= entry.level == DIAG_ERROR;
        release(&entry);
    }
    diags->count = kept;
}

static int by_place(const void *one, const void *other) {
    const struct diag_entry *a = one, *b = other;
    int order = strcmp(a->place.file ? a->place.file : "", b->place.file ? b->place.file : "");
    if (order) return order;
    if (a->place.line != b->place.line) return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column) return a->place.column < b->place.column ? -1 : 1;
    return (a->found > b->found) - (a->found < b->found);
}

void diags_sort(struct diags *diags) {
    if (diags->count) qsort(diags->list, diags->count, sizeof *diags->list, by_place);
}

/* ---- printing ---- */

/* Of a line no more is shown than fits around its column. */
enum { SHOWN_BEFORE = 160, SHOWN_BEHIND = 80 };

static bool read_line(const char *file, unsigned line, char **text, size_t *len) {
    FILE *in = file && line ? overlay_open(file) : NULL;
    size_t room = 0;
    ssize_t got = 0;
    if (!in) return false;
    for (unsigned i = 0; i < line && got >= 0; i++) got = getline(text, &room, in);
    fclose(in);
    *len = got > 0 ? (size_t)got : 0;
    return got >= 0;
}

/* Where the character begins that the byte belongs to; it has no more than 4. */
static size_t character_at(struct str line, size_t at) {
    for (int i = 0; i < 3 && at > 0 && at < line.len; i++, at--)
        if (((unsigned char)line.at[at] & 0xC0) != 0x80) break;
    return at;
}

/* Messages, names and source lines may hold what somebody else wrote. */
static void print_plain(struct str text, FILE *to) {
    struct buf plain = {0};
    plain_print(&plain, text);
    fputs(buf_text(&plain), to);
    buf_release(&plain);
}

static void print_excerpt(struct str line, size_t column, FILE *to, bool color) {
    struct buf shown = {0};
    if (column > line.len) column = line.len;
    size_t at = character_at(line, column);
    size_t from = at > SHOWN_BEFORE ? character_at(line, at - SHOWN_BEFORE) : 0;
    size_t end = line.len - at > SHOWN_BEHIND ? character_at(line, at + SHOWN_BEHIND) : line.len;
    if (from > 0) buf_add_text(&shown, "…");
    plain_print(&shown, (struct str){line.at + from, at - from});
    size_t width = plain_width(buf_str(&shown));
    plain_print(&shown, (struct str){line.at + at, end - at});
    if (end < line.len) buf_add_text(&shown, "…");
    fprintf(to, "    %s\n    %*s%s\n", buf_text(&shown), (int)width, "",
        color ? "\033[1;32m^\033[0m" : "^");
    buf_release(&shown);
}

static bool holds_secret(const char *line) {
    char *shown = mem_copy(line, strlen(line));
    log_redact(shown);
    bool changed = strcmp(shown, line) != 0;
    mem_free(shown);
    return changed;
}

/* A tab becomes a blank, so that the caret stands right wherever tabs stop. */
static void print_source(const struct place *place, FILE *to, bool color) {
    char *line = NULL;
    size_t len = 0;
    if (place->column && read_line(place->file, place->line, &line, &len) && !holds_secret(line)) {
        while (len > 0 && memchr("\r\n", line[len - 1], 2)) len--;
        for (size_t i = 0; i < len; i++)
            if (line[i] == '\t') line[i] = ' ';
        print_excerpt((struct str){line, len}, place->column - 1, to, color);
    }
    free(line);
}

static void print_place(const struct place *place, FILE *to) {
    if (!place->file) return;
    print_plain(str_of(place->file), to);
    if (place->line) fprintf(to, ":%u", place->line);
    if (place->line && place->column) fprintf(to, ":%u", place->column);
    fputs(": ", to);
}

static void print_level(enum diag_level level, FILE *to, bool color) {
    static const int colors[] = {[DIAG_ERROR] = 31, [DIAG_WARNING] = 33, [DIAG_NOTE] = 36};
    if (color) fprintf(to, "\033[1;%dm", colors[level]);
    fprintf(to, "%s: %s", diag_level_name(level), color ? "\033[0m" : "");
}

void diags_print(const struct diags *diags, FILE *to, bool color) {
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag_entry *entry = &diags->list[i];
        print_place(&entry->place, to);
        print_level(entry->level, to, color);
        print_plain(str_of(entry->text), to);
        if (entry->code) fprintf(to, " [%s]", entry->code);
        fputc('\n', to);
        print_source(&entry->place, to, color);
    }
}
