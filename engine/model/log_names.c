#include "model/log_names.h"

#include "base/file.h"
#include "base/suggest.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

enum { LIST_LIMIT = 4 << 20, MOST_AWAY = 2, SHORTEST = 6 };

struct spelled {
    const char *name;
    uint64_t letters; /* which there are, as bits */
};

struct line {
    struct str source; /* with its suffix */
    struct str *names; /* without versions, in byte order */
    struct spelled *spelled;
    size_t count;
};

struct name_list {
    struct line *lines;
    size_t count;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* CreateFunction20150331v2 and CreateDistribution2020_05_31 are CreateFunction, CreateDistribution. */
static struct str without_version(struct str name) {
    size_t len = name.len;
    while (len > 0 && (is_digit(name.at[len - 1]) || name.at[len - 1] == '_')) len--;
    if (len > 1 && len < name.len && name.at[len - 1] == 'v' && is_digit(name.at[len - 2])) {
        struct str rest = without_version((struct str){name.at, len - 1});
        if (len - 1 - rest.len >= 8) return rest;
    }
    return name.len - len >= 8 ? (struct str){name.at, len} : name;
}

/* ---- reading ---- */

static struct str next_word(struct str *text) {
    while (text->len && text->at[0] == ' ') text->at++, text->len--;
    struct str word = {text->at, 0};
    while (word.len < text->len && word.at[word.len] != ' ') word.len++;
    *text = (struct str){text->at + word.len, text->len - word.len};
    return word;
}

static uint64_t letters_of(struct str name) {
    uint64_t letters = 0;
    for (size_t i = 0; i < name.len; i++)
        letters |= 1ull << ((unsigned char)tolower((unsigned char)name.at[i]) & 63);
    return letters;
}

static int by_name(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void read_names(struct line *line, struct str text, struct arena *arena) {
    for (struct str word; (word = next_word(&text)).len;) {
        line->names = arena_grow(arena, line->names, line->count);
        line->spelled = arena_grow(arena, line->spelled, line->count);
        line->spelled[line->count] = (struct spelled){arena_copy(arena, word).at, letters_of(word)};
        line->names[line->count++] = without_version(word);
    }
    if (line->count) qsort(line->names, line->count, sizeof *line->names, by_name);
}

static void read_line(
    struct name_list *list, const struct log_names *names, struct str text, struct arena *arena) {
    const char *colon = memchr(text.at, ':', text.len);
    if (!colon || text.at[0] == '#') return;
    size_t len = (size_t)(colon - text.at);
    list->lines = arena_grow(arena, list->lines, list->count);
    struct line *line = &list->lines[list->count++];
    *line = (struct line){.source = str_of(arena_format(
                              arena, "%.*s%.*s", (int)len, text.at, STR_ARG(names->suffix)))};
    read_names(line, (struct str){colon + 1, text.len - len - 1}, arena);
}

const struct name_list *name_list_load(
    const struct log_names *names, struct arena *arena, struct diags *diags) {
    struct buf file = {0};
    struct diag diag = {0};
    struct name_list *list = NULL;
    if (!names->file) return NULL;
    if (file_read(names->file, LIST_LIMIT, &file, &diag)) {
        struct str rest = arena_copy(arena, buf_str(&file));
        list = arena_new(arena, struct name_list);
        while (rest.len) {
            const char *end = memchr(rest.at, '\n', rest.len);
            size_t len = end ? (size_t)(end - rest.at) : rest.len;
            read_line(list, names, (struct str){rest.at, len}, arena);
            rest = (struct str){rest.at + len + (end != NULL), rest.len - len - (end != NULL)};
        }
    } else {
        diags_reject(diags, "TC005", (struct place){names->file, 0, 0}, "%s", diag.text);
    }
    buf_release(&file);
    return list;
}

/* ---- asking ---- */

static const struct line *line_of(const struct name_list *list, struct str source) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->lines[i].source, source)) return &list->lines[i];
    return NULL;
}

bool name_list_has_source(const struct name_list *list, struct str source) {
    return line_of(list, source) != NULL;
}

const char *name_list_meant_source(const struct name_list *list, struct str source) {
    struct suggest suggest = suggest_for(source);
    for (size_t i = 0; i < list->count; i++) {
        suggest_offer(&suggest, list->lines[i].source.at);
        struct str word = list->lines[i].source;
        const char *dot = memchr(word.at, '.', word.len);
        if (dot && str_eq(source, (struct str){word.at, (size_t)(dot - word.at)})) return word.at;
    }
    return suggest.distance <= 1 + (source.len > 20) ? suggest.best : NULL;
}

static bool line_has(const struct line *line, struct str name) {
    return line->count &&
           bsearch(&name, line->names, line->count, sizeof *line->names, by_name) != NULL;
}

bool name_list_has(const struct name_list *list, struct str source, struct str name) {
    struct str plain = without_version(name);
    for (size_t i = 0; i < list->count; i++)
        if ((!source.len || str_eq(source, list->lines[i].source)) &&
            line_has(&list->lines[i], plain))
            return true;
    return false;
}

/* So many letters apart by their lengths alone, or by the letters that only one of them has: each
 * change of a letter takes one away and brings one. */
static bool is_far(struct str name, uint64_t letters, const struct spelled *other) {
    size_t len = strlen(other->name);
    if (len > name.len + MOST_AWAY || name.len > len + MOST_AWAY) return true;
    return __builtin_popcountll(letters ^ other->letters) > 2 * MOST_AWAY;
}

const char *name_list_meant(const struct name_list *list, struct str source, struct str name) {
    struct suggest suggest = suggest_for(name);
    uint64_t letters = letters_of(name);
    for (size_t i = 0; i < list->count; i++)
        if (!source.len || str_eq(source, list->lines[i].source))
            for (size_t k = 0; k < list->lines[i].count; k++)
                if (!is_far(name, letters, &list->lines[i].spelled[k]))
                    suggest_offer(&suggest, list->lines[i].spelled[k].name);
    return name.len >= SHORTEST && suggest.distance <= MOST_AWAY ? suggest.best : NULL;
}

const char *name_list_source_of(const struct name_list *list, struct str name) {
    struct str plain = without_version(name);
    for (size_t i = 0; i < list->count; i++)
        if (line_has(&list->lines[i], plain)) return list->lines[i].source.at;
    return NULL;
}
