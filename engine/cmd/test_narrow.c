#include "cmd/test_narrow.h"

#include "base/file.h"

enum { MANIFEST_LIMIT = 4 << 20 };

static bool holds(struct str text, struct str part) {
    return part.len == 0 || memmem(text.at, text.len, part.at, part.len) != NULL;
}

/* What may be spelled otherwise in YAML than in a name, or stands for others in a glob. */
static bool parts_words(char c) {
    return (unsigned char)c <= ' ' || (unsigned char)c >= 0x7F || strchr("*?:'\"\\#", c);
}

/* Each word by itself: a name may be broken over lines. */
static bool holds_words(struct str text, const char *words) {
    while (words && *words) {
        size_t len = 0;
        while (words[len] && !parts_words(words[len])) len++;
        if (!holds(text, (struct str){words, len})) return false;
        words += len + (words[len] != '\0');
    }
    return true;
}

static bool holds_failed(const struct selection *selection, struct str text) {
    const struct failed_tests *failed = selection->failed;
    if (!selection->options->failed_only || !failed->known) return true;
    for (size_t i = 0; i < failed->count; i++)
        if (holds(text, failed->list[i].rule)) return true;
    return false;
}

/* A manifest is touched itself, or by a file it names; a sequence by a rule that is a step of it. */
static bool is_touched(const struct selection *selection, const char *path, struct str text) {
    const struct schema_strings *touched = selection->touched;
    if (!touched || holds(text, STR("sequence"))) return true;
    for (size_t i = 0; i < touched->count; i++) {
        const char *slash = strrchr(touched->list[i].at, '/');
        if (str_eq(touched->list[i], selection_path(path))) return true;
        if (holds(text, str_of(slash ? slash + 1 : touched->list[i].at))) return true;
    }
    return false;
}

static bool is_worth(const struct selection *selection, const char *path, struct str text) {
    const struct options *options = selection->options;
    return holds_words(text, options->filter) && holds_words(text, options->tag) &&
           holds_failed(selection, text) && is_touched(selection, path, text);
}

bool test_narrows(const struct selection *selection) {
    const struct options *options = selection->options;
    bool by_failed = options->failed_only && selection->failed->known;
    return options->filter || options->tag || by_failed || selection->touched;
}

static void add_worth(const struct selection *selection, const char *path, struct arena *arena,
    struct schema_strings *only) {
    struct buf text = {0};
    struct diag ignored = {0};
    bool read = file_read(path, MANIFEST_LIMIT, &text, &ignored);
    if (!read || is_worth(selection, path, buf_str(&text))) {
        only->list = arena_grow(arena, only->list, only->count);
        only->list[only->count++] = str_of(arena_text(arena, path));
    }
    buf_release(&text);
}

struct schema_strings test_narrow(
    const struct selection *selection, const struct schema_strings *paths, struct arena *arena) {
    static const char *const suffixes[] = {".yaml", ".yml", NULL};
    struct schema_strings only = {0};
    for (size_t i = 0; i < paths->count; i++) {
        struct paths files = {0};
        struct diag ignored = {0};
        paths_walk(&files, arena, paths->list[i].at, suffixes, &ignored);
        for (size_t j = 0; j < files.count; j++) add_worth(selection, files.list[j], arena, &only);
        paths_release(&files);
    }
    return only;
}
